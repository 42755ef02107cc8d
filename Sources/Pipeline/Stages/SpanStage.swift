internal import CanonicalJSON
internal import Endpoints
internal import Tokenizer

/// The tokens that state the answer, in the response of each kept question.
struct SpanStage {
  let questions: [String: Question]
  let model: TextModel
  let rule = AnswerSpanRule()

  /// `nil`: the rule finds spans.
  var extractor: SpanExtractor?

  typealias Input = (item: String, isRight: Bool?, response: Response)

  /// `{item, right, tokens, promptTokens, answer: [positions], text, span, method}`; `answer` counts
  /// from the start of the prompt and is empty when no span was found, with its `reason` where a
  /// model was asked.
  func rows(_ inputs: [Input]) throws -> [JSONValue] {
    let questions = try inputs.map { input in
      guard let question = self.questions[input.item] else {
        throw PipelineError.notPossible(
          stage: "spans", problem: "the item \(input.item) is unknown",
          remedy: "run from the start again")
      }
      return question
    }
    let found = try extractor?.spans(
      zip(inputs, questions).map { (response: $0.response.text, question: $1) })
    return try inputs.indices.map { place in
      try row(inputs[place], question: questions[place], found: found?[place])
    }
  }

  private func row(
    _ input: Input, question: Question, found: (result: SpanExtractor.Result, reply: ChatReply?)?
  ) throws -> JSONValue {
    let prompt = try model.prompt(question)
    let isForeign = input.response.reply != nil
    let own =
      isForeign
      ? try model.tokenizer.encode(input.response.text, addsSpecialTokens: false).tokens
      : input.response.tokens
    let (text, ranges) = try model.byteRanges(of: own)
    var span: (bytes: Range<Int>, method: String)?
    var reason: SpanExtractor.Reason?
    if isForeign, !text.utf8.elementsEqual(input.response.text.utf8) {
      reason = .notTokenised
    } else if let found {
      switch found.result {
      case .span(let bytes): span = (bytes, "model")
      case .none(let why): reason = why
      }
    } else {
      span = rule.span(in: text, to: question).map { ($0.bytes, $0.method.rawValue) }
    }
    let positions = span.map { span in
      ranges.indices.filter { ranges[$0].overlaps(span.bytes) }.map { $0 + prompt.count }
    }
    let tokens = prompt + own
    let shown = isForeign ? input.response.text : text
    let bytes = Array(shown.utf8)
    var members: [String: JSONValue] = [
      "item": .string(input.item), "right": input.isRight.map(JSONValue.bool) ?? .null,
      "tokens": .array(tokens.map { .integer(Int64($0)) }),
      "promptTokens": .integer(Int64(prompt.count)),
      "answer": .array((positions ?? []).map { .integer(Int64($0)) }), "text": .string(shown),
      "span": span.map { .string(String(decoding: bytes[$0.bytes], as: UTF8.self)) } ?? .null,
      "method": span.map { .string($0.method) } ?? .null,
    ]
    if let reason { members["reason"] = .string(reason.rawValue) }
    if let reply = found?.reply { members["spanReply"] = reply.json }
    return .object(members)
  }

  func run(
    samples: [JSONValue], filtered: [JSONValue], folder: StageFolder
  ) throws -> [JSONValue] {
    try rows(
      zip(samples, filtered).compactMap { sample, verdict in
        guard verdict["kept"]?.boolValue == true, let item = verdict["item"]?.stringValue,
          let index = verdict["response"]?.intValue, let json = sample["responses"]?[index]
        else { return nil }
        return (
          item: item,
          isRight: verdict["outcome"]?.stringValue == FilterStage.Outcome.alwaysRight.rawValue,
          response: try Response(json: json, folder: folder.path)
        )
      })
  }
}
