import Audit
import Statistics
import Study
import StudyFixtures
import Testing

/// Each test holds one mistake that an earlier version made.
@Suite struct ReviewFixesTests1 {
  // Compared the two ends only and called an inverted U equivalent.
  @Test func `an inverted U is not equivalent`() {
    let study = StudyFixture().rates("Quiz", "A", n: 1000, [120, 400, 400, 120])
      .claim(.noEffect, id: "claim")
    let verdicts = AbsenceOfEvidenceRule.findings(study).compactMap { $0.verdict(on: "claim") }
    #expect(verdicts == [.inconclusive])
  }

  // Enumerated for minutes: storing partial tables was not charged to the limit.
  @Test func `a large exact table is undefined`() throws {
    let arms = try (0..<5).map { _ in try Proportion(successes: 50, trials: 100) }
    let test = FreemanHaltonTest(try ContingencyTable(arms: arms))
    #expect(test.pValue.reason?.code == .tooLarge || test.pValue.value == 1)
  }

  // Held one value per item: ten million items per dose took minutes.
  @Test func `ordered groups of counts agree with their values`() throws {
    let values = [(3, 7), (5, 9), (8, 11)]
    let groups = values.map {
      Array(repeating: 1.0, count: $0.0) + Array(repeating: 0.0, count: $0.1 - $0.0)
    }
    let whole = try JonckheereTest(groups, computesExact: false)
    let counts = try JonckheereTest(successes: values.map(\.0), totals: values.map(\.1))
    #expect(whole == counts)
  }
}
