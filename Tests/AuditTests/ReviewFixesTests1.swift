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
  @Test func `an exact table is right up to the bound and undefined beyond it`() throws {
    let five = try [42, 50, 58, 47, 53].map { try Proportion(successes: $0, trials: 100) }
    let beyond = FreemanHaltonTest(try ContingencyTable(arms: five)).pValue
    #expect(beyond.reason?.code == .tooLarge, "\(beyond)")
    // Oracle: all 101³ tables of four arms, enumerated in numpy.
    let within = FreemanHaltonTest(try ContingencyTable(arms: Array(five.prefix(4)))).pValue
    let p = try #require(within.value)
    #expect(abs(p - 0.144_212_525_911) < 1e-9, "\(p)")
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
