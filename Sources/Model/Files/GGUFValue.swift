/// A metadata value of a GGUF file. Arrays are decoded when asked for, so that a claim of a billion
/// elements costs nothing.
package enum GGUFValue: Sendable {
  case unsigned(UInt64)
  case signed(Int64)
  case float(Double)
  case bool(Bool)
  case string(String)
  case array(GGUFArray)

  package var intValue: Int? {
    switch self {
    case .unsigned(let value): Int(exactly: value)
    case .signed(let value): Int(exactly: value)
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  package var doubleValue: Double? {
    switch self {
    case .unsigned(let value): Double(value)
    case .signed(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

  package var stringValue: String? { if case .string(let value) = self { value } else { nil } }

  package var arrayValue: GGUFArray? { if case .array(let value) = self { value } else { nil } }
}

/// An array of GGUF metadata inside the mapped file, its extent already checked.
package struct GGUFArray: Sendable {
  let file: MappedFile
  let elementType: UInt32
  package let count: Int
  let offset: Int

  /// The elements, none of them an array.
  package func elements() -> [GGUFValue] {
    var reader = GGUFReader(file: file, offset: offset)
    var values: [GGUFValue] = []
    for _ in 0..<count {
      guard let value = try? reader.value(type: elementType, depth: 1) else { break }
      values.append(value)
    }
    return values
  }

  /// The elements as text with invalid UTF-8 kept as bytes: vocabularies hold pieces of characters.
  package func byteStrings() -> [[UInt8]] {
    guard elementType == 8 else { return [] }
    var reader = GGUFReader(file: file, offset: offset)
    var strings: [[UInt8]] = []
    for _ in 0..<count {
      guard let bytes = try? reader.stringBytes() else { break }
      strings.append(Array(bytes))
    }
    return strings
  }
}
