import RawStore
import RowAudit
import Study
import Testing

/// Verdicts rest on the checks of a run only where their figures pass.
@Suite struct ModelChecksTests {
  private func record(exact: Bool = true, moved: Double = 2, apart: Double = 1e-6) -> RunRecord {
    RunRecord(
      path: "stages/checks/rows.jsonl", sha256: "", status: "checks", startedAt: nil,
      completedAt: nil,
      document: """
        {"rows":[{"anchorIsExact":\(exact),"doses":[{"alpha":0,"changedResponseShare":0.1,\
        "changedTokenShare":0.2,"largestLogitDifference":\(moved)}],"kind":"configuration",\
        "prompts":3,"subject":"X"},{"changedTokenShareFromStored":0.1,"kind":"weight-format",\
        "largestDifferenceFromStored":0.5,"largestRelativeDifference":\(apart),"prompts":3,\
        "subject":"gptq-int4"},{"isEqual":true,"kind":"threads","prompts":3,\
        "subject":"as-stored"}],"schema":"referee/run-checks/v1"}
        """)
  }

  private func failure(
    _ kind: OutcomeNeutralCheck.Kind, _ runs: [RunRecord], threshold: Double? = nil,
    configurations: [String] = ["X"]
  ) -> String? {
    ModelChecks(runs).failure(
      of: OutcomeNeutralCheck(id: "c", kind: kind, threshold: threshold),
      configurations: configurations)
  }

  @Test("figures that hold let a verdict stand")
  func passes() {
    #expect(failure(.noOpExact, [record()]) == nil)
    #expect(failure(.interventionAlive, [record()], threshold: 0.01) == nil)
    #expect(failure(.implementationsAgree, [record()], threshold: 1e-4) == nil)
    #expect(failure(.threadIndependent, [record()]) == nil)
  }

  @Test("each figure that does not hold is named")
  func fails() {
    #expect(failure(.noOpExact, [record(exact: false)])?.contains("X") == true)
    #expect(failure(.interventionAlive, [record(moved: 0.001)], threshold: 0.01) != nil)
    #expect(
      failure(.implementationsAgree, [record(apart: 1e-3)], threshold: 1e-4)?.contains("gptq-int4")
        == true)
  }

  @Test("a check that nobody ran, or not for this configuration, is no pass")
  func absent() {
    for kind in [
      OutcomeNeutralCheck.Kind.noOpExact, .interventionAlive, .implementationsAgree,
      .threadIndependent,
    ] { #expect(failure(kind, [], threshold: 1) != nil) }
    #expect(failure(.noOpExact, [record()], configurations: ["X", "Y"])?.contains("Y") == true)
    #expect(failure(.implementationsAgree, [record()]) == "the plan states no bound")
  }
}
