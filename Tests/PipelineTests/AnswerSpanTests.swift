import Pipeline
import Testing

@Suite struct `The rule for answer spans` {
  private func span(
    _ response: String, question: String, aliases: [String] = []
  ) -> (text: String, method: AnswerSpanRule.Method)? {
    let item = Question(
      id: "q", turns: [.init(role: .user, content: question)], aliases: aliases)
    return AnswerSpanRule().span(in: response, to: item).map { span in
      (String(decoding: Array(response.utf8)[span.bytes], as: UTF8.self), span.method)
    }
  }

  @Test(arguments: [
    ("The capital of Austria is Vienna.", "Which capital has Austria?", ["Vienna"], "Vienna"),
    ("It is Andorra la Vella.", "Capital of Andorra?", ["Andorra la Vella"], "Andorra la Vella"),
    ("Its dialling code is +43.", "What is the dialling code of Austria?", ["+43"], "+43"),
  ])
  func `a right answer is where its alias stands`(
    response: String, question: String, aliases: [String], expected: String
  ) throws {
    let found = try #require(span(response, question: question, aliases: aliases))
    #expect(found.text == expected)
    #expect(found.method == .alias)
  }

  @Test(arguments: [
    ("The capital of Austria is São Tomé. Or so.", "Which capital has Austria?", "São Tomé"),
    ("Kwanza", "Currency of Chad?", "Kwanza"),
    ("Chad uses the Libyan Dinar.", "Currency of Chad?", "Libyan Dinar"),
  ])
  func `a wrong answer is what the response adds to the question`(
    response: String, question: String, expected: String
  ) throws {
    let found = try #require(span(response, question: question, aliases: ["elsewhere"]))
    #expect(found.text == expected)
    #expect(found.method == .novelWords)
  }

  @Test func `an echo of the question is a whole span, and no word is none`() {
    #expect(span("Austria.", question: "Austria?")?.method == .whole)
    #expect(span(" … ", question: "Austria?") == nil)
  }
}
