internal import Endpoints
internal import Study

/// Answer spans that a model names. A span that is not in the response byte for byte is none.
struct SpanExtractor {
  let plan: SpanPlan
  let book: ChatBook

  enum Result: Hashable {
    /// UTF-8 bytes of the response.
    case span(Range<Int>)
    case none(Reason)
  }

  /// Why there is no span.
  enum Reason: String, Hashable, CaseIterable {
    case emptyResponse = "empty-response"
    /// The model says that no part states an answer.
    case noSpan = "no-span"
    /// The reply is not a part of the response.
    case notVerbatim = "span-not-verbatim"
    /// The reply ended at its token limit.
    case cutOff = "span-cut-off"
    /// The own tokenizer does not give the response back, so that its tokens cannot be named.
    case notTokenised = "not-tokenised-verbatim"
  }

  func spans(_ answers: [(response: String, question: Question)]) throws
    -> [(result: Result, reply: ChatReply?)]
  {
    let template = PromptTemplate(text: plan.prompt)
    let places = answers.indices.filter { !answers[$0].response.isEmpty }
    let replies = try book.replies(
      to: places.map { place in
        let (response, question) = answers[place]
        return ChatRequest(
          label: "span",
          messages: [
            .init(
              role: "user",
              content: template.filled([
                ("{question}", question.shown), ("{response}", response),
              ]))
          ], temperature: 0, maximumTokens: plan.maximumTokens)
      })
    var results = [(result: Result, reply: ChatReply?)](
      repeating: (.none(.emptyResponse), nil), count: answers.count)
    for (place, reply) in zip(places, replies) {
      results[place] = (Self.result(of: reply, in: answers[place].response), reply)
    }
    return results
  }

  /// Blanks around the reply do not count; everything else does.
  static func result(of reply: ChatReply, in response: String) -> Result {
    guard reply.isComplete else { return .none(.cutOff) }
    let scalars = reply.text.unicodeScalars.drop { $0.properties.isWhitespace }
    let key = Array(
      String(
        String.UnicodeScalarView(
          scalars.reversed().drop { $0.properties.isWhitespace }.reversed())
      ).utf8)
    if key.isEmpty || key == Array("NONE".utf8) { return .none(.noSpan) }
    let text = Array(response.utf8)
    guard key.count <= text.count else { return .none(.notVerbatim) }
    for start in 0...(text.count - key.count)
    where text[start..<start + key.count].elementsEqual(key) {
      return .span(start..<start + key.count)
    }
    return .none(.notVerbatim)
  }
}
