public import CanonicalJSON

/// A record of the ledger as it is stored.
public struct LedgerRecord: Hashable, Sendable {
  /// 1, 2, …
  public let position: Int
  /// Canonical JSON.
  public let text: String
  /// The stored digest of ``text``, in hexadecimal.
  public let sha256: String
  /// When and where it was written; outside the hash.
  public let time: String
  public let host: String

  public init(position: Int, text: String, sha256: String, time: String, host: String) {
    self.position = position
    self.text = text
    self.sha256 = sha256
    self.time = time
    self.host = host
  }

  /// The record as a value; `null` when it is not JSON.
  public var json: JSONValue { (try? JSONValue(parsing: Array(text.utf8))) ?? .null }

  public var stage: String { json["stage"]?.stringValue ?? "" }

  public var tool: String { json["tool"]?.stringValue ?? "" }

  /// Digest of the record before; `nil` for the first.
  public var previous: String? { json["previous"]?.stringValue }

  /// Content hash of the store after the recorded step.
  public var contentHash: String? { json["content"]?.stringValue }

  /// The parts of the content after the recorded step.
  public var parts: [ContentPart] {
    (json["parts"]?.arrayValue ?? []).compactMap(ContentPart.init(json:))
  }
}
