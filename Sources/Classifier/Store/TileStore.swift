public import CanonicalJSON
import Crypto
import Foundation

/// A matrix in column tiles, memory-mapped: rows are samples, columns are neurons.
///
/// A group (the neurons of one expert) lists the rows in which it was active and holds the values of
/// those rows as dense tiles of 64 columns, sorted by norm; no index is kept per value. Beside the
/// values lies the bound index: for each tile and row the largest magnitude among its 64 columns.
/// Every offset and length is checked on opening; ``verifyIntegrity()`` recomputes every hash.
///
/// `@unchecked Sendable`: immutable after initialisation, the maps are read-only.
public final class TileStore: @unchecked Sendable {
  struct Sections {
    var values: MappedFile
    var bounds: MappedFile
    var rowLists: MappedFile
    var slots: MappedFile
    var groups: MappedFile
  }

  public let path: String
  public let manifest: JSONValue
  public let dtype: StoreValueType
  public let rowCount: Int
  public let columnCount: Int
  /// Columns with at least one non-zero value.
  public let slotCount: Int
  public let rows: [StoreRow]
  let groups: [GroupRecord]
  let sections: Sections
  /// Smallest and largest column of every group.
  private let columnRanges: [ClosedRange<Int>]
  /// Whether groups follow each other in the order of their columns, as all writers leave them.
  private let isAscending: Bool
  /// First tile number of every group, and the total.
  let firstTile: [Int]

  public convenience init(path: String) throws {
    let manifestPath = path + "/store.json"
    guard let text = FileManager.default.contents(atPath: manifestPath) else {
      throw ClassifierError.fileSystem(
        path: manifestPath, operation: "read",
        reason: "no such file; a store without its manifest was never finished")
    }
    let manifest: JSONValue
    do { manifest = try JSONValue(parsing: text) } catch {
      throw ClassifierError.malformed(
        file: manifestPath, line: error.line, column: error.column, message: error.message)
    }
    func map(_ name: String) throws -> MappedFile {
      let file = try MappedFile(path: path + "/" + name)
      guard manifest["files"]?[name]?["bytes"]?.intValue == file.bytes.count else {
        throw ClassifierError.damagedStore(
          path: path, message: "\(name) has \(file.bytes.count) bytes, the manifest says otherwise")
      }
      return file
    }
    let sections = Sections(
      values: try map("values.bin"), bounds: try map("bounds.bin"), rowLists: try map("rows.bin"),
      slots: try map("columns.bin"), groups: try map("groups.bin"))
    let groupDigest = hexadecimal(SHA256.hash(data: Data(sections.groups.bytes)))
    guard manifest["files"]?["groups.bin"]?["sha256"]?.stringValue == groupDigest else {
      throw ClassifierError.damagedStore(path: path, message: "groups.bin does not match its hash")
    }
    let rows = try Self.readRows(path: path, file: try map("rows.jsonl"))
    try self.init(path: path, manifest: manifest, rows: rows, sections: sections)
  }

  init(path: String, manifest: JSONValue, rows: [StoreRow], sections: Sections) throws {
    func number(_ key: String) throws -> Int {
      guard let value = manifest[key]?.intValue, value >= 0, value <= Int(UInt32.max) else {
        throw ClassifierError.damagedStore(path: path, message: "the manifest has no valid \(key)")
      }
      return value
    }
    guard manifest["schema"]?.stringValue == "referee/tile-store/v1",
      let dtype = manifest["dtype"]?.stringValue.flatMap(StoreValueType.init(rawValue:)),
      manifest["tileWidth"]?.intValue == 64
    else {
      throw ClassifierError.damagedStore(
        path: path, message: "the manifest is not of schema referee/tile-store/v1")
    }
    self.path = path
    self.manifest = manifest
    self.dtype = dtype
    self.rows = rows
    self.sections = sections
    rowCount = try number("rows")
    columnCount = try number("columns")
    slotCount = try number("slots")
    let groupCount = try number("groups")
    guard rows.count == rowCount, rowCount > 0,
      sections.groups.bytes.count == groupCount * GroupRecord.sizeBytes,
      sections.slots.bytes.count == slotCount * SlotRecord.sizeBytes
    else {
      throw ClassifierError.damagedStore(
        path: path, message: "the manifest's counts do not match the files")
    }
    var groups: [GroupRecord] = []
    groups.reserveCapacity(groupCount)
    var firstTile = [0]
    var nextSlot = 0
    for index in 0..<groupCount {
      let start = index * GroupRecord.sizeBytes
      let raw = UnsafeRawBufferPointer(
        rebasing: sections.groups.bytes[start..<start + GroupRecord.sizeBytes])
      guard let record = GroupRecord(raw), record.firstSlot == nextSlot,
        Self.isSound(record, sections: sections, dtype: dtype, rowCount: rowCount)
      else {
        throw ClassifierError.damagedStore(
          path: path, message: "group \(index) points outside the store")
      }
      nextSlot += record.columnCount
      firstTile.append((firstTile.last ?? 0) + record.tileCount)
      groups.append(record)
    }
    guard nextSlot == slotCount else {
      throw ClassifierError.damagedStore(
        path: path, message: "the groups hold \(nextSlot) columns, the manifest \(slotCount)")
    }
    self.groups = groups
    self.firstTile = firstTile
    var ranges: [ClosedRange<Int>] = []
    ranges.reserveCapacity(groupCount)
    for group in groups {
      var low = Int.max
      var high = 0
      for slot in group.firstSlot..<group.firstSlot + group.columnCount {
        let column = Int(Self.slot(slot, in: sections.slots).column)
        low = min(low, column)
        high = max(high, column)
      }
      guard high < columnCount else {
        throw ClassifierError.damagedStore(
          path: path, message: "group \(ranges.count) names a column outside the matrix")
      }
      ranges.append(low...high)
    }
    columnRanges = ranges
    isAscending = zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }
  }

  var tileCount: Int { firstTile.last ?? 0 }

  /// Bytes of all values.
  public var valueBytes: Int { sections.values.bytes.count }

  /// SHA-256 over the manifest, which holds the hashes of all files.
  public var digest: String {
    hexadecimal(SHA256.hash(data: Data(((try? manifest.canonicalText()) ?? "").utf8)))
  }

  @inline(__always)
  func slot(_ index: Int) -> SlotRecord { Self.slot(index, in: sections.slots) }

  @inline(__always)
  private static func slot(_ index: Int, in file: MappedFile) -> SlotRecord {
    file.bytes.loadUnaligned(fromByteOffset: index * SlotRecord.sizeBytes, as: SlotRecord.self)
  }

  /// Start of tile `tile` of a dense group.
  func tilePointer(_ group: GroupRecord, _ tile: Int) -> UnsafeRawPointer {
    // The record was checked on opening, so the section is not empty here.
    sections.values.bytes.baseAddress.unsafelyUnwrapped
      + (group.valuesOffset + tile * group.rowCount * 64 * dtype.sizeBytes)
  }

  func boundsPointer(_ group: GroupRecord) -> UnsafeRawPointer {
    sections.bounds.bytes.baseAddress.unsafelyUnwrapped + group.boundsOffset
  }

  func rowList(_ group: GroupRecord) -> UnsafePointer<UInt32> {
    (sections.rowLists.bytes.baseAddress.unsafelyUnwrapped + group.rowListOffset * 4)
      .assumingMemoryBound(to: UInt32.self)
  }

  /// Starts, rows and values of a sparse group.
  func sparseParts(
    _ group: GroupRecord
  ) -> (UnsafePointer<UInt64>, UnsafePointer<UInt32>, UnsafeRawPointer) {
    let start = sections.values.bytes.baseAddress.unsafelyUnwrapped + group.valuesOffset
    let starts = start.assumingMemoryBound(to: UInt64.self)
    let rows = (start + (group.columnCount + 1) * 8).assumingMemoryBound(to: UInt32.self)
    let stored = (Int(starts[group.columnCount]) + 1) / 2 * 2
    return (starts, rows, UnsafeRawPointer(rows + stored))
  }

  /// The group that holds a slot.
  func groupIndex(ofSlot slot: Int) -> Int {
    var low = 0
    var high = groups.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if groups[middle].firstSlot <= slot { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Columns that the store holds among those wanted, with their slots, by column.
  func slots(ofColumns wanted: Set<Int>) -> [(column: Int, slot: Int)] {
    var result: [(column: Int, slot: Int)] = []
    func search(_ index: Int) {
      let group = groups[index]
      for slot in group.firstSlot..<group.firstSlot + group.columnCount {
        let column = Int(self.slot(slot).column)
        if wanted.contains(column) { result.append((column, slot)) }
      }
    }
    if isAscending {
      var last = -1
      for column in wanted.sorted() {
        var low = 0
        var high = columnRanges.count
        while low < high {
          let middle = (low + high) / 2
          if columnRanges[middle].upperBound < column { low = middle + 1 } else { high = middle }
        }
        if low < columnRanges.count, low != last {
          search(low)
          last = low
        }
      }
    } else {
      for index in groups.indices { search(index) }
    }
    return result.sorted { ($0.column, $0.slot) < ($1.column, $1.slot) }
  }

  private static func isSound(
    _ group: GroupRecord, sections: Sections, dtype: StoreValueType, rowCount: Int
  ) -> Bool {
    func fits(_ offset: Int, _ length: Int, _ file: MappedFile) -> Bool {
      offset >= 0 && length >= 0 && length <= file.bytes.count
        && offset <= file.bytes.count - length
    }
    guard group.columnCount > 0, fits(group.valuesOffset, group.valuesLength, sections.values),
      group.valuesOffset % 64 == 0
    else { return false }
    switch group.encoding {
    case .dense:
      guard group.rowCount > 0, group.rowCount <= rowCount,
        group.columnCount <= 1 << 24,
        group.valuesLength == group.tileCount * group.rowCount * 64 * dtype.sizeBytes,
        group.boundsOffset % 4 == 0,
        fits(
          group.boundsOffset, group.tileCount * group.rowCount * dtype.boundSizeBytes,
          sections.bounds),
        group.rowListOffset <= Int.max / 8,
        fits(group.rowListOffset * 4, group.rowCount * 4, sections.rowLists)
      else { return false }
      var previous = -1
      for position in 0..<group.rowCount {
        let row = Int(
          sections.rowLists.bytes.loadUnaligned(
            fromByteOffset: (group.rowListOffset + position) * 4, as: UInt32.self))
        guard row > previous, row < rowCount else { return false }
        previous = row
      }
      return true
    case .sparse:
      let head = (group.columnCount + 1) * 8
      guard group.columnCount <= 1 << 24, head <= group.valuesLength else { return false }
      var previous: UInt64 = 0
      for position in 0...group.columnCount {
        let start = sections.values.bytes.loadUnaligned(
          fromByteOffset: group.valuesOffset + position * 8, as: UInt64.self)
        guard start >= previous, start <= UInt64(group.valuesLength) else { return false }
        if position == 0, start != 0 { return false }
        previous = start
      }
      let stored = (Int(previous) + 1) / 2 * 2
      guard group.valuesLength == head + stored * 4 + Int(previous) * dtype.sizeBytes else {
        return false
      }
      for entry in 0..<Int(previous) {
        let row = sections.values.bytes.loadUnaligned(
          fromByteOffset: group.valuesOffset + head + entry * 4, as: UInt32.self)
        guard row < rowCount else { return false }
      }
      return true
    }
  }

  /// Lines are parsed on all processors: for a fit of a tenth of a second they are a tenth of it.
  private static func readRows(path: String, file: MappedFile) throws -> [StoreRow] {
    let name = path + "/rows.jsonl"
    let lines = file.bytes.split(separator: UInt8(ascii: "\n"))
    var rows = [StoreRow](repeating: StoreRow(item: ""), count: lines.count)
    let failure = ParallelFailure()
    rows.withUnsafeMutableBufferPointer { rows in
      nonisolated(unsafe) let rows = rows
      let run = 256
      let runs = (lines.count + run - 1) / run
      Parallel.forEach(runs, threads: ProcessInfo.processInfo.activeProcessorCount) { part in
        for index in part * run..<min(part * run + run, lines.count) {
          do throws(ClassifierError) {
            rows[index] = try row(of: lines[index], file: name, line: index + 1)
          } catch {
            return failure.record(error, at: index)
          }
        }
      }
    }
    try failure.check()
    return rows
  }

  private static func row(
    of line: Slice<UnsafeRawBufferPointer>, file: String, line number: Int
  ) throws(ClassifierError) -> StoreRow {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      throw .malformed(file: file, line: number, column: error.column, message: error.message)
    }
    return try StoreRow(value, file: file, line: number)
  }
}
