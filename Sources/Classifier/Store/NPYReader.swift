import Foundation

/// Reads a two-dimensional NPY array (`float16`, `float32`, `float64`, C or Fortran order) through a
/// memory map.
///
/// - Source: NumPy enhancement proposal 1, format versions 1.0 to 3.0.
package struct NPYReader {
  package let rowCount: Int
  package let columnCount: Int
  package let dtype: StoreValueType
  private let file: MappedFile
  private let dataOffset: Int
  private let isFortran: Bool

  package init(path: String) throws(ClassifierError) {
    file = try MappedFile(path: path)
    func fail(_ message: String) -> ClassifierError {
      .malformed(file: path, line: 1, column: 0, message: message)
    }
    let bytes = file.bytes
    guard bytes.count >= 12, bytes[0] == 0x93, bytes[1..<6].elementsEqual("NUMPY".utf8) else {
      throw fail("not an NPY file")
    }
    let isLong = bytes[6] >= 2
    guard (1...3).contains(bytes[6]) else { throw fail("NPY version \(bytes[6]) is unknown") }
    let length =
      isLong
      ? Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
      : Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
    dataOffset = (isLong ? 12 : 10) + length
    guard length <= 65_536, dataOffset <= bytes.count else { throw fail("the header is cut off") }
    let header = String(
      decoding: bytes[(isLong ? 12 : 10)..<dataOffset], as: UTF8.self)
    func field(_ name: String) -> Substring? {
      guard let key = header.range(of: "'\(name)':") else { return nil }
      return header[key.upperBound...].drop { $0 == " " }
    }
    guard let descriptor = field("descr")?.dropFirst().prefix(3) else {
      throw fail("the header has no descr")
    }
    switch descriptor {
    case "<f2": dtype = .f16
    case "<f4": dtype = .f32
    case "<f8": dtype = .f64
    default: throw fail("dtype \(descriptor) is not one of <f2, <f4, <f8")
    }
    guard let order = field("fortran_order") else { throw fail("the header has no fortran_order") }
    isFortran = order.hasPrefix("True")
    guard let shape = field("shape"), shape.hasPrefix("("), let end = shape.firstIndex(of: ")")
    else { throw fail("the header has no shape") }
    let parts = shape[shape.index(after: shape.startIndex)..<end].split(separator: ",")
      .map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    guard parts.count == 2, let rows = Int(parts[0]), let columns = Int(parts[1]), rows > 0,
      columns > 0, rows < 1 << 31, columns < 1 << 32
    else { throw fail("the shape must be two positive numbers") }
    rowCount = rows
    columnCount = columns
    let (cells, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, cells <= (bytes.count - dataOffset) / dtype.sizeBytes else {
      throw fail("the file ends before the last of \(rows) × \(columns) values")
    }
  }

  package func value(_ row: Int, _ column: Int) -> Double {
    let index = isFortran ? column * rowCount + row : row * columnCount + column
    let offset = dataOffset + index * dtype.sizeBytes
    switch dtype {
    case .f16:
      return Double(
        Float16(bitPattern: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    case .f32: return Double(file.bytes.loadUnaligned(fromByteOffset: offset, as: Float.self))
    case .f64: return file.bytes.loadUnaligned(fromByteOffset: offset, as: Double.self)
    }
  }

  /// Writes the array as a store, 512 columns at a time.
  package func store(
    rows: [StoreRow], dtype: StoreValueType, path: String?
  ) throws -> TileStore {
    let writer = try StoreWriter(
      path: path, dtype: dtype, rowCount: rowCount, columnCount: columnCount)
    for first in stride(from: 0, to: columnCount, by: 512) {
      let columns = (first..<min(first + 512, columnCount))
      let block = UnsafeMutableRawPointer.allocate(
        byteCount: rowCount * columns.count * dtype.sizeBytes, alignment: 64)
      defer { block.deallocate() }
      var active: [UInt32] = []
      for row in 0..<rowCount {
        var isActive = false
        for column in columns {
          let value = value(row, column)
          isActive = isActive || value != 0
          try writer.store(
            value, row: row, at: block, cell: active.count * columns.count + column - first)
        }
        if isActive { active.append(UInt32(row)) }
      }
      try writer.append(
        .dense(rows: active, columns: columns.map { UInt32($0) }, bytes: block))
    }
    return try writer.finish(rows: rows, source: "an NPY array")
  }
}
