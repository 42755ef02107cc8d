import CanonicalJSON
import Model
import Tokenizer

/// Responses as text or JSON.
struct GenerationReport {
  let prompts: [PromptOptions.Resolved]
  /// `responses` for each prompt, in the order of the prompts.
  let answers: [GeneratedResponse]
  let responses: Int
  /// `nil`: the prompt was given as tokens, and tokens are the answer.
  let checkpoint: CheckpointTokenizer?

  func text() throws -> String {
    guard let checkpoint else {
      return answers.map { $0.tokens.map(String.init).joined(separator: ",") + "\n" }.joined()
    }
    var text = ""
    for (index, answer) in answers.enumerated() {
      let prompt = prompts[index / responses]
      let number = responses > 1 ? ", response \(index % responses)" : ""
      text += "== \(prompt.item.isEmpty ? "prompt" : prompt.item)\(number)\n"
      text += try checkpoint.tokenizer.decode(answer.tokens) + "\n"
    }
    return text
  }

  func document(_ model: LanguageModel, isFile: Bool) throws -> JSONValue {
    var document: [String: JSONValue] = [
      "schema": "referee/model-generate/v1", "engine": ModelDocument.engine(model),
    ]
    let entries = try prompts.indices.map { try entry($0) }
    if isFile {
      document["prompts"] = .array(entries.map(JSONValue.object))
    } else if let only = entries.first {
      document.merge(only) { first, _ in first }
    }
    return .object(document)
  }

  private func entry(_ index: Int) throws -> [String: JSONValue] {
    let prompt = prompts[index]
    let own = answers[index * responses..<(index + 1) * responses]
    var entry: [String: JSONValue] = [
      "item": .string(prompt.item), "prompt": ModelDocument.tokens(prompt.tokens),
      "responses": .array(try own.map { try response($0, to: prompt) }),
    ]
    if let text = prompt.text { entry["prompt_text"] = .string(text) }
    return entry
  }

  private func response(
    _ answer: GeneratedResponse, to prompt: PromptOptions.Resolved
  ) throws -> JSONValue {
    let ending: JSONValue =
      switch answer.ending {
      case .stopToken(let token): ["stop_token": .integer(Int64(token))]
      case .maximumTokens: "maximum_tokens"
      }
    var members: [String: JSONValue] = [
      "tokens": ModelDocument.tokens(answer.tokens), "ending": ending,
    ]
    if let tokenizer = checkpoint?.tokenizer {
      let text = try tokenizer.decode(answer.tokens)
      let sections = ThinkingSections(response: text, isOpen: prompt.opensThinking)
      members["text"] = .string(text)
      members["thinking"] = sections.thinking.map(JSONValue.string) ?? .null
      members["answer"] = .string(sections.answer)
      members["answer_start"] = ModelDocument.integer(
        try ThinkingSections.answerStart(
          of: answer.tokens, tokenizer: tokenizer, isOpen: prompt.opensThinking))
    }
    return .object(members)
  }
}
