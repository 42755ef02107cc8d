import Audit
import Study
import StudyFixtures
import Testing

/// R31 and R33: shares of neurons.
@Suite struct NeuronRuleTests {
  @Test func `shares are taken over live neurons`() throws {
    let sparse = StudyFixture().model().neurons(.shared, 28)
      .neurons(.routed, 39)
      .claim(
        .diluted, references: ["neurons/positive/shared"],
        values: ["count": "28", "total": "5,263,360"])
    let finding = try findings(of: DenominatorChoiceRule.self, on: sparse).about("claim-1")
    #expect(finding.severity == .major)
    #expect(isPrinted(try finding.value("quoted-of-live"), as: 0.152, digits: 3))
    #expect(isPrinted(try finding.value("fold"), as: 12.5, digits: 1))
    #expect(finding.verdict(on: "claim-1") == .inconclusive)
    let inRange = sparse.arithmetic("share", "67/5263360", "0.0127 per mille").claim(
      .liesWithin, references: ["arithmetic/share"],
      values: ["lower": "0.01 per mille", "upper": "0.35 per mille"])
    #expect(
      try findings(of: DenominatorChoiceRule.self, on: inRange).about("claim-1")
        .verdict(on: "claim-1") == .inconclusive)
  }

  @Test func `where every expert is live the denominator makes no difference`() throws {
    let dense = StudyFixture().model(routed: 8, active: 8).neurons(.shared, 28)
      .neurons(.routed, 39)
      .claim(.diluted, references: ["neurons/positive/shared"])
    #expect(
      try findings(of: DenominatorChoiceRule.self, on: dense).about("claim-1").status == .passed)
  }

  @Test(arguments: [(28, true), (8, false)])
  func `shared experts are compared with their share of live neurons`(
    shared: Int, fires: Bool
  ) throws {
    let study = StudyFixture().model().neurons(.shared, shared)
      .neurons(.routed, 67 - shared)
    let finding = try findings(of: SharedEnrichmentRule.self, on: study).about("positive")
    #expect((finding.severity == .minor) == fires)
  }

  @Test func `an enrichment that the study tests itself passes`() throws {
    let study = StudyFixture().model().neurons(.shared, 28)
      .neurons(.routed, 39)
      .reportedTest("shared", 28, of: 67, null: 0.111, p: "0.000")
    #expect(
      try findings(of: SharedEnrichmentRule.self, on: study).about("positive").status == .passed)
  }
}
