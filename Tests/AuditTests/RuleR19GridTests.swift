import Audit
import Study
import StudyFixtures
import Testing

/// R19, R20 and R32: the regularisation grid.
@Suite struct GridRuleTests {
  private func grid(_ best: Double, _ aurocs: [String]) -> StudyFixture {
    zip([0.01, 0.1, 1], aurocs).reduce(
      StudyFixture().classifier(ClassifierCard(selectedC: best, selectionData: "held-out"))
    ) { $0.gridRow($1.0, accuracy: "80.0%", auroc: $1.1, nonzero: 10) }
  }

  @Test func `the edge of the grid fires, its inside does not`() throws {
    let edge = try findings(of: GridEdgeRule.self, on: grid(1, ["0.700", "0.800", "0.900"])).about(
      "")
    #expect(edge.severity == .minor)
    let low = try findings(of: GridEdgeRule.self, on: grid(0.01, ["0.900", "0.800", "0.700"]))
      .about("")
    #expect(low.severity == .minor)
    let inside = try findings(
      of: GridEdgeRule.self, on: grid(0.1, ["0.700", "0.900", "0.800"])
    ).about("")
    #expect(inside.status == .passed)
  }

  /// 1,000 right and 800 wrong items: 44.4 % of the items, 22.2 % of the rows are positive.
  private func units(majority: String, unit: String? = nil) -> StudyFixture {
    StudyFixture().sampling(right: 1000, wrong: 800)
      .classifier(ClassifierCard(selectedC: 1, heldOutShare: 0.2, evaluationUnit: unit))
      .gridRow(0.001, accuracy: majority, auroc: "0.500", nonzero: 0)
      .gridRow(1, accuracy: "88.0%", auroc: "0.970", nonzero: 100)
      .detection("Home", n: 500, positiveRate: "40.0%", accuracy: "78.0%", auroc: "0.860")
  }

  @Test func `the majority accuracy tells rows from items`() throws {
    let rows = try findings(of: UnitMismatchRule.self, on: units(majority: "77.8%")).about("")
    #expect(rows.severity == .major)
    #expect(try rows.value("whole") == 3600)
    let items = try findings(of: UnitMismatchRule.self, on: units(majority: "55.6%")).about("")
    #expect(items.status == .passed)
    let stated = try findings(
      of: UnitMismatchRule.self, on: units(majority: "77.8%", unit: "row")
    ).about("")
    #expect(stated.status == .passed)
  }

  @Test func `a stated row unit set beside an item metric fires`() throws {
    let study = units(majority: "77.8%", unit: "row")
      .claim(.comparable, references: ["grid/1", "detection/Home"])
    let finding = try findings(of: UnitMismatchRule.self, on: study).about("")
    #expect(finding.severity == .major)
    #expect(finding.verdict(on: "claim-1") == .notTestable)
  }

  @Test(arguments: [("70.0%", true), ("76.9%", false), ("90.0%", false)])
  func `an accuracy below the majority fires beyond chance only`(
    accuracy: String, fires: Bool
  ) throws {
    let study = StudyFixture().sampling(right: 1000, wrong: 800)
      .classifier(ClassifierCard(heldOutShare: 0.2))
      .gridRow(0.001, accuracy: "77.8%", auroc: "0.500", nonzero: 0)
      .gridRow(0.1, accuracy: accuracy, auroc: "0.860", nonzero: 10)
    let finding = try findings(of: BelowMajorityRule.self, on: study).about("grid")
    #expect((finding.severity == .minor) == fires)
  }

  @Test func `a poor ranking below the majority is not this fault`() throws {
    let study = StudyFixture()
      .detection("Set", n: 500, positiveRate: "30.0%", accuracy: "50.0%", auroc: "0.550")
    #expect(!findings(of: BelowMajorityRule.self, on: study).hasFired)
    let good = StudyFixture()
      .detection("Set", n: 500, positiveRate: "30.0%", accuracy: "50.0%", auroc: "0.850")
    #expect(
      try findings(of: BelowMajorityRule.self, on: good).about("detection").severity == .minor)
  }
}
