public import CanonicalJSON

/// A part of a store's content with its own hash: one dose of one arm, one detector on one question
/// set, one split. A change is named by the part whose hash differs.
public struct ContentPart: Hashable, Sendable, CustomStringConvertible {
  public let study: String
  /// `outcomes`, `samples`, `answer-spans`, `scores`, `neurons`, `split`, `classifier-rows`.
  public let kind: String
  /// What tells parts of a kind apart, outermost first.
  public let key: [String]
  public let rowCount: Int
  /// Rows that are `true`; only for outcomes.
  public let trueCount: Int?
  /// SHA-256 of the canonical rows, in hexadecimal.
  public let sha256: String

  public init(
    study: String, kind: String, key: [String], rowCount: Int, trueCount: Int? = nil,
    sha256: String
  ) {
    self.study = study
    self.kind = kind
    self.key = key
    self.rowCount = rowCount
    self.trueCount = trueCount
    self.sha256 = sha256
  }

  /// `outcomes of faitheval · default · h-neurons · dose 1.5`.
  public var description: String {
    kind + (key.isEmpty ? "" : " of " + key.filter { !$0.isEmpty }.joined(separator: " · "))
  }

  /// `{study, kind, key, rows, true, sha256}`.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "study": .string(study), "kind": .string(kind), "key": .array(key.map(JSONValue.string)),
      "rows": .integer(Int64(rowCount)), "sha256": .string(sha256),
    ]
    if let trueCount { members["true"] = .integer(Int64(trueCount)) }
    return .object(members)
  }

  /// The part that ``json`` stands for; `nil` for anything else.
  public init?(json: JSONValue) {
    guard let study = json["study"]?.stringValue, let kind = json["kind"]?.stringValue,
      let key = json["key"]?.arrayValue, let rowCount = json["rows"]?.intValue,
      let sha256 = json["sha256"]?.stringValue
    else { return nil }
    self.init(
      study: study, kind: kind, key: key.compactMap(\.stringValue), rowCount: rowCount,
      trueCount: json["true"]?.intValue, sha256: sha256)
  }
}
