import Audit
import Study
import StudyFixtures
import Testing

/// R16, R17, R18 and R34: what the detection table's numbers imply.
@Suite struct DetectionRuleTests {
  private let training = StudyFixture().sampling(right: 900, wrong: 800)

  @Test func `a prior cannot explain a specificity that collapsed`() throws {
    let study =
      training
      .detection("Home", n: 500, positiveRate: "36.6%", accuracy: "65.4%", auroc: "0.860")
      .detection(
        "Away", role: "fabricated", n: 200, positiveRate: "21.0%", accuracy: "21.0%", auroc: "0.768"
      )
      .claim(
        .priorShiftExplains, datasets: ["Away"], references: ["detection/Away"],
        values: ["training-prior": "~47%"])
    let finding = try findings(of: PriorShiftInvarianceRule.self, on: study).about("claim-1")
    #expect(finding.severity == .critical)
    #expect(finding.verdict(on: "claim-1") == .refuted)
    #expect(try finding.value("target-upper") < (try finding.value("source-lower")))
  }

  @Test func `overlapping feasible rates leave a prior shift possible`() throws {
    let study =
      training
      .detection("Home", n: 500, positiveRate: "36.6%", accuracy: "75.4%", auroc: "0.800")
      .detection(
        "Away", role: "fabricated", n: 200, positiveRate: "60.0%", accuracy: "72.0%", auroc: "0.790"
      )
      .claim(.priorShiftExplains, references: ["detection/Away"])
    let finding = try findings(of: PriorShiftInvarianceRule.self, on: study).about("claim-1")
    #expect(finding.status == .passed)
    #expect(finding.verdict(on: "claim-1") == .inconclusive)
  }

  @Test(
    arguments: [
      ("21.0%", "0.768", Verdict.supported, Finding.Status.fired(.info)),
      ("60.0%", "0.768", .refuted, .fired(.minor)),
    ])
  func `almost everything predicted positive is read off the feasible tables`(
    accuracy: String, auroc: String, verdict: Verdict, status: Finding.Status
  ) throws {
    let study = StudyFixture()
      .detection("Set", n: 200, positiveRate: "21.0%", accuracy: accuracy, auroc: auroc)
      .claim(.predictsMostlyPositive, references: ["detection/Set"])
    let finding = try findings(of: FeasibleConfusionRule.self, on: study).about("Set")
    #expect(finding.verdict(on: "claim-1") == verdict)
    #expect(finding.status == status)
  }

  @Test func `numbers that no confusion table gives are a fault`() throws {
    let impossible = StudyFixture()
      .detection("Set", n: 10, positiveRate: "50.0%", accuracy: "0.0%", auroc: "0.900")
    #expect(
      try findings(of: FeasibleConfusionRule.self, on: impossible).about("Set").severity == .major)
    let possible = StudyFixture()
      .detection("Set", n: 10, positiveRate: "50.0%", accuracy: "80.0%", auroc: "0.900")
    #expect(
      try findings(of: FeasibleConfusionRule.self, on: possible).about("Set").status == .passed)
  }

  @Test(arguments: [(1, true), (99, true), (100, false)])
  func `a random baseline needs a distribution`(draws: Int, fires: Bool) throws {
    let study = StudyFixture().classifier(ClassifierCard(randomSetDraws: draws))
      .detection("Set", randomAUROC: "0.51").claim(.specificToSet)
    let finding = try findings(of: SingleDrawBaselineRule.self, on: study).about("")
    #expect((finding.severity == .major) == fires)
    #expect(finding.verdict(on: "claim-1") == (fires ? .notTestable : .inconclusive))
  }

  @Test func `an unstated number of draws is not one draw`() throws {
    let study = StudyFixture().detection("Set", randomAUROC: "0.51")
    #expect(try findings(of: SingleDrawBaselineRule.self, on: study).about("").severity == nil)
  }

  @Test(
    arguments: [
      ("52.0%", Verdict.inconclusive, true), ("60.0%", .supported, false),
      ("40.0%", .refuted, true),
    ])
  func `beating the majority rule needs more than a point estimate`(
    accuracy: String, verdict: Verdict, fires: Bool
  ) throws {
    let study = StudyFixture()
      .detection("Set", n: 500, positiveRate: "50.0%", accuracy: accuracy, auroc: "0.600")
      .claim(.beatsMajority, references: ["detection/Set"])
    let finding = try findings(of: PairedBaselineRule.self, on: study).about("Set")
    #expect(finding.verdict(on: "claim-1") == verdict)
    #expect((finding.severity == .major) == fires)
  }

  @Test func `a weak accuracy that nobody praised is information only`() throws {
    let study = StudyFixture()
      .detection("Set", n: 500, positiveRate: "50.0%", accuracy: "52.0%", auroc: "0.600")
    #expect(
      try findings(of: PairedBaselineRule.self, on: study).about("Set").status == .fired(.info))
  }

  @Test(arguments: [("0.700", true), ("0.540", false)])
  func `one random set off chance refutes that random sets are at chance`(
    auroc: String, fires: Bool
  ) throws {
    let study = StudyFixture().classifier(ClassifierCard(randomSetDraws: 1))
      .detection(
        "Set", n: 500, positiveRate: "40.0%", accuracy: "60.0%", auroc: "0.860", randomAUROC: auroc
      )
      .claim(.atChance, id: "chance", references: ["detection/*"])
    let result = findings(of: SingleDrawBaselineRule.self, on: study)
    #expect(result.contains { $0.verdict(on: "chance") == .refuted } == fires)
    #expect(result.contains { $0.verdict(on: "chance") == .notTestable })
  }

  @Test func `without an AUROC the accuracy alone bounds the paired test`() throws {
    // 300 of 500 right against 250: +10 points, whatever the table, but 258 is not enough.
    func verdict(_ accuracy: String) throws -> Verdict? {
      let study = StudyFixture()
        .detection("Set", n: 500, positiveRate: "50.0%", accuracy: accuracy)
        .claim(.beatsMajority, references: ["detection/Set"])
      return try findings(of: PairedBaselineRule.self, on: study).about("Set")
        .verdict(on: "claim-1")
    }
    #expect(try verdict("60.0%") == .supported)
    #expect(try verdict("51.6%") == .inconclusive)
  }

  @Test func `a claim about a set without counts says why it is not testable`() throws {
    let study = StudyFixture()
      .detection("Set", n: 500, positiveRate: "50.0%", accuracy: "60.0%", auroc: "0.700")
      .detection("Bare", n: nil, accuracy: "60.0%")
      .claim(.beatsMajority, id: "beats", references: ["detection/Bare"])
      .claim(.predictsMostlyPositive, id: "mostly", references: ["detection/Bare"])
    #expect(
      try findings(of: PairedBaselineRule.self, on: study).about("beats").verdict(on: "beats")
        == .notTestable)
    #expect(
      try findings(of: FeasibleConfusionRule.self, on: study).about("mostly").verdict(on: "mostly")
        == .notTestable)
  }
}
