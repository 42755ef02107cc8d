import CanonicalJSON
import Foundation

/// `Oracles/extra/resampling_and_order.json`, made by the script of the same name.
enum ExtraOracle {
  static func load() throws -> JSONValue { try load("extra/resampling_and_order") }

  static func load(_ name: String) throws -> JSONValue {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Oracles/\(name).json")
    return try JSONValue(parsing: Data(contentsOf: file))
  }
}

extension JSONValue {
  var doubles: [Double] { (arrayValue ?? []).compactMap(\.doubleValue) }
  var integers: [Int] { (arrayValue ?? []).compactMap(\.intValue) }
  var labels: [Bool] { integers.map { $0 == 1 } }
  var boolRows: [[Bool]] { (arrayValue ?? []).map(\.labels) }
}
