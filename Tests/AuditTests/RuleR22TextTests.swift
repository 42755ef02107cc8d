import Audit
import Study
import StudyFixtures
import Testing

/// R22, R23 and R30: notes, ranges and the scope of claims.
@Suite struct TextRuleTests {
  @Test func `notes are passed on as information and judge only outside facts`() throws {
    let study = StudyFixture().claim(.externalFact).claim(.externalFact).claim(.noEffect)
      .reviewerNote("source", "Look it up.", claims: ["claim-1", "claim-3"])
    let result = findings(of: ExternalFactRule.self, on: study)
    #expect(result.map(\.id) == ["R22/source", "R22/claim-2"])
    #expect(result.allSatisfy { $0.status == .fired(.info) })
    #expect(result.flatMap(\.assessments).map(\.claim) == ["claim-1", "claim-2"])
    #expect(result.flatMap(\.assessments).allSatisfy { $0.verdict == .notTestable })
    #expect(!findings(of: ExternalFactRule.self, on: StudyFixture()).hasFired)
  }

  private let sets = StudyFixture()
    .detection("Home", n: 500, positiveRate: "40.0%", accuracy: "80.0%", auroc: "0.860")
    .detection(
      "Near", role: "second-in-domain", n: 500, positiveRate: "40.0%", accuracy: "60.0%",
      auroc: "0.673"
    )
    .detection(
      "Far", role: "cross-domain", n: 500, positiveRate: "40.0%", accuracy: "70.0%", auroc: "0.768")

  @Test(
    arguments: [
      ("0.673", "0.860", ["detection/*"], false), ("0.700", "0.860", ["detection/*"], true),
      ("0.768", "0.768", ["detection/Far"], true),
      // One unit of the last digit beside the table.
      ("0.674", "0.860", ["detection/*"], true), ("0.67", "0.86", ["detection/*"], false),
      ("0.673", "0.768", ["detection/Near", "detection/Far"], false),
    ])
  func `a quoted range covers every row that it speaks of`(
    lower: String, upper: String, references: [String], fires: Bool
  ) throws {
    let study = sets.claim(
      .rangeIs, references: references, values: ["lower": lower, "upper": upper],
      terms: ["metric": "auroc"])
    let finding = try findings(of: RangeStatementRule.self, on: study).about("claim-1")
    #expect((finding.severity == .minor) == fires)
    #expect(finding.verdict(on: "claim-1") == (fires ? .refuted : .supported))
  }

  @Test(arguments: [("50%", "90%", false), ("65%", "90%", true)])
  func `values lie within a quoted range`(lower: String, upper: String, fires: Bool) throws {
    let study = sets.claim(
      .liesWithin, references: ["detection/*"], values: ["lower": lower, "upper": upper],
      terms: ["metric": "accuracy"])
    #expect(
      (try findings(of: RangeStatementRule.self, on: study).about("claim-1").severity == .minor)
        == fires)
  }

  @Test(arguments: [("0.0127 per mille", Finding.Status.fired(.info)), ("0.2 per mille", .passed)])
  func `a value at the end of its range is information`(
    printed: String, status: Finding.Status
  ) throws {
    let study = StudyFixture().arithmetic("share", "67/5263360", printed).claim(
      .liesWithin, references: ["arithmetic/share"],
      values: ["lower": "0.01 per mille", "upper": "0.35 per mille"])
    #expect(try findings(of: RangeStatementRule.self, on: study).about("claim-1").status == status)
  }

  @Test(arguments: [("10", true), ("3", false)])
  func `a claimed factor is recomputed`(factor: String, fires: Bool) throws {
    let study = StudyFixture().rates("Quiz", "A", n: 100, [10, 12, 15, 17])
      .summary("other", benchmark: "Quiz", "40pp", model: "Other", own: false)
      .claim(
        .smallerByFactor, references: ["summaries/**"],
        values: [
          "factor": factor, "own-lower": "7pp", "own-upper": "7pp", "other-lower": "40pp",
          "other-upper": "40pp",
        ])
    let finding = try findings(of: RangeStatementRule.self, on: study).about("claim-1")
    #expect((finding.severity == .minor) == fires)
    #expect(isPrinted(try finding.value("ratio-1"), as: 5.7, digits: 1))
  }

  @Test(arguments: [("compliance", false), ("hallucination", true)])
  func `a claim needs its own endpoint`(endpoint: String, fires: Bool) throws {
    let study = StudyFixture().rates("Quiz", "A", n: 100, [10, 12, 15, 17])
      .claim(.controlsEndpoint, terms: ["endpoint": endpoint])
    let finding = try findings(of: ClaimScopeRule.self, on: study).about("claim-1")
    #expect((finding.severity == .major) == fires)
    #expect(finding.verdict(on: "claim-1") == (fires ? .notTestable : nil))
  }

  @Test func `one dose does not measure an endpoint`() throws {
    let study = StudyFixture().rates("Quiz", "A", n: 100, [10, nil, nil, nil])
      .claim(.controlsEndpoint, terms: ["endpoint": "compliance"])
    #expect(try findings(of: ClaimScopeRule.self, on: study).about("claim-1").severity == .major)
  }
}
