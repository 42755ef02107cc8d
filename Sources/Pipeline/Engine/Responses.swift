internal import CanonicalJSON
internal import Model
internal import Tokenizer

/// One generated response, as a stage keeps it.
struct Response: Hashable, Sendable {
  let tokens: [Int32]
  let text: String
  /// Whether it ended by itself and not at the token limit.
  let isComplete: Bool

  init(tokens: [Int32], text: String, isComplete: Bool) {
    self.tokens = tokens
    self.text = text
    self.isComplete = isComplete
  }

  init(_ generated: GeneratedResponse, tokenizer model: TextModel) throws {
    tokens = generated.tokens
    text = try model.tokenizer.decode(generated.tokens)
    isComplete = generated.ending != .maximumTokens
  }

  var json: JSONValue {
    [
      "tokens": .array(tokens.map { .integer(Int64($0)) }), "text": .string(text),
      "complete": .bool(isComplete),
    ]
  }

  init(json: JSONValue, folder: String) throws {
    guard let list = json["tokens"]?.arrayValue, let text = json["text"]?.stringValue,
      let isComplete = json["complete"]?.boolValue
    else { throw PipelineError.damagedStage(folder: folder, problem: "a response lacks fields") }
    tokens = list.compactMap { $0.intValue.flatMap { Int32(exactly: $0) } }
    self.text = text
    self.isComplete = isComplete
  }
}
