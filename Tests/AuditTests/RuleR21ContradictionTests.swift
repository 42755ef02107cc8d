import Audit
import Study
import StudyFixtures
import Testing

@Suite struct ContradictionRuleTests {
  @Test func `near zero is held against the upper bounds`() throws {
    let claim = StudyFixture().claim(.nearZero, benchmarks: ["Quiz"])
    let high = claim.rates("Quiz", "A", n: 60, [6, 5, 6, 7])
    let fired = try findings(of: ContradictionRule.self, on: high).about("claim-1")
    #expect(fired.severity == .minor)
    #expect(isPrinted(try fired.value("worst"), as: 0.222, digits: 3))
    let low = claim.rates("Quiz", "A", n: 300, [1, 0, 2, 1])
    let passed = try findings(of: ContradictionRule.self, on: low).about("claim-1")
    #expect(passed.verdict(on: "claim-1") == .supported)
  }

  @Test(
    arguments: [
      (true as Bool?, Verdict.refuted), (nil, .inconclusive),
    ])
  func `margins that differ force outputs to change`(same: Bool?, verdict: Verdict) throws {
    let study = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 19])
      .with { $0.sameItemsAtEveryDose = same }.claim(.outputsUnchanged)
    let finding = try findings(of: ContradictionRule.self, on: study).about("claim-1")
    #expect(finding.severity == .major)
    #expect(try finding.value("changed") == 15)
    #expect(finding.verdict(on: "claim-1") == verdict)
  }

  @Test func `equal margins or other items force nothing`() throws {
    let equal = StudyFixture().rates("Quiz", "A", n: 100, [12, 12, 12, 12]).claim(.outputsUnchanged)
    #expect(try findings(of: ContradictionRule.self, on: equal).about("claim-1").status == .passed)
    let other = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 19])
      .with { $0.sameItemsAtEveryDose = false }.claim(.outputsUnchanged)
    #expect(try findings(of: ContradictionRule.self, on: other).about("claim-1").status == .passed)
  }

  @Test func `inconsistent configurations need an interaction`() throws {
    let claim = StudyFixture().claim(.configurationsDisagree, benchmarks: ["Quiz"])
    let alike = claim.rates("Quiz", "A", n: 100, [20, 15, 10, 15])
      .rates("Quiz", "B", n: 100, [13, 8, 6, 7])
    let fired = try findings(of: ContradictionRule.self, on: alike).about("claim-1")
    #expect(fired.severity == .major)
    #expect(try fired.value("concordant-1") == 5)
    #expect(try fired.value("discordant-1") == 0)
    #expect(fired.verdict(on: "claim-1") == .inconclusive)
    let opposite = claim.rates("Quiz", "A", n: 100, [35, 45, 60, 75])
      .rates("Quiz", "B", n: 100, [60, 45, 35, 20])
    let passed = try findings(of: ContradictionRule.self, on: opposite).about("claim-1")
    #expect(passed.verdict(on: "claim-1") == .supported)
  }

  @Test func `agreement is refuted at the no-op dose, within a weight format only`() throws {
    func verdict(_ weights: String) throws -> Verdict? {
      let study = StudyFixture().configuration("A", weights: "int4")
        .configuration("B", weights: weights)
        .rates("Quiz", "A", n: 100, [60, 70, 65, 60]).rates("Quiz", "B", n: 100, [30, 30, 30, 30])
        .claim(.configurationsAgree, benchmarks: ["Quiz"])
      return try findings(of: ContradictionRule.self, on: study).about("claim-1")
        .verdict(on: "claim-1")
    }
    #expect(try verdict("int4") == .refuted)
    #expect(try verdict("bf16") == .inconclusive)
  }

  @Test func `a result cannot stand and not stand in one edition`() throws {
    func study(_ other: String) -> StudyFixture {
      StudyFixture().claim(.reportedIn, version: "V2", terms: ["result": "depth"])
        .claim(.notReportedIn, version: other, terms: ["result": "depth"])
    }
    #expect(
      try findings(of: ContradictionRule.self, on: study("V2")).about("claim-1/claim-2").severity
        == .minor)
    #expect(!findings(of: ContradictionRule.self, on: study("V1")).hasFired)
  }
}
