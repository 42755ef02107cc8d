/// Reads the little-endian fields of a GGUF header; every length is checked against the file.
struct GGUFReader {
  let file: MappedFile
  var offset: Int

  var remaining: Int { file.bytes.count - offset }

  mutating func number<Number: FixedWidthInteger>(
    _ type: Number.Type
  ) throws -> Number {
    let width = MemoryLayout<Number>.size
    guard remaining >= width else {
      throw file.corrupt("the file ends inside its header", at: offset)
    }
    defer { offset += width }
    return Number(littleEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// A count or length of which each unit takes at least `unit` bytes.
  mutating func length(unit: Int) throws -> Int {
    let start = offset
    let value = try number(UInt64.self)
    guard value <= UInt64(max(0, remaining) / max(1, unit)) else {
      throw file.corrupt("a length of \(value) does not fit the file", at: start)
    }
    return Int(value)
  }

  mutating func stringBytes() throws -> UnsafeRawBufferPointer {
    let count = try length(unit: 1)
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: file.bytes[offset..<offset + count])
  }

  mutating func string() throws -> String {
    String(decoding: try stringBytes(), as: UTF8.self)
  }

  mutating func value(type: UInt32, depth: Int = 0) throws -> GGUFValue {
    switch type {
    case 0: return .unsigned(UInt64(try number(UInt8.self)))
    case 1: return .signed(Int64(try number(Int8.self)))
    case 2: return .unsigned(UInt64(try number(UInt16.self)))
    case 3: return .signed(Int64(try number(Int16.self)))
    case 4: return .unsigned(UInt64(try number(UInt32.self)))
    case 5: return .signed(Int64(try number(Int32.self)))
    case 6: return .float(Double(Float(bitPattern: try number(UInt32.self))))
    case 7: return .bool(try number(UInt8.self) != 0)
    case 8: return .string(try string())
    case 9 where depth == 0: return try array()
    case 10: return .unsigned(try number(UInt64.self))
    case 11: return .signed(try number(Int64.self))
    case 12: return .float(Double(bitPattern: try number(UInt64.self)))
    default: throw file.corrupt("unknown metadata type \(type)", at: offset)
    }
  }

  private mutating func array() throws -> GGUFValue {
    let elementType = try number(UInt32.self)
    let widths: [UInt32: Int] = [
      0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 8: 8, 10: 8, 11: 8, 12: 8,
    ]
    guard let width = widths[elementType] else {
      throw file.corrupt("an array of unknown type \(elementType)", at: offset)
    }
    let count = try length(unit: width)
    let start = offset
    if elementType == 8 {
      for _ in 0..<count { _ = try stringBytes() }
    } else {
      offset += count * width
    }
    return .array(
      GGUFArray(file: file, elementType: elementType, count: count, offset: start))
  }
}
