import Audit
import Study
import StudyFixtures
import Testing

@Suite struct MultiplicityRuleTests {
  private let model = StudyFixture().model(layers: 20, fullAttention: [4, 9, 14, 19])

  @Test func `a p-value that its family swallows fires, a smaller one survives`() throws {
    let study = model.neurons(.routed, 40).neurons(.shared, 20)
      .claim(.concentratedIn, references: ["tests/depth"])
    let near = study.reportedTest(
      "depth", 38, of: 40, null: 0.8, p: "0.017", family: ["x", "y", "z"])
    let fired = try findings(of: MultiplicityRule.self, on: near).about("depth")
    #expect(fired.severity == .major)
    #expect(try fired.value("p") < 0.05)
    #expect(isPrinted(try fired.value("adjusted"), as: 4 * (try fired.value("p")), digits: 9))
    #expect(fired.verdict(on: "claim-1") == .inconclusive)

    let strong = study.reportedTest("depth", 40, of: 40, null: 0.8, p: "0.000", family: ["x", "y"])
    let passed = try findings(of: MultiplicityRule.self, on: strong).about("depth")
    #expect(passed.status == .passed)
    #expect(passed.verdict(on: "claim-1") == .supported)
  }

  @Test func `reported members of a family are adjusted together`() throws {
    let study = model.reportedTest("a", 40, of: 40, null: 0.8, p: "0", family: ["b"])
      .reportedTest("b", 38, of: 40, null: 0.8, p: "0.017", family: ["a"])
    let second = try findings(of: MultiplicityRule.self, on: study).about("b")
    // Holm: the larger of two small p-values is not multiplied.
    #expect(isPrinted(try second.value("adjusted"), as: try second.value("p"), digits: 12))
    #expect(second.status == .passed)
  }

  @Test func `the count of the test in its own family is not counted twice`() throws {
    let study = model.neurons(.routed, 40)
      .reportedTest("depth", 38, of: 40, null: 0.8, p: "0.017", family: ["routed", "shared"])
    let finding = try findings(of: MultiplicityRule.self, on: study).about("depth")
    #expect(try finding.value("members") == 2)
  }

  @Test func `a nominal trend that correction removes is information, a strong one passes`() throws
  {
    let flat = StudyFixture().rates("Quiz", "B", n: 100, [20, 20, 21, 20])
      .rates("Quiz", "C", n: 100, [30, 31, 30, 30])
    let weak = flat.rates("Quiz", "A", n: 100, [20, 24, 28, 33])
    #expect(
      try findings(of: MultiplicityRule.self, on: weak).about("trends").status == .fired(.info))
    let strong = flat.rates("Quiz", "A", n: 100, [10, 24, 38, 53])
    #expect(try findings(of: MultiplicityRule.self, on: strong).about("trends").status == .passed)
  }

  @Test(arguments: [(4, true), (12, false)])
  func `a layer stands out only beyond the largest of chance`(count: Int, fires: Bool) throws {
    let study = model.neurons(.routed, 40)
      .neurons(.routed, count, layer: 3)
      .claim(.layersStandOut, references: ["neurons/positive/routed/layer/3"])
    let finding = try findings(of: MultiplicityRule.self, on: study).about("layers/positive/routed")
    #expect((finding.severity == .minor) == fires)
    #expect(finding.verdict(on: "claim-1") == (fires ? .inconclusive : .supported))
  }

  @Test func `layer claims without layer counts cannot be tested`() throws {
    let finding = try findings(
      of: MultiplicityRule.self, on: model.claim(.layersStandOut)
    ).about("layers")
    #expect(finding.verdict(on: "claim-1") == .notTestable)
  }
}

@Suite struct PVariantRuleTests {
  @Test(
    arguments: [
      // Straddles .05: information. One side only: passed. No variant: fault.
      (35, 39, 0.75, "0.040", Finding.Status.fired(.info)),
      (39, 39, 0.75, "0.000", .passed),
      (35, 39, 0.75, "0.31", .fired(.major)),
    ])
  func `the printed p is traced to a variant`(
    successes: Int, trials: Int, null: Double, p: String, status: Finding.Status
  ) throws {
    let study = StudyFixture().reportedTest("t", successes, of: trials, null: null, p: p)
    #expect(try findings(of: PVariantRule.self, on: study).about("t").status == status)
  }

  @Test func `without tests it says why it did not run`() {
    let result = findings(of: PVariantRule.self, on: StudyFixture())
    #expect(result.count == 1 && result[0].severity == nil && result[0].status != .passed)
  }
}

@Suite struct UnitOfAnalysisRuleTests {
  private let model = StudyFixture().model(layers: 20, fullAttention: [4, 9, 14, 19])

  @Test func `clustered units near the level fire, independent or overwhelming ones do not`() throws
  {
    func status(_ successes: Int, unit: String) throws -> Finding.Status {
      let study = model.reportedTest("t", successes, of: 40, null: 0.8, p: "0.02", unit: unit)
      return try findings(of: UnitOfAnalysisRule.self, on: study).about("t").status
    }
    #expect(try status(38, unit: "neuron") == .fired(.major))
    #expect(try status(38, unit: "item") == .passed)
    #expect(try status(40, unit: "neuron") == .passed)
  }

  @Test(
    arguments: [
      // Layer 3 has linear attention: its neurons are successes. Layer 4 has full attention.
      (38, 3, 33.0), (33, 4, 33.0),
    ])
  func `the largest cluster is collapsed on the side of its layer`(
    successes: Int, layer: Int, collapsed: Double
  ) throws {
    let study = model.neurons(.routed, 40)
      .neurons(.routed, successes, attention: .linear)
      .neurons(.routed, 6, layer: layer)
      .reportedTest("t", successes, of: 40, null: 0.8, p: "0.02")
    let finding = try findings(of: UnitOfAnalysisRule.self, on: study).about("t")
    #expect(try finding.value("collapsed-successes") == collapsed)
    #expect(try finding.value("collapsed-trials") == 35)
  }
}
