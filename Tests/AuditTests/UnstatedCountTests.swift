import Audit
import Study
import StudyFixtures
import Testing

/// R04, R24 and R30 on rows whose n is unstated and large: they were once taken for unmeasured.
@Suite struct UnstatedCountTests {
  /// Rates over 1,733 items: no n up to 200 gives them.
  private func large(_ doses: Int = 4) -> StudyFixture {
    let counts = [571, 613, 607, 661].enumerated().map { $0 < doses ? $1 : nil }
    return StudyFixture().rates("Quiz", "A", n: 1733, counts, stated: false, decimals: 2)
  }

  @Test func `a printed rate is reported whatever its n`() throws {
    #expect(try MissingCellRule.finding("R04/Quiz/A", large()).isPassed)
    let short = try MissingCellRule.finding("R04/Quiz/A", large(3))
    #expect(try short.text("missing") == "3")
    #expect(try short.text("nowhere") == "3")
  }

  @Test func `an endpoint is measured whatever its n`() throws {
    let claim = large().claim(
      .controlsEndpoint, terms: ["endpoint": "Compliance", "direction": "controls"])
    #expect(try ClaimScopeRule.finding("R30/claim-1", claim).isPassed)
    let other = large().claim(
      .controlsEndpoint, terms: ["endpoint": "accuracy", "direction": "controls"])
    #expect(try ClaimScopeRule.finding("R30/claim-1", other).isFired)
  }

  @Test func `the list of feasible n says where it ends`() throws {
    let study = large().rates("Facts", "A", n: 100, [12, 27, 20, 13], stated: false)
    let finding = try UnknownCountRule.finding("R24", study)
    #expect(try finding.number("unstated") == 2)
    #expect(try finding.number("limit") == 200)
    // Two decimals: from 10,000 on every n gives every rate.
    #expect(try finding.number("universal") == 10_000)
    #expect(try finding.text("feasible-2") == "100, 200")
    let smallest = try #require(StudyContext(study: study.build()).rows.first?.feasibleTotals)
    #expect(smallest.count == 1 && (201...1733).contains(smallest[0]))
    #expect(try finding.text("feasible-1") == "\(smallest[0])")
  }

  @Test func `a stated n that no rate fits is not an unstated one`() throws {
    let study = StudyFixture().printed("Quiz", "A", ["12.1%", "27.3%"], n: 40)
    #expect(try UnknownCountRule.finding("R24", study).isPassed)
    #expect(try GrimRule.finding("R01/V1/Quiz/A", study).isFired)
    #expect(try MissingCellRule.finding("R04/Quiz/A", study).text("missing") == "2, 3")
  }

  // MARK: Granularity

  @Test func `equal rates count once`() throws {
    func findings(_ counts: [Int?]) -> [Finding] {
      UnknownCountRule.findings(
        StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 13])
          .rates("Quiz", "B", n: 100, counts, stated: false))
    }
    // Four equal rates may be the same answers to the same items four times.
    #expect(findings([20, 20, 20, 20]).map(\.id) == ["R24"])
    let finding = try #require(findings([20, 15, 10, 15]).first { $0.id == "R24/Quiz/B" })
    #expect(try finding.number("distinct") == 3)
    // (21 / 101)³ of three different rates, (21 / 101)⁴ of all four.
    #expect(isClose(try finding.number("coincidence-once"), 0.008989, within: 1e-6))
    #expect(isClose(try finding.number("coincidence"), 0.001869, within: 1e-6))
  }

  @Test func `whole percentages say less about n than decimals do`() throws {
    // 15 % of 300 are 44 to 46 items: the grid of twentieths is hit three times as often.
    let study = StudyFixture().rates("Quiz", "A", n: 300, [37, 80, 61, 39])
      .printed("Quiz", "B", ["20%", "15%", "10%", "5%"])
    let finding = try UnknownCountRule.finding("R24/Quiz/B", study)
    #expect(try finding.number("assumed") == 300)
    let share = (2.0 + 19 * 3 + 2) / 301
    #expect(
      isClose(
        try finding.number("coincidence"), share * share * share * share, within: 1e-9))
  }

  // MARK: Claims about the range of doses

  @Test(
    arguments: [
      ("0", "2", Verdict.supported), ("0", "3", .refuted), ("1", "3", .refuted),
    ])
  func `a claim about some doses is judged on those`(
    _ from: String, _ to: String, _ verdict: Verdict
  ) throws {
    let study = large(3).claim(
      .fullDoseRange, id: "range", values: ["from-dose": from, "to-dose": to])
    #expect(try MissingCellRule.finding("R04/Quiz/A", study).verdict(on: "range") == verdict)
  }

  @Test func `a claim about an old edition is judged on that edition`() throws {
    let study = StudyFixture().versions("V1", "V2")
      .rates("Quiz", "A", n: 100, [12, 27, 20, 21], version: "V1")
      .rates("Quiz", "A", n: 100, [12, 27, 20, nil], version: "V2")
      .claim(.fullDoseRange, id: "old", version: "V1").claim(.fullDoseRange, id: "new")
    let finding = try MissingCellRule.finding("R04/Quiz/A", study)
    #expect(finding.verdict(on: "old") == .supported)
    #expect(finding.verdict(on: "new") == .refuted)
  }
}
