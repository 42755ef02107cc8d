internal import CanonicalJSON

/// The tokens that state the answer, in the response of each kept question.
struct SpanStage {
  let questions: [String: Question]
  let model: TextModel
  let rule = AnswerSpanRule()

  /// `{item, right, tokens, promptTokens, answer: [positions], text, span, method}`; `answer` counts
  /// from the start of the prompt and is empty when no span was found.
  func row(item: String, isRight: Bool?, response: Response) throws -> JSONValue {
    guard let question = questions[item] else {
      throw PipelineError.notPossible(
        stage: "spans", problem: "the item \(item) is unknown", remedy: "run from the start again")
    }
    let prompt = try model.prompt(question)
    let (text, ranges) = try model.byteRanges(of: response.tokens)
    let span = rule.span(in: text, to: question)
    let positions = span.map { span in
      ranges.indices.filter { ranges[$0].overlaps(span.bytes) }.map { $0 + prompt.count }
    }
    let tokens = prompt + response.tokens
    let bytes = Array(text.utf8)
    return [
      "item": .string(item), "right": isRight.map(JSONValue.bool) ?? .null,
      "tokens": .array(tokens.map { .integer(Int64($0)) }),
      "promptTokens": .integer(Int64(prompt.count)),
      "answer": .array((positions ?? []).map { .integer(Int64($0)) }), "text": .string(text),
      "span": span.map { .string(String(decoding: bytes[$0.bytes], as: UTF8.self)) } ?? .null,
      "method": span.map { .string($0.method.rawValue) } ?? .null,
    ]
  }

  func run(
    samples: [JSONValue], filtered: [JSONValue], folder: StageFolder
  ) throws -> [JSONValue] {
    try zip(samples, filtered).compactMap { sample, verdict in
      guard verdict["kept"]?.boolValue == true, let item = verdict["item"]?.stringValue,
        let index = verdict["response"]?.intValue, let json = sample["responses"]?[index]
      else { return nil }
      return try row(
        item: item,
        isRight: verdict["outcome"]?.stringValue == FilterStage.Outcome.alwaysRight.rawValue,
        response: Response(json: json, folder: folder.path))
    }
  }
}
