import CanonicalJSON
import Crypto
import Foundation
import Glibc

/// Collects rows one by one, as a model computes them, and turns them into a store at the end.
///
/// A row lists the groups (experts) in which it was active with the values of all their columns. Each
/// row is one record with its length and SHA-256, synced before ``append(_:groups:)`` returns. After a
/// crash, ``init(path:layout:dtype:columnCount:)`` keeps every whole record and cuts off a torn last
/// one; ``rows`` tells the caller where to go on. Sealing reads the spool in slices of groups, so that
/// memory stays below `memoryBudgetBytes`; an interrupted sealing starts again from the spool.
public final class RowSpool {
  /// The values of one active group: `values.count` is the width of the group.
  public struct GroupValues: Sendable {
    public var group: Int
    public var values: [Float]

    public init(group: Int, values: [Float]) {
      self.group = group
      self.values = values
    }
  }

  private struct Entry {
    var offset: Int
    var groups: [UInt32]
  }

  public let path: String
  public let layout: NeuronLayout
  public let dtype: StoreValueType
  public let columnCount: Int
  /// Rows that are safely stored.
  public private(set) var rows: [StoreRow] = []
  /// Bytes of a torn record that opening cut off.
  public private(set) var discardedBytes = 0
  public private(set) var roundedToZeroCount = 0
  private var entries: [Entry] = []
  private var descriptor: Int32 = -1
  private var length = 0
  private static let magic: UInt64 = 0x314C_4F4F_5053_4552

  /// Opens a spool file, or creates it.
  ///
  /// - Throws: ``ClassifierError/malformed(file:line:column:message:)`` when a record before the last
  ///   one is damaged, or the file belongs to another layout.
  public init(
    path: String, layout: NeuronLayout, dtype: StoreValueType, columnCount: Int
  ) throws {
    guard dtype != .f64, columnCount > 0, columnCount <= Int(UInt32.max) else {
      throw ClassifierError.invalidArgument(
        name: "spool", message: "rows are spooled as f16 or f32, with 1 to 2^32 − 1 columns")
    }
    self.path = path
    self.layout = layout
    self.dtype = dtype
    self.columnCount = columnCount
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ClassifierError.system(path, "open") }
    try recover()
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  private var header: [UInt8] {
    var bytes: [UInt8] = []
    for value in [
      Self.magic, UInt64(layout.routedExpertsPerLayer), UInt64(layout.neuronsPerExpert),
      UInt64(columnCount), UInt64(dtype.sizeBytes), 0, 0, 0,
    ] {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  private func width(_ group: Int) -> Int {
    min(layout.neuronsPerExpert, columnCount - group * layout.neuronsPerExpert)
  }

  private var groupCount: Int {
    (columnCount + layout.neuronsPerExpert - 1) / layout.neuronsPerExpert
  }

  /// Record: payload length (8 bytes), SHA-256 of the payload (32), payload. Payload: length of the
  /// row's JSON (4), group count (4), JSON, padding to 4, group numbers, values.
  private func recover() throws {
    let file = try MappedFile(path: path)
    let bytes = file.bytes
    if bytes.count < header.count {
      guard ftruncate(descriptor, 0) == 0 else { throw ClassifierError.system(path, "truncate") }
      discardedBytes = bytes.count
      try write(header)
      length = header.count
      try syncFolder(
        (path as NSString).deletingLastPathComponent.isEmpty
          ? "." : (path as NSString).deletingLastPathComponent)
      return
    }
    guard bytes.prefix(header.count).elementsEqual(header) else {
      throw ClassifierError.malformed(
        file: path, line: 1, column: 0, message: "the spool belongs to another layout or dtype")
    }
    var position = header.count
    while position < bytes.count {
      guard let (entry, row, end) = try record(bytes, at: position) else { break }
      entries.append(entry)
      rows.append(row)
      position = end
    }
    if position < bytes.count {
      discardedBytes = bytes.count - position
      guard ftruncate(descriptor, off_t(position)) == 0, fsync(descriptor) == 0 else {
        throw ClassifierError.system(path, "truncate")
      }
    }
    length = position
    guard lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
      throw ClassifierError.system(path, "seek")
    }
  }

  /// - Returns: `nil` for a torn record at the end.
  private func record(
    _ bytes: UnsafeRawBufferPointer, at start: Int
  ) throws -> (Entry, StoreRow, Int)? {
    guard bytes.count - start >= 40 else { return nil }
    let stated = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    guard stated <= UInt64(bytes.count - start - 40) else { return nil }
    let payload = UnsafeRawBufferPointer(
      rebasing: bytes[(start + 40)..<(start + 40 + Int(stated))])
    let end = start + 40 + Int(stated)
    guard SHA256.hash(data: payload).elementsEqual(bytes[(start + 8)..<(start + 40)]) else {
      guard end == bytes.count else {
        throw ClassifierError.malformed(
          file: path, line: 1, column: 0,
          message: "the record at byte \(start) does not match its hash, and others follow it")
      }
      return nil
    }
    func fail(_ message: String) -> ClassifierError {
      .malformed(file: path, line: 1, column: 0, message: "record at byte \(start): \(message)")
    }
    guard payload.count >= 8 else { throw fail("too short") }
    let textLength = Int(payload.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
    let count = Int(payload.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    let groupStart = 8 + (textLength + 3) / 4 * 4
    guard count <= groupCount, groupStart + 4 * count <= payload.count else {
      throw fail("the counts do not fit")
    }
    var groups: [UInt32] = []
    var valueCount = 0
    for index in 0..<count {
      let group = payload.loadUnaligned(fromByteOffset: groupStart + 4 * index, as: UInt32.self)
      guard Int(group) < groupCount, groups.last.map({ $0 < group }) ?? true else {
        throw fail("group numbers must ascend below \(groupCount)")
      }
      groups.append(group)
      valueCount += width(Int(group))
    }
    guard payload.count == groupStart + 4 * count + valueCount * dtype.sizeBytes else {
      throw fail("the values do not fit")
    }
    let json = try JSONValue(parsing: payload[8..<8 + textLength])
    let row = try StoreRow(json, file: path, line: rows.count + 1)
    roundedToZeroCount += json["roundedToZero"]?.intValue ?? 0
    return (Entry(offset: start + 40 + groupStart + 4 * count, groups: groups), row, end)
  }

  /// Stores one row and syncs it.
  ///
  /// - Parameter groups: active groups in ascending order; absent groups are exactly 0.
  public func append(_ row: StoreRow, groups: [GroupValues]) throws {
    let (values, vanished) = try encoded(groups)
    // The count travels with the row, so that a resumed run seals the same manifest.
    var json = row.json.objectValue ?? [:]
    if vanished > 0 { json["roundedToZero"] = .integer(Int64(vanished)) }
    let text = Array(try JSONValue.object(json).canonicalText().utf8)
    var payload: [UInt8] = []
    func put(_ value: UInt32) {
      withUnsafeBytes(of: value.littleEndian) { payload.append(contentsOf: $0) }
    }
    put(UInt32(text.count))
    put(UInt32(groups.count))
    payload += text
    payload += [UInt8](repeating: 0, count: (4 - text.count % 4) % 4)
    var previous = -1
    for part in groups {
      guard part.group > previous, part.group < groupCount,
        part.values.count == width(part.group)
      else {
        throw ClassifierError.invalidArgument(
          name: "row \(rows.count + 1)",
          message: "groups must ascend below \(groupCount), each with all its columns")
      }
      previous = part.group
      put(UInt32(part.group))
    }
    payload += values
    var recordBytes: [UInt8] = []
    withUnsafeBytes(of: UInt64(payload.count).littleEndian) { recordBytes.append(contentsOf: $0) }
    recordBytes += SHA256.hash(data: payload)
    recordBytes += payload
    try write(recordBytes)
    guard fsync(descriptor) == 0 else { throw ClassifierError.system(path, "sync") }
    length += recordBytes.count
    entries.append(Entry(offset: length - values.count, groups: groups.map { UInt32($0.group) }))
    rows.append(row)
    roundedToZeroCount += vanished
  }

  /// The stored bytes of a row, and how many non-zero values the rounding turned into 0.
  private func encoded(
    _ groups: [GroupValues]
  ) throws(ClassifierError) -> (bytes: [UInt8], vanished: Int) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(groups.reduce(0) { $0 + $1.values.count } * dtype.sizeBytes)
    var vanished = 0
    for part in groups {
      if let wrong = part.values.first(where: { !$0.isFinite }) {
        throw .valueOutOfRange(value: Double(wrong), dtype: dtype.rawValue, row: rows.count)
      }
      if dtype == .f16 {
        let (halves, lost) = try StoreValueType.rounded(part.values, row: rows.count)
        vanished += lost
        halves.withUnsafeBytes { bytes.append(contentsOf: $0) }
      } else {
        part.values.withUnsafeBytes { bytes.append(contentsOf: $0) }
      }
    }
    return (bytes, vanished)
  }

  private func write(_ bytes: [UInt8]) throws(ClassifierError) {
    var position = 0
    while position < bytes.count {
      let written = bytes.withUnsafeBytes { raw in
        Glibc.write(descriptor, raw.baseAddress.map { $0 + position }, bytes.count - position)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw .system(path, "write")
      }
      position += written
    }
  }

  /// Writes the store. The spool stays until the caller removes it.
  public func seal(
    into folder: String, source: String, memoryBudgetBytes: Int = 1 << 29
  ) throws -> TileStore {
    let file = try MappedFile(path: path)
    let writer = try StoreWriter(
      path: folder, dtype: dtype, rowCount: rows.count, columnCount: columnCount)
    writer.layout = layout
    writer.vanishedCount = roundedToZeroCount
    let perGroup = max(rows.count * layout.neuronsPerExpert * dtype.sizeBytes, 1)
    let slice = max(memoryBudgetBytes / perGroup, 1)
    // Per row: how far its groups and values are consumed.
    var nextGroup = [Int](repeating: 0, count: rows.count)
    var nextOffset = entries.map(\.offset)
    for first in stride(from: 0, to: groupCount, by: slice) {
      let last = min(first + slice, groupCount)
      var active = [[UInt32]](repeating: [], count: last - first)
      var blocks = [[UInt8]](repeating: [], count: last - first)
      for row in rows.indices {
        let groups = entries[row].groups
        while nextGroup[row] < groups.count, Int(groups[nextGroup[row]]) < last {
          let group = Int(groups[nextGroup[row]])
          let size = width(group) * dtype.sizeBytes
          active[group - first].append(UInt32(row))
          blocks[group - first].append(
            contentsOf: file.bytes[nextOffset[row]..<nextOffset[row] + size])
          nextGroup[row] += 1
          nextOffset[row] += size
        }
      }
      for group in first..<last where !active[group - first].isEmpty {
        let neuron = layout.neuron(column: group * layout.neuronsPerExpert)
        let start = UInt32(group * layout.neuronsPerExpert)
        let columns = (start..<start + UInt32(width(group))).map { $0 }
        let rowList = active[group - first]
        let result: Result<Void, ClassifierError> = blocks[group - first].withUnsafeBytes { raw in
          guard let base = raw.baseAddress else { return .success(()) }
          do throws(ClassifierError) {
            try writer.append(
              .dense(rows: rowList, columns: columns, bytes: base),
              layer: Int32(neuron.layer), expert: neuron.expert.map { Int32($0) } ?? -1)
            return .success(())
          } catch { return .failure(error) }
        }
        try result.get()
      }
    }
    return try writer.finish(rows: rows, source: source)
  }
}
