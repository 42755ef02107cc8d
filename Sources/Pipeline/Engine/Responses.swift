internal import CanonicalJSON
internal import Endpoints
internal import Model
internal import Tokenizer

/// One response, as a stage keeps it.
struct Response: Hashable, Sendable {
  /// Empty for the text of an endpoint, whose tokens are not ours.
  let tokens: [Int32]
  let text: String
  /// Whether it ended by itself and not at the token limit.
  let isComplete: Bool
  /// What an endpoint said beside the text.
  let reply: ChatReply?

  init(tokens: [Int32], text: String, isComplete: Bool) {
    self.tokens = tokens
    self.text = text
    self.isComplete = isComplete
    reply = nil
  }

  init(_ reply: ChatReply) {
    tokens = []
    text = reply.text
    isComplete = reply.isComplete
    self.reply = reply
  }

  init(_ generated: GeneratedResponse, tokenizer model: TextModel) throws {
    tokens = generated.tokens
    text = try model.tokenizer.decode(generated.tokens)
    isComplete = generated.ending != .maximumTokens
    reply = nil
  }

  var json: JSONValue {
    var members: [String: JSONValue] = [
      "tokens": .array(tokens.map { .integer(Int64($0)) }), "text": .string(text),
      "complete": .bool(isComplete),
    ]
    if let reply { members["reply"] = reply.json }
    return .object(members)
  }

  init(json: JSONValue, folder: String) throws {
    guard let list = json["tokens"]?.arrayValue, let text = json["text"]?.stringValue,
      let isComplete = json["complete"]?.boolValue
    else { throw PipelineError.damagedStage(folder: folder, problem: "a response lacks fields") }
    tokens = list.compactMap { $0.intValue.flatMap { Int32(exactly: $0) } }
    self.text = text
    self.isComplete = isComplete
    reply = json["reply"].flatMap(ChatReply.init)
  }
}
