import Audit
import Study
import StudyFixtures
import Testing

/// R07–R12: what the text claims about doses and configurations.
@Suite struct ClaimRuleTests {
  private func claimed(
    _ predicate: ClaimPredicate, _ counts: [Int?], n: Int, terms: [String: String] = [:]
  ) -> StudyFixture {
    StudyFixture().rates("Quiz", "A", n: n, counts).claim(predicate, id: "claim", terms: terms)
  }

  // MARK: R07

  @Test(
    arguments: [
      ([120, 270, 200, 120], 1000, Verdict.supported), ([12, 27, 20, nil], 100, .inconclusive),
      ([100, 200, 300, 400], 1000, .refuted), ([10, 10, 11, 10], 100, .inconclusive),
    ] as [([Int?], Int, Verdict)])
  func `not monotone needs both orders rejected`(
    _ counts: [Int?], _ n: Int, _ verdict: Verdict
  ) throws {
    let finding = try MonotonicityRule.finding(
      "R07/Quiz/A/not-monotone", claimed(.notMonotone, counts, n: n))
    #expect(finding.verdict(on: "claim") == verdict)
    #expect(finding.isPassed == (verdict == .supported))
  }

  @Test(
    arguments: [
      ([100, 200, 300, 400], 1000, Verdict.supported), ([12, 14, 15, 17], 100, .inconclusive),
      ([400, 300, 200, 100], 1000, .refuted), ([120, 270, 200, 120], 1000, .refuted),
      // A trend whose steps could still reverse by more than the margin.
      ([10, 15, 14, 22], 50, .inconclusive),
    ] as [([Int?], Int, Verdict)])
  func `monotone needs a trend and its steps`(
    _ counts: [Int?], _ n: Int, _ verdict: Verdict
  ) throws {
    let finding = try MonotonicityRule.finding(
      "R07/Quiz/A/monotone-increasing", claimed(.monotoneIncreasing, counts, n: n))
    #expect(finding.verdict(on: "claim") == verdict)
  }

  @Test func `claims on several rows share one Holm family`() throws {
    // One rejected order of p ≈ .02 among ten flat rows does not survive.
    let alone = claimed(.monotoneDecreasing, [12, 27, 20, nil], n: 100)
    let one = try MonotonicityRule.finding("R07/Quiz/A/monotone-decreasing", alone)
    #expect(one.verdict(on: "claim") == .refuted)
    var crowd = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, nil])
    for index in 1...9 { crowd = crowd.rates("Quiz", "B\(index)", n: 100, [20, 20, 20, 20]) }
    let many = try MonotonicityRule.finding(
      "R07/Quiz/A/monotone-decreasing", crowd.claim(.monotoneDecreasing, id: "claim"))
    #expect(many.verdict(on: "claim") == .inconclusive)
    #expect(try many.number("tests") == 10)
  }

  // MARK: R08

  @Test func `a plain effect called noise is refuted`() throws {
    let finding = try NoiseClaimRule.finding(
      "R08/Quiz/A", claimed(.withinNoise, [100, 200, 300, 400], n: 1000))
    #expect(finding.severity == .critical)
    #expect(finding.verdict(on: "claim") == .refuted)
  }

  @Test func `a nominal signal called noise is reported as nominal`() throws {
    var fixture = StudyFixture().rates("Quiz", "A", n: 40, [31, 29, 27, 22])
    for index in 1...4 { fixture = fixture.rates("Quiz", "B\(index)", n: 40, [20, 20, 20, 20]) }
    fixture = fixture.claim(.withinNoise, id: "claim", configurations: ["A"])
      .claim(.withinNoise, id: "all", references: ["cells/V1/Quiz/*/*"])
    let finding = try NoiseClaimRule.finding("R08/Quiz/A", fixture)
    #expect(finding.severity == .major)
    #expect(finding.verdict(on: "claim") == .inconclusive)
    #expect(isClose(try finding.number("p-trend"), 0.0278, within: 5e-5))
    #expect(try finding.number("p-rule") > 0.05)
    #expect(finding.sentenceText.contains("does not survive Holm"))
    // One row has one finding, whichever claims name it: it was noise under one claim of five rows
    // and not noise under another of this row alone.
    #expect(finding.verdict(on: "all") == .inconclusive)
    let findings = NoiseClaimRule.findings(fixture)
    #expect(Set(findings.map(\.id)).count == 5)
    #expect(findings.filter { $0.id.contains("Quiz/A") }.count == 1)
    #expect(findings.allSatisfy { $0.isPassed || $0.id == "R08/Quiz/A" })
  }

  @Test func `the omnibus test decides where no trend is`() throws {
    // 12, 27, 20 of 100: trend p = .16, homogeneity p = .028, the smallest of three pairs .012.
    let nominal = try NoiseClaimRule.finding(
      "R08/Quiz/A", claimed(.withinNoise, [12, 27, 20, nil], n: 100))
    #expect(nominal.severity == .major)
    #expect(try nominal.text("nominal") == "difference over the doses")
    #expect(isClose(try nominal.number("p-omnibus"), 0.0278, within: 5e-4))
    #expect(try nominal.titleText.contains(nominal.text("p-nominal")))
    // An inverted U has no trend at all and is still refuted as noise.
    let arch = try NoiseClaimRule.finding(
      "R08/Quiz/A", claimed(.withinNoise, [120, 270, 270, 120], n: 1000))
    #expect(try arch.number("p-trend") > 0.9)
    #expect(arch.verdict(on: "claim") == .refuted)
  }

  @Test func `a row without counts leaves a null claim open`() throws {
    let fixture = StudyFixture().rates("Quiz", "A", n: 1000, [150, 152, 149, 151])
      .printed("Quiz", "B", ["15.001%", "15.002%", "15.003%", "15.004%"])
      .claim(.noEffect, id: "both").claim(.noEffect, id: "one", configurations: ["A"])
    let noise = try NoiseClaimRule.finding("R08/Quiz/A", fixture)
    let null = try AbsenceOfEvidenceRule.finding("R10/Quiz", fixture)
    for finding in [noise, null] {
      #expect(finding.verdict(on: "one") == .equivalent)
      #expect(finding.verdict(on: "both") == .inconclusive)
    }
  }

  @Test func `a nominal difference within the margin is backed by smallness`() throws {
    let finding = try NoiseClaimRule.finding(
      "R08/Quiz/A", claimed(.noEffect, [200, 190, 175, 160], n: 2000))
    #expect(try finding.number("p-trend") < 0.05)
    #expect(finding.verdict(on: "claim") == .refuted)
    #expect(finding.severity == .critical)
    // The study's own margin, registered, makes the same difference information.
    let registered = try NoiseClaimRule.finding(
      "R08/Quiz/A",
      claimed(.noEffect, [200, 190, 175, 160], n: 2000).with { $0.smallestEffectOfInterest = 10 })
    #expect(registered.severity == .info)
    #expect(registered.verdict(on: "claim") == .equivalent)
    let mild = try NoiseClaimRule.finding(
      "R08/Quiz/A", claimed(.noEffect, [200, 190, 180, 165], n: 2000))
    #expect(try mild.number("p-trend") < 0.06)
    #expect(mild.isPassed)
    #expect(mild.verdict(on: "claim") == .equivalent)
  }

  @Test func `no signal contradicts nothing and proves nothing`() throws {
    let finding = try NoiseClaimRule.finding(
      "R08/Quiz/A", claimed(.withinNoise, [14, 15, 15, 15], n: 40))
    #expect(finding.isPassed)
    #expect(finding.verdict(on: "claim") == .inconclusive)
  }

  @Test func `two claims about the same rows give one finding`() {
    let fixture = claimed(.withinNoise, [31, 29, 27, 22], n: 40)
      .claim(.noEffect, id: "other", configurations: ["A"])
    let findings = NoiseClaimRule.findings(fixture)
    #expect(findings.map(\.id) == ["R08/Quiz/A"])
    #expect(findings[0].assessments.map(\.claim) == ["claim", "other"])
  }

  // MARK: R07, titles

  @Test func `a shown trend is not called untested`() throws {
    let finding = try MonotonicityRule.finding(
      "R07/Quiz/A/monotone-increasing",
      claimed(.monotoneIncreasing, [20, 48, 44, 70], n: 200))
    #expect(finding.verdict(on: "claim") == .inconclusive)
    #expect(finding.titleText.contains("a rising trend is shown"))
    #expect(try finding.titleText.contains(finding.text("p-trend-holm")))
    let flat = try MonotonicityRule.finding(
      "R07/Quiz/A/monotone-increasing", claimed(.monotoneIncreasing, [12, 14, 15, 17], n: 100))
    #expect(flat.titleText.contains("neither the claimed order nor its absence is shown"))
  }

  // MARK: R09

  @Test func `a base rate of nothing is not taken at its word`() throws {
    func finding(_ counts: [Int?]) throws -> Finding {
      try PowerRule.finding("R09/Quiz/A", StudyFixture().rates("Quiz", "A", n: 60, counts))
    }
    // At a rate of zero 60 items look strong enough against 10 pp: 0 has no variance.
    let empty = try finding([0, 0, 1, 0])
    #expect(isClose(try empty.number("base"), 0.030, within: 5e-4))
    #expect(empty.severity == .major)
    #expect(try empty.number("power") < 0.8)
    #expect(try empty.number("power-low") <= empty.number("power"))
    #expect(try empty.number("power-high") >= 0.8)
    // Five events are taken at their word.
    #expect(isClose(try finding([5, 5, 6, 5]).number("base"), 5.0 / 60, within: 1e-12))
  }

  @Test func `a small study is underpowered, a large one is not`() throws {
    let small = StudyFixture().rates("Quiz", "A", n: 40, [14, 15, 15, 15])
    let large = StudyFixture().rates("Quiz", "A", n: 450, [160, 169, 165, 166])
    let finding = try PowerRule.finding("R09/Quiz/A", small)
    #expect(finding.severity == .major)
    #expect(isClose(try finding.number("mde"), 0.302, within: 5e-4))
    #expect(isClose(try finding.number("mde-fisher"), 0.326, within: 5e-4))
    #expect(try PowerRule.finding("R09/Quiz/A", large).isPassed)
  }

  @Test func `the study's own smallest effect decides`() throws {
    let fixture = StudyFixture().rates("Quiz", "A", n: 100, [14, 15, 15, 15])
      .with { $0.smallestEffectOfInterest = 25 }
    let finding = try PowerRule.finding("R09/Quiz/A", fixture)
    #expect(finding.isPassed)
    #expect(try finding.text("owner") == "the study's margin")
  }

  // MARK: R10

  @Test func `a null without equivalence is not shown`() throws {
    let finding = try AbsenceOfEvidenceRule.finding(
      "R10/Quiz", claimed(.noEffect, [20, 22, 22, 20], n: 40))
    #expect(finding.severity == .critical)
    #expect(finding.verdict(on: "claim") == .inconclusive)
    #expect(isClose(try finding.number("smallest-margin-1"), 0.178, within: 5e-4))
    #expect(try finding.number("power-zero") < 5e-4)
  }

  @Test func `equivalence over all doses is equivalence`() throws {
    let finding = try AbsenceOfEvidenceRule.finding(
      "R10/Quiz", claimed(.noEffect, [150, 152, 149, 151], n: 1000))
    #expect(finding.isPassed)
    #expect(finding.verdict(on: "claim") == .equivalent)
  }

  @Test func `equivalence up to a lower dose leaves the claim open`() throws {
    let finding = try AbsenceOfEvidenceRule.finding(
      "R10/Quiz", claimed(.noEffect, [150, 152, nil, nil], n: 1000))
    #expect(finding.isPassed)
    #expect(finding.verdict(on: "claim") == .inconclusive)
  }

  @Test func `control is a null claim only when it is denied`() {
    let denied = claimed(
      .controlsEndpoint, [20, 22, 22, 20], n: 40, terms: ["direction": "does-not-control"])
    let claimed = claimed(
      .controlsEndpoint, [20, 22, 22, 20], n: 40, terms: ["direction": "controls"])
    #expect(AbsenceOfEvidenceRule.findings(denied).contains { $0.isFired })
    #expect(AbsenceOfEvidenceRule.findings(claimed).allSatisfy { $0.isNotRun })
  }

  // MARK: R11

  private func replication(_ second: [Int], n: Int) -> StudyFixture {
    StudyFixture().rates("Quiz", "A", n: n, [31, 29, 27, 22].map { $0 * n / 40 })
      .rates("Quiz", "B", n: n, second)
      .claim(.notReplicated, id: "claim", terms: ["original": "A"])
  }

  @Test func `a difference of significance is not a significant difference`() throws {
    let finding = try SignificantVersusNotRule.finding(
      "R11/claim/Quiz", replication([14, 15, 15, 15], n: 40))
    #expect(finding.severity == .major)
    #expect(finding.verdict(on: "claim") == .inconclusive)
    #expect(isClose(try finding.number("power-2"), 0.64, within: 0.005))
  }

  @Test func `one configuration cannot be compared`() throws {
    let fixture = StudyFixture().rates("Quiz", "A", n: 40, [31, 29, 27, 22])
      .claim(.notReplicated, id: "claim")
    let finding = try SignificantVersusNotRule.finding("R11/claim", fixture)
    #expect(finding.isNotRun)
    #expect(finding.verdict(on: "claim") == .notTestable)
  }

  // MARK: R12

  private func anchor(_ first: Int, _ second: Int, sameWeights: Bool) -> StudyFixture {
    StudyFixture().configuration("A", weights: "int4")
      .configuration("B", weights: sameWeights ? "int4" : "mlx")
      .rates("Quiz", "A", n: 40, [30, first, 30, 30])
      .rates("Quiz", "B", n: 40, [15, second, 15, 15])
      .claim(.sameOperation, id: "claim")
  }

  @Test func `the anchor fails within a format only`() throws {
    let within = try NoOpAnchorRule.finding(
      "R12/Quiz/int4", anchor(29, 15, sameWeights: true))
    #expect(within.severity == .critical)
    #expect(within.verdict(on: "claim") == .refuted)
    #expect(isClose(try within.number("p"), 0.0032, within: 5e-5))
    let across = NoOpAnchorRule.findings(anchor(29, 15, sameWeights: false))
    #expect(across.map(\.id) == ["R12", "R12/Quiz/formats"])
    #expect(across[0].isNotRun)
    #expect(across[1].severity == .info)
  }

  @Test func `a small difference is no failure, nor agreement`() throws {
    let finding = try NoOpAnchorRule.finding(
      "R12/Quiz/int4", anchor(22, 18, sameWeights: true))
    #expect(finding.isPassed)
    #expect(finding.verdict(on: "claim") == .inconclusive)
  }

  @Test func `the level is Holm's over the benchmarks`() throws {
    // 27 against 15 of 100: p = .055; 27 against 13: p = .021, above .05 / 3.
    var fixture = StudyFixture().rates("Quiz", "A", n: 100, [nil, 27, nil, nil])
      .rates("Quiz", "B", n: 100, [nil, 13, nil, nil])
    #expect(try NoOpAnchorRule.finding("R12/Quiz/int4", fixture).isFired)
    for name in ["Second", "Third"] {
      fixture = fixture.rates(name, "A", n: 100, [nil, 20, nil, nil])
        .rates(name, "B", n: 100, [nil, 20, nil, nil])
    }
    let finding = try NoOpAnchorRule.finding("R12/Quiz/int4", fixture)
    #expect(finding.isPassed)
    #expect(try finding.number("p") < 0.05)
    #expect(try finding.number("p-holm") > 0.05)
  }

  @Test func `without a no-op dose there is no anchor`() {
    let fixture = anchor(29, 15, sameWeights: true).with { $0.noOpDose = nil }
    #expect(NoOpAnchorRule.findings(fixture).allSatisfy { $0.isNotRun })
  }
}
