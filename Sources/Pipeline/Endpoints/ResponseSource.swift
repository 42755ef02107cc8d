internal import CanonicalJSON
internal import Endpoints
internal import Model
internal import Study

/// Where the responses to questions come from.
enum ResponseSource {
  case engine(TextModel)
  case endpoint(ChatBook)

  /// What decides the responses beside plan and questions, for the key of a stage.
  var identity: JSONValue? {
    switch self {
    case .engine: nil
    case .endpoint(let book): book.identity
    }
  }

  /// `count` responses to each question, question by question.
  ///
  /// - Parameter use: told apart from other uses of the same question, for example `sample`.
  func responses(
    to questions: [Question], count: Int, use: String, plan: StudyPlan, batchSize: Int
  ) throws -> [Response] {
    switch self {
    case .engine(let model):
      let requests = try questions.flatMap { question in
        let prompt = try model.prompt(question)
        return (0..<count).map { response in
          model.request(
            question, prompt: prompt, maximumTokens: plan.sampling.maximumTokens,
            sampling: SampleStage.sampling(plan), seed: plan.design.seed, responseIndex: response)
        }
      }
      return try model.model.generate(requests, batchSize: batchSize).map {
        try Response($0, tokenizer: model)
      }
    case .endpoint(let book):
      let sampling = plan.sampling
      let requests = try questions.flatMap { question in
        try (0..<count).map { response in
          ChatRequest(
            label: "\(use)/\(question.id)/\(response)", messages: question.messages,
            temperature: sampling.temperature, topP: sampling.topP, topK: sampling.topK,
            maximumTokens: sampling.maximumTokens,
            seed: try ChatRequest.seed(
              study: plan.design.seed, item: question.id, response: response))
        }
      }
      return try book.replies(to: requests).map(Response.init)
    }
  }
}

extension Question {
  var messages: [ChatRequest.Message] {
    turns.map { ChatRequest.Message(role: $0.role.rawValue, content: $0.content) }
  }

  /// The turns as text for a template: the words alone where there is one turn.
  var shown: String {
    turns.count == 1
      ? turns[0].content
      : turns.map { "\($0.role.rawValue): \($0.content)" }.joined(separator: "\n")
  }
}

/// A text with places for others, filled in one pass: what is inserted is not searched again.
struct PromptTemplate {
  let text: String

  func filled(_ values: [(placeholder: String, text: String)]) -> String {
    var result = ""
    var rest = Substring(text)
    while let brace = rest.firstIndex(of: "{") {
      result += rest[..<brace]
      rest = rest[brace...]
      if let value = values.first(where: { rest.hasPrefix($0.placeholder) }) {
        result += value.text
        rest = rest.dropFirst(value.placeholder.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result + rest
  }
}
