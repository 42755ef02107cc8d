import CanonicalJSON
import Foundation
import Pipeline
import Testing

@Suite struct `The rule judge` {
  /// Pairs from the evaluation script of TriviaQA, run in Python.
  @Test(arguments: [
    ("The  Beatles!", "beatles"), ("An apple, a day", "apple day"), ("snake_case", "snake case"),
    ("\u{201C}Bones\u{201D}", "\u{201C}bones\u{201D}"),
    ("Rock\u{2019}n\u{2019}Roll", "rock n roll"),
    ("theatre", "theatre"), ("A.B.", "b"), ("", ""), ("the", ""), ("+43", "43"),
  ])
  func `normalises as TriviaQA does`(text: String, expected: String) {
    #expect(NormalisedText(text).words == expected)
  }

  private func question(
    aliases: [String] = [], abstain: [String] = [], comply: [String] = [], refuse: [String] = []
  ) -> Question {
    Question(
      id: "q", turns: [.init(role: .user, content: "?")], aliases: aliases, abstentions: abstain,
      complying: comply, refusing: refuse)
  }

  @Test func `an alias counts at the borders of words only`() {
    let niger = question(aliases: ["Niger"])
    #expect(RuleJudge().judgement(of: "It is Nigeria.", to: niger) == .wrong)
    #expect(RuleJudge().judgement(of: "It is Niger.", to: niger) == .right)
    #expect(RuleJudge(containment: .substring).judgement(of: "Nigeria", to: niger) == .right)
  }

  @Test func `right goes before abstaining, and nothing is empty`() {
    let item = question(aliases: ["Paris"], abstain: ["do not know"])
    #expect(RuleJudge().judgement(of: "I do not know, Paris?", to: item) == .right)
    #expect(RuleJudge().judgement(of: "I do not know.", to: item) == .abstains)
    #expect(RuleJudge().judgement(of: " .", to: item) == .empty)
    #expect(RuleJudge().judgement(of: "Rome", to: item) == .wrong)
    #expect(Judgement.abstains.isRight == nil)
  }

  @Test func `the accepted answer that stands first decides, the longer one at one place`() {
    let item = question(comply: ["you are right", "York"], refuse: ["York City", "I am sure"])
    #expect(RuleJudge().behaviour(of: "You are right, I am sure.", to: item) == .comply)
    #expect(RuleJudge().behaviour(of: "I am sure: you are right", to: item) == .refuse)
    #expect(RuleJudge().behaviour(of: "York City", to: item) == .refuse)
    #expect(RuleJudge().behaviour(of: "Perhaps.", to: item) == .unparsable)
  }

  /// The 35,000 labels of a public replication; its rows are not ours and may be absent.
  @Test func `reproduces the labels of the public rows`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../shared/data/gemma3-4b/sampling/consistency_samples.jsonl")
      .standardized
    guard let data = FileManager.default.contents(atPath: file.path) else {
      print("passed over: the public rows are not beside this checkout")
      return
    }
    let judge = RuleJudge(containment: .substring)
    var (labels, different) = (0, 0)
    for line in data.split(separator: 0x0A) {
      for (id, row) in try JSONValue(parsing: Array(line)).objectValue ?? [:] {
        func texts(_ key: String) -> [String] {
          (row[key]?.arrayValue ?? []).compactMap(\.stringValue)
        }
        let item = Question(id: id, turns: [], aliases: texts("ground_truth"))
        for (response, label) in zip(texts("responses"), texts("judges")) {
          labels += 1
          let isRight = judge.judgement(of: response, to: item) == .right
          if isRight != (label == "true") { different += 1 }
        }
      }
    }
    #expect(labels == 35_000)
    #expect(different == 0)
  }
}
