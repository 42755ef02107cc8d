internal import CanonicalJSON
internal import Provenance
internal import RawStore

/// Fields that several formats share, read with the same rules.
enum RowFields {
  /// An item's id: a text, or a whole number.
  static func item(_ value: JSONValue?, key: String) throws -> String {
    switch value {
    case .string(let text) where !text.isEmpty: return text
    case .integer(let number): return String(number)
    case .none: throw LineRefusal("the key \(key) is missing")
    default: throw LineRefusal("\(key) is neither a text nor a whole number")
    }
  }

  /// The outcome under `key`; a failed parse is unscored whatever the key says.
  static func outcome(_ members: [String: JSONValue], key: String) throws -> Outcome {
    if members["parse_failure"]?.boolValue == true { return .unscored("parse-failure") }
    if let error = members["error"], !error.isNull, error != .bool(false), error != .string("") {
      return .unscored("error")
    }
    // Older files have no `parse_failure`: an answer that was not found says so by `chosen: null`.
    if members["parse_failure"] == nil, members["chosen"]?.isNull == true {
      return .unscored("parse-failure")
    }
    guard let value = members[key] else { throw LineRefusal("the key \(key) is missing") }
    guard let outcome = binary(value) else {
      throw LineRefusal("\(key) is neither true, false nor null")
    }
    return outcome
  }

  /// `true`, `false`, 1, 0 and their texts; `null` is unscored.
  static func binary(_ value: JSONValue) -> Outcome? {
    switch value {
    case .bool(let value): .scored(value)
    case .null: .unscored("not-judged")
    case .integer(0), .number(0): .scored(false)
    case .integer(1), .number(1): .scored(true)
    case .string(let text):
      switch text.lowercased() {
      case "true": .scored(true)
      case "false": .scored(false)
      default: nil
      }
    default: nil
    }
  }

  /// What a judge said: `true`, `false`, or its own word for neither.
  static func judgement(_ value: JSONValue) -> Outcome {
    if let outcome = binary(value) { return outcome }
    guard let text = value.stringValue?.lowercased(), !text.isEmpty, text.utf8.count <= 60 else {
      return .unscored("not-judged")
    }
    return .unscored(text)
  }

  static func replicate(_ value: JSONValue?) throws -> Int {
    guard let value, !value.isNull else { return 0 }
    guard let replicate = value.intValue else {
      throw LineRefusal("replicate is not a whole number")
    }
    return replicate
  }

  /// The digest of `response`, or the one given as `response_sha256` where the text was removed.
  static func response(
    _ members: [String: JSONValue], writer: RowWriter
  ) throws -> SHA256Digest? {
    if let text = members["response"]?.stringValue { return try writer.response(text) }
    guard let given = members["response_sha256"]?.stringValue else { return nil }
    guard let digest = SHA256Digest(hexadecimal: given) else {
      throw LineRefusal("response_sha256 is not 64 hexadecimal digits")
    }
    return digest
  }
}
