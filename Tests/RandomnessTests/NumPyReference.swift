import CanonicalJSON
import Foundation

/// `Oracles/numpy_random.json`, made by `Oracles/numpy_random.py`.
enum NumPyReference {
  static func load() throws -> JSONValue {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Oracles/numpy_random.json")
    return try JSONValue(parsing: Data(contentsOf: file))
  }

  static func words(_ value: JSONValue?) -> [UInt64] {
    (value?.arrayValue ?? []).compactMap { $0.stringValue.flatMap { UInt64($0) } }
  }

  static func doubles(_ value: JSONValue?) -> [Double] {
    (value?.arrayValue ?? []).compactMap(\.doubleValue)
  }

  static func integers(_ value: JSONValue?) -> [Int] {
    (value?.arrayValue ?? []).compactMap(\.intValue)
  }

  static func word(_ value: JSONValue?) -> UInt64 {
    value?.stringValue.flatMap { UInt64($0) } ?? .max
  }
}
