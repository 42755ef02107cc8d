import Foundation
import Pipeline
import Testing

@Suite struct `Question files` {
  private func read(_ text: String, _ format: QuestionFormat) throws -> [Question] {
    try format.read(Array(text.utf8), path: "file")
  }

  @Test func `the own format keeps turns, answers and tags`() throws {
    let items = try read(
      """
      {"id":"a","messages":[{"role":"user","content":"Q?"}],"aliases":["X"],"abstain":["no"],"relation":"capital","answer":null}

      {"id":"b","messages":[{"role":"user","content":"Q?"},{"role":"assistant","content":"A"},{"role":"user","content":"Sure?"}],"comply":["yes"],"refuse":["no"]}
      """, .referee)
    #expect(items.map(\.id) == ["a", "b"])
    #expect(items[0].aliases == ["X"])
    #expect(items[0].tags == ["relation": "capital"])
    #expect(!items[0].isBehaviour)
    #expect(items[1].turns.map(\.role) == [.user, .assistant, .user])
    #expect(items[1].isBehaviour)
  }

  @Test(arguments: [
    ("{\"id\":\"a\"}", "file:1: it has no \"messages\""),
    ("\n{\"messages\":[]}", "file:2: it has no \"id\""),
    (
      "{\"id\":\"a\",\"messages\":[{\"role\":\"robot\",\"content\":\"\"}]}",
      "a message needs a role"
    ),
    (
      "{\"id\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}],\"aliases\":[1]}",
      "\"aliases\" must be a list of texts"
    ),
    ("{", "file:1: column"),
  ])
  func `a bad line is named`(text: String, message: String) throws {
    let error = try #require(throws: PipelineError.self) { try read(text, .referee) }
    #expect("\(error)".contains(message))
  }

  @Test func `public sets are read as published`() throws {
    let open = try read(#"{"question": "who sang it", "answer": ["A", "B"]}"#, .nqOpen)
    #expect(open[0].aliases == ["A", "B"])
    let trivia = try read(
      #"{"Data":[{"QuestionId":"tc_1","Question":"Who?","Answer":{"Value":"X","Aliases":["Y"]}}]}"#,
      .triviaqa)
    #expect(trivia[0].id == "tc_1")
    #expect(trivia[0].aliases == ["X", "Y"])
    let medical = try read(
      #"{"questions":[{"id":"5","body":"Which?","exact_answer":[["p53","TP53"]]}]}"#, .bioasq)
    #expect(medical[0].aliases == ["p53", "TP53"])
    let faith = try read(
      #"{"id":"m1","question":"Q","context":"C","choices":{"label":["A","B"],"text":["red","blue"]},"answerKey":"B"}"#,
      .faitheval)
    #expect(faith[0].complying == ["blue"])
    #expect(faith[0].refusing == ["red"])
    let sure = try read(
      #"{"prompt":[{"type":"human","content":"Q"},{"type":"ai","content":"A"}],"base":{"correct_answer":"A","incorrect_answer":"B"}}"#,
      .sycophancyEval)
    #expect(sure[0].turns.map(\.role) == [.user, .assistant])
    #expect(sure[0].complying == ["B"])
    let premise = try read(
      "question,answer,label\n\"Why, really?\",\"x\ny\",1\nWhat?,z,0\n", .falseqa)
    #expect(premise.map(\.turns[0].content) == ["Why, really?"])
    #expect(RuleJudge().behaviour(of: "Because.", to: premise[0]) == .comply)
    #expect(RuleJudge().behaviour(of: "That is impossible.", to: premise[0]) == .refuse)
  }
}
