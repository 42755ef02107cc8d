import Audit
import Study
import StudyFixtures
import Testing

/// Numbers that claims quote (R02), claims of an effect and of layers (R13), and the reason that
/// every untestable claim must have.
@Suite struct QuotedNumberTests {
  private func verdict(_ fixture: StudyFixture, _ claim: String = "claim") throws -> ClaimResult {
    try #require(AuditEngine.audit(fixture.build()).claims.first { $0.id == claim })
  }

  // MARK: restates

  @Test(
    arguments: [
      ("0.973", "auroc", Verdict.supported), ("0.97", "auroc", .supported),
      ("0.974", "auroc", .refuted), ("110", "nonzero", .supported), ("111", "nonzero", .refuted),
      ("88%", "accuracy", .supported), ("87%", "accuracy", .refuted),
      ("57", "positive", .notTestable),
    ])
  func `a restated number stands in the table or does not`(
    _ value: String, _ metric: String, _ verdict: Verdict
  ) throws {
    let study = StudyFixture()
      .gridRow(1, accuracy: "87.9%", auroc: "0.973", nonzero: 110)
      .claim(
        .restates, id: "claim", references: ["grid/1"], values: ["value": value],
        terms: ["metric": metric])
    let result = try self.verdict(study)
    #expect(result.verdict == verdict)
    #expect((result.reason != nil) == (verdict == .notTestable))
  }

  // MARK: share-of

  @Test(
    arguments: [
      ("67", "0.0127 per mille", Verdict.supported), ("67", "0.0137 per mille", .refuted),
      // The quotient comes out, but the table counts another number of neurons.
      ("66", "0.0125 per mille", .refuted),
    ])
  func `a share is a quotient of numbers that the tables hold`(
    _ numerator: String, _ share: String, _ verdict: Verdict
  ) throws {
    let study = StudyFixture().model().neurons(.all, 67)
      .claim(
        .shareOf, id: "claim", references: ["neurons/positive/all"],
        values: ["numerator": numerator, "denominator": "5,263,360", "share": share])
    #expect(try self.verdict(study).verdict == verdict)
  }

  @Test func `a share without a number says why it is not tested`() throws {
    let result = try verdict(
      StudyFixture().claim(.shareOf, id: "claim", values: ["numerator": "1", "denominator": "0"]))
    #expect(result.verdict == .notTestable)
    #expect(result.reason?.contains("divides by zero") == true)
  }

  // MARK: Numbers inside other claims

  private static let quoting: [(String, StudyFixture)] = [
    (
      "beats-majority",
      StudyFixture().detection(
        "Set", n: 500, positiveRate: "36.6%", majority: "63.4%", accuracy: "75.4%", auroc: "0.860"
      ).claim(
        .beatsMajority, id: "claim", references: ["detection/Set"], values: ["difference": "12pp"])
    ),
    (
      "effect",
      StudyFixture().rates("Quiz", "A", n: 1000, [120, 270, 280, 290]).claim(
        .effect, id: "claim", references: ["cells/V1/Quiz/A/*"],
        values: ["difference": "15pp", "from-dose": "0", "to-dose": "1"])
    ),
    (
      "concentrated-in",
      StudyFixture().reportedTest("t", 40, of: 40, null: 0.75, p: "0.000").claim(
        .concentratedIn, id: "claim", references: ["tests/t"],
        values: ["successes": "40", "trials": "40", "share": "100%", "p": "0.000"])
    ),
    (
      "filter-certifies",
      StudyFixture().sampling(responses: 100, seen: 5000, right: 1000, wrong: 900).claim(
        .filterCertifies, id: "claim", values: ["responses": "100"])
    ),
    (
      "within-noise",
      StudyFixture().rates("Quiz", "A", n: 40, [31, 29, 27, 26]).claim(
        .withinNoise, id: "claim", references: ["cells/V1/Quiz/A/*"],
        values: ["half-width": "15pp"])
    ),
  ]

  @Test(arguments: quoting.map(\.0))
  func `a wrong number inside a claim refutes it, a right one does not`(_ name: String) throws {
    let fixture = try #require(Self.quoting.first { $0.0 == name }).1
    let right = AuditEngine.audit(fixture.build())
    #expect(try right.finding("R02/quote/claim").isPassed)
    #expect(right.claims[0].verdict != .refuted)
    for key in fixture.claims[0].values.keys.sorted() where !key.hasSuffix("-dose") {
      let wrong = fixture.with { study in
        let claim = study.claims[0]
        var values = claim.values
        values[key] = PrintedNumber(values[key]?.unit == .percentagePoints ? "41pp" : "41")
        study.claims[0] = Claim(
          id: claim.id, quote: claim.quote, place: claim.place, predicate: claim.predicate,
          references: claim.references, values: values, source: claim.source)
      }
      let result = AuditEngine.audit(wrong.build())
      #expect(try result.finding("R02/quote/claim").severity == .major, "\(name) \(key)")
      #expect(result.claims[0].verdict == .refuted, "\(name) \(key)")
    }
  }

  // MARK: effect

  private func effect(_ counts: [Int?], n: Int, flatRows: Int = 0) -> StudyFixture {
    var study = StudyFixture().rates("Quiz", "A", n: n, counts)
    for index in 0..<flatRows {
      study = study.rates("Flat\(index)", "A", n: n, counts.map { _ in n / 5 })
    }
    return study.claim(.effect, id: "claim", references: ["cells/V1/Quiz/A/*"])
  }

  @Test(
    arguments: [
      ([120, 270, 200, 210], 1000, Verdict.supported),
      // 12 against 27 of 100 is chosen among three pairs, and the row among others.
      ([12, 27, 20, nil], 100, .inconclusive), ([200, 201, 199, 200], 1000, .equivalent),
    ] as [([Int?], Int, Verdict)])
  func `a claimed effect must survive its family`(
    _ counts: [Int?], _ n: Int, _ verdict: Verdict
  ) throws {
    let study = effect(counts, n: n, flatRows: 2)
    let finding = try MultiplicityRule.finding("R13/effect/claim", study)
    #expect(finding.verdict(on: "claim") == verdict)
    #expect(finding.isPassed == (verdict == .supported))
  }

  @Test func `the doses of a contrast were chosen among the pairs of the row`() throws {
    let pair = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, nil])
      .claim(
        .effect, id: "claim", references: ["cells/V1/Quiz/A/0", "cells/V1/Quiz/A/1"],
        values: ["from-dose": "0", "to-dose": "1"])
    let finding = try MultiplicityRule.finding("R13/effect/claim", pair)
    #expect(try finding.number("pairs-1") == 3)
    #expect(isClose(try finding.number("p-1"), 0.0118, within: 5e-5))
    let single = try finding.number("p-1")
    #expect(isClose(try finding.number("p-row-1"), 3 * single, within: 1e-12))
    #expect(finding.verdict(on: "claim") == .supported)
    let bare = StudyFixture().printed("Quiz", "A", ["—", "12.0%"], n: 100).claim(
      .effect, id: "claim")
    #expect(
      try MultiplicityRule.finding("R13/effect/claim", bare).verdict(on: "claim") == .notTestable)
  }

  // MARK: layers

  @Test(
    arguments: [
      ("3", Verdict.supported), ("3, 7", .inconclusive), ("3 and 9", .inconclusive),
      ("9", .notTestable),
    ])
  func `every layer that a claim names is judged`(_ layers: String, _ verdict: Verdict) throws {
    // Layer 3 stands out, layer 7 does not, layer 9 is not published.
    let study = StudyFixture().model(layers: 20).neurons(.routed, 40).neurons(.routed, 12, layer: 3)
      .neurons(.routed, 4, layer: 7).neurons(.shared, 20).neurons(.shared, 1, layer: 3)
      .claim(
        .layersStandOut, id: "claim", references: ["neurons/positive/routed"],
        terms: ["layers": layers])
    let findings = MultiplicityRule.findings(study)
    let own = try #require(findings.first { $0.id == "R13/layers/positive/routed" })
    #expect(own.verdict(on: "claim") == verdict)
    // The claim is about routed neurons, so shared ones say nothing about it.
    let other = try #require(findings.first { $0.id == "R13/layers/positive/shared" })
    #expect(other.verdict(on: "claim") == nil && other.isPassed)
  }

  // MARK: reasons

  @Test func `every claim of the bundled study has a verdict, and untested ones a reason`() throws {
    let claims = try Bundled.result.get().claims
    #expect(claims.count == 87)
    for claim in claims {
      #expect((claim.reason != nil) == (claim.verdict == .notTestable), "\(claim.id)")
      #expect(claim.reason.map { $0.count > 20 } ?? true, "\(claim.id)")
      #expect(claim.verdict == .notTestable || !claim.findings.isEmpty, "\(claim.id)")
    }
  }

  /// Every predicate on a study without a single table.
  @Test(arguments: ClaimPredicate.allCases)
  func `a claim on an empty study is not testable and says why`(_ predicate: ClaimPredicate) throws
  {
    let result = try verdict(
      StudyFixture().claim(predicate, id: "claim", terms: ["endpoint": "x", "result": "y"]))
    #expect(result.verdict == .notTestable)
    #expect(result.reason?.isEmpty == false)
  }
}
