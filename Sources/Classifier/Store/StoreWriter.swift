internal import CClassifierKernels
internal import CanonicalJSON
import Crypto
import Foundation

/// Writes a tile store group by group, into a folder or into memory.
///
/// Nothing has its final name before it is synced, and the manifest comes last: a folder with a
/// `store.json` is whole. Row-by-row writing, with resume after a crash, is ``RowSpool``.
package final class StoreWriter {
  let path: String?
  let dtype: StoreValueType
  let rowCount: Int
  let columnCount: Int
  private let values: SectionWriter
  private let bounds: SectionWriter
  private let rowLists: SectionWriter
  private let slots: SectionWriter
  private let groups: SectionWriter
  private var slotCount = 0
  private var groupCount = 0
  private var nonzeroCount = 0
  /// Non-zero inputs that the rounding turned into 0.
  package var vanishedCount = 0
  /// How columns map to neurons, where they do.
  package var layout: NeuronLayout?

  package init(
    path: String?, dtype: StoreValueType, rowCount: Int, columnCount: Int
  ) throws(ClassifierError) {
    guard rowCount > 0, rowCount < Int(Int32.max) else {
      throw .invalidArgument(name: "rows", message: "a store needs 1 to 2^31 − 2 rows")
    }
    guard columnCount >= 0, columnCount <= Int(UInt32.max) else {
      throw .invalidArgument(name: "columns", message: "a store holds up to 2^32 − 1 columns")
    }
    self.path = path
    self.dtype = dtype
    self.rowCount = rowCount
    self.columnCount = columnCount
    if let path {
      do {
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: true)
      } catch {
        throw .fileSystem(path: path, operation: "create", reason: error.localizedDescription)
      }
      guard !FileManager.default.fileExists(atPath: path + "/store.json") else {
        throw .fileSystem(
          path: path, operation: "write", reason: "a store exists here; choose another folder")
      }
    }
    func section(_ name: String) throws(ClassifierError) -> SectionWriter {
      try SectionWriter(path: path.map { $0 + "/" + name })
    }
    values = try section("values.bin")
    bounds = try section("bounds.bin")
    rowLists = try section("rows.bin")
    slots = try section("columns.bin")
    groups = try section("groups.bin")
  }

  /// Adds one group. Columns without a non-zero value are dropped, the others sorted by norm.
  func append(_ block: GroupBlock, layer: Int32 = -1, expert: Int32 = -1) throws(ClassifierError) {
    switch block {
    case .dense(let rows, let columns, let bytes):
      try appendDense(rows: rows, columns: columns, bytes: bytes, layer: layer, expert: expert)
    case .sparse(let columns, let starts, let rows, let contents):
      try appendSparse(columns: columns, starts: starts, rows: rows, values: contents)
    }
  }

  private func appendDense(
    rows: [UInt32], columns: [UInt32], bytes: UnsafeRawPointer, layer: Int32, expert: Int32
  ) throws(ClassifierError) {
    guard !rows.isEmpty, !columns.isEmpty else { return }
    let width = columns.count
    var sum = [Double](repeating: 0, count: width)
    var centred = sum
    var maximum = sum
    var count = [UInt32](repeating: 0, count: width)
    var hasNegative: Int32 = 0
    var notFinite: Int32 = 0
    cls_column_statistics(
      dtype.code, bytes, rows.count, width, rowCount, &sum, &centred, &maximum, &count,
      &hasNegative, &notFinite)
    guard notFinite == 0 else {
      throw .valueOutOfRange(
        value: .infinity, dtype: dtype.rawValue, row: Int(rows.first ?? 0))
    }
    let norms = (0..<width).map { centred[$0] + sum[$0] * sum[$0] / Double(rowCount) }
    let order = (0..<UInt32(width)).filter { count[Int($0)] > 0 }
      .sorted { (norms[Int($1)], $0) < (norms[Int($0)], $1) }
    guard !order.isEmpty else { return }

    var record = GroupRecord()
    record.columnCount = order.count
    record.rowCount = rows.count
    record.isNonnegative = hasNegative == 0
    record.layer = layer
    record.expert = expert
    record.nonzeroCount = count.reduce(0) { $0 + Int($1) }
    let tileBytes = rows.count * 64 * dtype.sizeBytes
    let tiles = UnsafeMutableRawPointer.allocate(
      byteCount: record.tileCount * tileBytes, alignment: 64)
    defer { tiles.deallocate() }
    cls_make_tiles(dtype.code, bytes, rows.count, width, order, order.count, tiles)
    let boundBytes = rows.count * record.tileCount * dtype.boundSizeBytes
    let maxima = UnsafeMutableRawPointer.allocate(byteCount: boundBytes, alignment: 64)
    defer { maxima.deallocate() }
    for tile in 0..<record.tileCount {
      cls_row_maxima(
        dtype.code, tiles + tile * tileBytes, rows.count, record.tileCount,
        maxima + tile * dtype.boundSizeBytes)
    }
    try finishGroup(
      &record, values: [UnsafeRawBufferPointer(start: tiles, count: record.tileCount * tileBytes)],
      rows: rows, bounds: UnsafeRawBufferPointer(start: maxima, count: boundBytes),
      slots: order.map { index in
        SlotRecord(
          sum: sum[Int(index)], centredSquares: centred[Int(index)],
          maximumMagnitude: maximum[Int(index)], column: columns[Int(index)],
          count: count[Int(index)])
      })
  }

  private func appendSparse(
    columns: [UInt32], starts: [Int], rows: [UInt32], values contents: [Double]
  ) throws(ClassifierError) {
    var record = GroupRecord()
    record.encoding = .sparse
    var slotRecords: [SlotRecord] = []
    var kept: [Int] = []
    for (position, column) in columns.enumerated() {
      let part = contents[starts[position]..<starts[position + 1]]
      let count = part.reduce(0) { $0 + ($1 != 0 ? 1 : 0) }
      guard count > 0 else { continue }
      let sum = part.reduce(0, +)
      let mean = sum / Double(rowCount)
      let centred =
        part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        + Double(rowCount - part.count) * mean * mean
      if part.contains(where: { $0 < 0 }) { record.isNonnegative = false }
      guard sum.isFinite, centred.isFinite else {
        throw .valueOutOfRange(
          value: part.max() ?? 0, dtype: dtype.rawValue, row: Int(rows[starts[position]]))
      }
      slotRecords.append(
        SlotRecord(
          sum: sum, centredSquares: centred,
          maximumMagnitude: part.reduce(0) { max($0, abs($1)) }, column: column,
          count: UInt32(count)))
      kept.append(position)
      record.nonzeroCount += count
    }
    guard !kept.isEmpty else { return }
    record.columnCount = kept.count
    var newStarts: [UInt64] = [0]
    var newRows: [UInt32] = []
    var packed: [UInt8] = []
    for position in kept {
      for entry in starts[position]..<starts[position + 1] {
        newRows.append(rows[entry])
        try pack(contents[entry], row: Int(rows[entry]), into: &packed)
      }
      newStarts.append(UInt64(newRows.count))
    }
    if newRows.count % 2 == 1 { newRows.append(0) }
    let result: Result<Void, ClassifierError> = newStarts.withUnsafeBytes { startBytes in
      newRows.withUnsafeBytes { rowBytes in
        packed.withUnsafeBytes { valueBytes in
          do throws(ClassifierError) {
            try finishGroup(
              &record, values: [startBytes, rowBytes, valueBytes], rows: [],
              bounds: UnsafeRawBufferPointer(start: nil, count: 0), slots: slotRecords)
            return .success(())
          } catch { return .failure(error) }
        }
      }
    }
    try result.get()
  }

  private func pack(_ value: Double, row: Int, into bytes: inout [UInt8]) throws(ClassifierError) {
    switch dtype {
    case .f16:
      var half: UInt16 = 0
      var overflow: Int32 = 0
      var single = Float(value)
      vanishedCount += cls_round_f16(&single, &half, 1, &overflow)
      guard overflow == 0 else { throw .valueOutOfRange(value: value, dtype: "f16", row: row) }
      withUnsafeBytes(of: half.littleEndian) { bytes.append(contentsOf: $0) }
    case .f32:
      withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    case .f64:
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }

  private func finishGroup(
    _ record: inout GroupRecord, values parts: [UnsafeRawBufferPointer], rows: [UInt32],
    bounds boundBytes: UnsafeRawBufferPointer, slots slotRecords: [SlotRecord]
  ) throws(ClassifierError) {
    var hasher = SHA256()
    try values.align(64)
    try bounds.align(64)
    record.valuesOffset = values.offset
    record.boundsOffset = bounds.offset
    record.rowListOffset = rowLists.offset / 4
    record.firstSlot = slotCount
    for part in parts {
      hasher.update(bufferPointer: part)
      try values.append(part)
    }
    record.valuesLength = values.offset - record.valuesOffset
    rows.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    try rowLists.append(rows)
    hasher.update(bufferPointer: boundBytes)
    try bounds.append(boundBytes)
    record.digest = Array(hasher.finalize())
    try slots.append(slotRecords)
    try groups.append(record.bytes)
    slotCount += slotRecords.count
    groupCount += 1
    nonzeroCount += record.nonzeroCount
  }

  /// Completes the store.
  ///
  /// - Parameters:
  ///   - rows: `[rowCount]`.
  ///   - source: one sentence on where the values come from.
  package func finish(rows: [StoreRow], source: String) throws -> TileStore {
    guard rows.count == rowCount else {
      throw ClassifierError.invalidArgument(
        name: "rows", message: "\(rows.count) row descriptions for \(rowCount) rows")
    }
    let table = try SectionWriter(path: path.map { $0 + "/rows.jsonl" })
    for row in rows {
      try table.append(Array((try row.json.canonicalText() + "\n").utf8))
    }
    let sections = [
      ("bounds.bin", bounds), ("columns.bin", slots), ("groups.bin", groups),
      ("rows.bin", rowLists), ("rows.jsonl", table), ("values.bin", values),
    ]
    var files: [String: JSONValue] = [:]
    for (name, section) in sections {
      files[name] = [
        "bytes": .integer(Int64(section.offset)), "sha256": .string(section.digest()),
      ]
      try section.finish()
    }
    var manifest: [String: JSONValue] = [
      "schema": "referee/tile-store/v1", "dtype": .string(dtype.rawValue),
      "rounding": .string(dtype.rounding), "rows": .integer(Int64(rowCount)),
      "columns": .integer(Int64(columnCount)), "slots": .integer(Int64(slotCount)),
      "groups": .integer(Int64(groupCount)), "tileWidth": 64,
      "nonzeros": .integer(Int64(nonzeroCount)),
      "roundedToZero": .integer(Int64(vanishedCount)), "source": .string(source),
      "files": .object(files),
    ]
    if let layout { manifest["layout"] = layout.json }
    let document = JSONValue.object(manifest)
    if let path {
      let writer = try SectionWriter(path: path + "/store.json")
      try writer.append(Array(try document.prettyText().utf8))
      try writer.finish()
      try syncFolder(path)
      return try TileStore(path: path)
    }
    return try TileStore(
      path: "memory", manifest: document, rows: rows,
      sections: TileStore.Sections(
        values: values.takeMemory(), bounds: bounds.takeMemory(), rowLists: rowLists.takeMemory(),
        slots: slots.takeMemory(), groups: groups.takeMemory()))
  }
}
