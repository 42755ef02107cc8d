public import CanonicalJSON
internal import Provenance

/// One chat that is to be answered once.
public struct ChatRequest: Hashable, Sendable {
  public struct Message: Hashable, Sendable {
    public let role: String
    public let content: String

    public init(role: String, content: String) {
      self.role = role
      self.content = content
    }
  }

  /// What the request is for, for example `sample/item-7/3`: part of its identity, so that requests
  /// with the same words are answered separately where their labels differ.
  public let label: String
  public let messages: [Message]
  public let temperature: Double
  public let topP: Double?
  public let topK: Int?
  public let maximumTokens: Int
  /// 0 … 2³¹ − 1: what every server takes.
  public let seed: Int?

  public init(
    label: String, messages: [Message], temperature: Double, topP: Double? = nil, topK: Int? = nil,
    maximumTokens: Int, seed: Int? = nil
  ) {
    self.label = label
    self.messages = messages
    self.temperature = temperature
    self.topP = topP
    self.topK = topK
    self.maximumTokens = maximumTokens
    self.seed = seed
  }

  /// Digest of everything that decides the reply beside the endpoint.
  public var digest: String {
    get throws {
      try SHA256Hex(
        ofCanonical: [
          "label": .string(label),
          "messages": .array(
            messages.map { ["role": .string($0.role), "content": .string($0.content)] }),
          "temperature": .number(temperature), "top_p": topP.map(JSONValue.number) ?? .null,
          "top_k": topK.map { .integer(Int64($0)) } ?? .null,
          "max_tokens": .integer(Int64(maximumTokens)),
          "seed": seed.map { .integer(Int64($0)) } ?? .null,
        ]
      ).description
    }
  }

  /// The seed of one response: 31 bits of the SHA-256 of study seed, item and response, so that it
  /// depends on nothing else.
  public static func seed(study: UInt64, item: String, response: Int) throws -> Int {
    let digest = try SHA256Hex(
      ofCanonical: [.string(String(study)), .string(item), .integer(Int64(response))])
    return (Int(digest.description.prefix(8), radix: 16) ?? 0) & 0x7FFF_FFFF
  }
}

/// What an endpoint replied, as it stands.
public struct ChatReply: Hashable, Sendable {
  /// Byte for byte the content of the message.
  public let text: String
  /// The model that the server says it used.
  public let model: String?
  /// OpenAI's `system_fingerprint`: changes when the server's configuration does.
  public let fingerprint: String?
  /// `stop`, `length` or a word of the server's own.
  public let ending: String?
  public let promptTokens: Int?
  public let responseTokens: Int?

  public init(
    text: String, model: String? = nil, fingerprint: String? = nil, ending: String? = nil,
    promptTokens: Int? = nil, responseTokens: Int? = nil
  ) {
    self.text = text
    self.model = model
    self.fingerprint = fingerprint
    self.ending = ending
    self.promptTokens = promptTokens
    self.responseTokens = responseTokens
  }

  /// Whether it ended by itself and not at the token limit.
  public var isComplete: Bool { ending != "length" }

  public var json: JSONValue {
    let members: [(String, JSONValue?)] = [
      ("text", .string(text)), ("model", model.map(JSONValue.string)),
      ("fingerprint", fingerprint.map(JSONValue.string)), ("ending", ending.map(JSONValue.string)),
      ("promptTokens", promptTokens.map { .integer(Int64($0)) }),
      ("responseTokens", responseTokens.map { .integer(Int64($0)) }),
    ]
    return .object(
      Dictionary(
        members.compactMap { name, value in value.map { (name, $0) } },
        uniquingKeysWith: { first, _ in first }))
  }

  /// `nil` without a text.
  public init?(json: JSONValue) {
    guard let text = json["text"]?.stringValue else { return nil }
    self.init(
      text: text, model: json["model"]?.stringValue, fingerprint: json["fingerprint"]?.stringValue,
      ending: json["ending"]?.stringValue, promptTokens: json["promptTokens"]?.intValue,
      responseTokens: json["responseTokens"]?.intValue)
  }
}
