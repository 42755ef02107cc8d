import Audit
import Study
import StudyFixtures
import Testing

/// R11, R12 and R21: what follows when configurations are compared. Slopes that differ in size were
/// once enough for "did not replicate" and "opposite directions", with the anchor broken or not.
@Suite struct ReplicationRuleTests {
  private static let falling: [Int?] = [775, 725, 675, 550]

  private func study(_ second: [Int?], first: [Int?] = falling) -> StudyFixture {
    StudyFixture().configuration("First", weights: "int4").configuration("Second", weights: "int4")
      .rates("Quiz", "First", n: 1000, first).rates("Quiz", "Second", n: 1000, second)
  }

  // MARK: R11

  @Test(
    arguments: [
      // Flat, and the opposite direction: the effect is absent.
      ([725, 725, 725, 725], Verdict.supported), ([640, 725, 780, 850], .supported),
      // The same and a steeper trend: it did replicate, although the slopes differ.
      (falling, .refuted), ([880, 725, 520, 300], .refuted),
      // Flat, but at another level where nothing may differ: the comparison is void.
      ([500, 500, 500, 500], .notTestable), ([975, 925, 700, 400], .notTestable),
    ] as [([Int?], Verdict)])
  func `not replicated needs the direction and the anchor`(
    _ second: [Int?], _ verdict: Verdict
  ) throws {
    let finding = try SignificantVersusNotRule.finding(
      "R11/claim/Quiz",
      study(second).claim(.notReplicated, id: "claim", terms: ["original": "First"]))
    #expect(finding.verdict(on: "claim") == verdict)
    #expect(finding.isPassed == (verdict == .supported))
    #expect((finding.evidence["anchor"] != nil) == (verdict == .notTestable))
  }

  @Test func `without an effect in the original there is nothing to replicate`() throws {
    let finding = try SignificantVersusNotRule.finding(
      "R11/claim/Quiz",
      study(Self.falling, first: [725, 725, 725, 725])
        .claim(.notReplicated, id: "claim", terms: ["original": "First"]))
    #expect(try finding.number("p-lrt") < 0.001)
    #expect(finding.verdict(on: "claim") == .inconclusive)
  }

  @Test func `one replication of two leaves the claim open`() throws {
    let fixture = study([725, 725, 725, 725]).configuration("Third", weights: "int4")
      .rates("Quiz", "Third", n: 1000, [775, 720, 675, 550])
      .claim(.notReplicated, id: "claim", terms: ["original": "First"])
    let finding = try SignificantVersusNotRule.finding("R11/claim/Quiz", fixture)
    #expect(finding.verdict(on: "claim") == .inconclusive)
    #expect(try finding.text("replicated") == "Third")
  }

  // MARK: R12

  @Test func `where one of three stands apart the other two are judged alone`() throws {
    let fixture = study([500, 725, 500, 500]).configuration("Odd", weights: "int4")
      .rates("Quiz", "Odd", n: 1000, [300, 300, 300, 300])
      .claim(.sameOperation, id: "all")
      .claim(.sameOperation, id: "pair", configurations: ["First", "Second"])
      .claim(.sameOperation, id: "other", configurations: ["First", "Odd"])
    let finding = try NoOpAnchorRule.finding("R12/Quiz/int4", fixture)
    #expect(finding.severity == .critical)
    #expect(finding.verdict(on: "all") == .refuted)
    #expect(finding.verdict(on: "pair") == .inconclusive)
    #expect(finding.verdict(on: "other") == .refuted)
  }

  // MARK: R21, disagreement

  @Test(
    arguments: [
      ("direction", falling, Verdict.refuted), ("direction", [880, 725, 520, 300], .refuted),
      ("direction", [640, 725, 780, 850], .supported),
      ("direction", [725, 725, 725, 725], .inconclusive),
      ("direction", [300, 400, 500, 600], .notTestable),
      ("shape", [880, 725, 520, 300], .supported), ("shape", falling, .inconclusive),
      ("level", falling, .inconclusive), ("level", [500, 500, 500, 500], .supported),
    ] as [(String, [Int?], Verdict)])
  func `levels, directions and shapes are different questions`(
    _ aspect: String, _ second: [Int?], _ verdict: Verdict
  ) throws {
    let finding = try ContradictionRule.finding(
      "R21/claim",
      study(second).claim(.configurationsDisagree, id: "claim", terms: ["aspect": aspect]))
    #expect(finding.verdict(on: "claim") == verdict)
    #expect(finding.isPassed == (verdict == .supported))
  }

  @Test func `curves with equal slopes can still have different shapes`() throws {
    let finding = try ContradictionRule.finding(
      "R21/claim",
      study([700, 500, 500, 700], first: [500, 500, 500, 500])
        .claim(.configurationsDisagree, id: "claim", terms: ["aspect": "shape"]))
    #expect(try finding.number("p") > 0.9)
    #expect(finding.verdict(on: "claim") == .supported)
  }

  @Test func `benchmarks are never pooled`() throws {
    // Quiz and Facts have other levels, but within each the configurations agree.
    let fixture = study([725, 725, 725, 725], first: [725, 725, 725, 725])
      .rates("Facts", "First", n: 1000, [200, 200, 200, 200])
      .rates("Facts", "Second", n: 1000, [200, 200, 200, 200])
      .claim(.configurationsDisagree, id: "claim", terms: ["aspect": "level"])
    for benchmark in ["Quiz", "Facts"] {
      let finding = try ContradictionRule.finding("R21/claim/\(benchmark)", fixture)
      #expect(finding.verdict(on: "claim") == .inconclusive)
    }
  }

  // MARK: R21, agreement

  @Test(
    arguments: [
      ("direction", falling, Verdict.supported), ("direction", [640, 725, 780, 850], .refuted),
      ("direction", [725, 725, 725, 725], .inconclusive), ("level", falling, .equivalent),
      ("shape", [880, 725, 520, 300], .refuted), ("shape", falling, .inconclusive),
      ("direction", [500, 500, 500, 500], .refuted),
    ] as [(String, [Int?], Verdict)])
  func `agreement is shown and not only not contradicted`(
    _ aspect: String, _ second: [Int?], _ verdict: Verdict
  ) throws {
    let finding = try ContradictionRule.finding(
      "R21/claim",
      study(second).claim(.configurationsAgree, id: "claim", terms: ["aspect": aspect]))
    #expect(finding.verdict(on: "claim") == verdict)
    #expect(finding.isFired == (verdict == .refuted))
  }

  @Test func `rows that are all flat agree`() throws {
    let finding = try ContradictionRule.finding(
      "R21/claim",
      study([725, 722, 728, 725], first: [725, 727, 724, 725])
        .claim(.configurationsAgree, id: "claim", terms: ["aspect": "direction"]))
    #expect(finding.verdict(on: "claim") == .equivalent)
  }

  // MARK: Qualitative interaction

  /// Gail & Simon (1985), table 1: critical values at .05 for two to five groups.
  @Test(arguments: [(2, 2.71), (3, 4.23), (4, 5.43), (5, 6.50)])
  func `critical values of the qualitative interaction`(_ groups: Int, _ critical: Double) throws {
    // One group on the other side, with the critical value as its square; the rest far away.
    let z = [-critical.squareRoot()] + Array(repeating: 10.0, count: groups - 1)
    let test = try #require(QualitativeInteraction(zScores: z))
    #expect(isClose(test.statistic, critical, within: 1e-12))
    #expect(isClose(test.pValue, 0.05, within: 3e-4))
  }

  @Test func `effects on one side are no qualitative interaction`() throws {
    #expect(try #require(QualitativeInteraction(zScores: [0.1, 9])).pValue == 1)
    #expect(try #require(QualitativeInteraction(zScores: [0, 0])).pValue == 1)
    #expect(QualitativeInteraction(zScores: [3]) == nil)
  }
}
