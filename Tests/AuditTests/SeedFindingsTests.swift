import Audit
import Study
import Testing

/// The findings of the reference audit that rules R01–R12 must make, with their numbers.
@Suite struct SeedFindingsTests {
  struct Expected: Sendable, CustomTestStringConvertible {
    let seed: String
    let finding: String
    let key: String
    let value: Double
    let tolerance: Double
    var testDescription: String { "\(seed) \(finding) \(key)" }

    init(_ seed: String, _ finding: String, _ key: String, _ value: Double, _ tolerance: Double) {
      (self.seed, self.finding, self.key) = (seed, finding, key)
      (self.value, self.tolerance) = (value, tolerance)
    }
  }

  static let numbers: [Expected] = [
    // F01: the no-op anchor.
    Expected("F01", "R12/FaithEval/gptq-int4", "difference", 0.35, 5e-4),
    Expected("F01", "R12/FaithEval/gptq-int4", "p", 0.0032, 5e-5),
    Expected("F01", "R12/FaithEval/formats", "chi2", 9.90, 5e-3),
    Expected("F01", "R12/FaithEval/formats", "p-chi2", 0.0071, 5e-5),
    Expected("F01", "R12/FaithEval/formats", "p", 0.0077, 5e-5),
    Expected("F01", "R12/FalseQA/formats", "chi2", 13.30, 5e-3),
    Expected("F01", "R12/FalseQA/formats", "p-chi2", 0.0013, 5e-5),
    Expected("F01", "R12/FalseQA/gptq-int4", "p", 0.055, 5e-4),
    // F02: FaithEval and noise.
    Expected("F02", "R08/FaithEval/A", "z", -2.200, 5e-4),
    Expected("F02", "R08/FaithEval/A", "p-trend", 0.0278, 5e-5),
    Expected("F02", "R08/FaithEval/A", "p-trend-exact", 0.0337, 5e-5),
    Expected("F02", "R08/FaithEval/A", "p-trend-mid", 0.0283, 5e-5),
    Expected("F02", "R08/FaithEval/A", "p-order", 0.0375, 5e-5),
    Expected("F02", "R08/FaithEval/A", "last-difference", -0.225, 1e-9),
    Expected("F02", "R08/FaithEval/A", "p-last", 0.058, 5e-4),
    Expected("F02", "R08/FaithEval/A", "p-last-boschloo", 0.035, 5e-4),
    Expected("F02", "R08/FaithEval/A", "p-trend-holm", 0.25, 5e-3),
    Expected("F02", "R08/FaithEval/A", "p-omnibus", 0.16, 5e-3),
    // F03: FalseQA and noise.
    Expected("F03", "R08/FalseQA/A", "difference", 0.15, 1e-9),
    Expected("F03", "R08/FalseQA/A", "p-pair", 0.0118, 5e-5),
    Expected("F03", "R08/FalseQA/A", "p-pair-row", 0.035, 5e-4),
    Expected("F03", "R08/FalseQA/A", "p-range", 0.026, 5e-4),
    Expected("F03", "R08/FalseQA/A", "p-omnibus", 0.028, 5e-4),
    // F04: monotonicity.
    Expected("F04", "R07/FalseQA/A/not-monotone", "t12-inc", 1.37, 5e-3),
    Expected("F04", "R07/FalseQA/A/not-monotone", "p12-inc", 0.29, 5e-3),
    Expected("F04", "R07/FalseQA/A/not-monotone", "p12-dec", 0.012, 5e-4),
    Expected("F04", "R07/FalseQA/A/not-monotone", "reversal", 0.15, 5e-3),
    Expected("F04", "R07/FalseQA/A/not-monotone", "reversal-design", 0.45, 5e-3),
    // F07: difference of significance.
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "slope-1", -0.341, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "slope-error-1", 0.157, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "slope-2", 0.032, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "slope-error-2", 0.147, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "slope-3", 0, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "slope-error-3", 0.142, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "q", 3.67, 5e-3),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "p-q", 0.16, 5e-3),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "i2", 0.45, 6e-3),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "lrt", 3.73, 5e-3),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "p-lrt", 0.155, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "p-contrast", 0.056, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "power-2", 0.64, 5e-3),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "power-3", 0.67, 5e-3),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "pooled", -0.090, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "p-pooled", 0.29, 5e-3),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "p-telescopes-2", 0.032, 5e-4),
    Expected("F07", "R11/V2-faitheval-fluke/FaithEval", "p-telescopes-3", 0.045, 5e-4),
    // F08: smallest margins.
    Expected("F08", "R10/FalseQA", "smallest-margin-1", 0.165, 5e-4),
    Expected("F08", "R10/FalseQA", "smallest-margin-2", 0.138, 5e-4),
    Expected("F08", "R10/FalseQA", "smallest-margin-3", 0.132, 5e-4),
    Expected("F08", "R10/FaithEval", "smallest-margin-1", 0.381, 5e-4),
    Expected("F08", "R10/FaithEval", "smallest-margin-2", 0.196, 5e-4),
    Expected("F08", "R10/FaithEval", "smallest-margin-3", 0.178, 5e-4),
    Expected("F08", "R10/FaithEval", "power-zero", 0, 5e-4),
    Expected("F08", "R10/FaithEval", "needed", 429, 1),
    Expected("F08", "R10/FaithEval", "needed-pairs", 172, 0),
    Expected("F08", "R10/Sycophancy", "smallest-margin-1", 0.114, 5e-4),
    Expected("F08", "R10/Sycophancy", "smallest-margin-2", 0.075, 5e-4),
    Expected("F08", "R10/Sycophancy", "smallest-margin-3", 0.071, 5e-4),
    // F09: power.
    Expected("F09", "R09/FaithEval/B", "mde", 0.302, 5e-4),
    Expected("F09", "R09/FaithEval/B", "mde-fisher", 0.326, 5e-4),
    Expected("F09", "R09/FaithEval/A", "mde", -0.301, 5e-4),
    Expected("F09", "R09/FaithEval/A", "mde-fisher", -0.325, 5e-4),
    Expected("F09", "R09/FalseQA/B", "mde", 0.165, 5e-4),
    Expected("F09", "R09/FalseQA/B", "mde-fisher", 0.176, 5e-4),
    Expected("F09", "R09/FaithEval/B", "mde-trend", 0.292, 4e-3),
    Expected("F09", "R09/FaithEval/A", "power-quoted", 0.46, 5e-3),
    // F10: selective summary.
    Expected("F10", "R06/range-own-falseqa", "value-1", 0.15, 1e-9),
    Expected("F10", "R06/range-own-falseqa", "value-2", 0.10, 1e-9),
    Expected("F10", "R06/range-own-falseqa", "value-3", 0.07, 1e-9),
    Expected("F10", "R06/range-own-falseqa", "null-lowest", 0.057, 5e-4),
    Expected("F10", "R06/range-own-falseqa", "null-highest", 0.073, 5e-4),
    Expected("F10", "R06/range-own-faitheval", "value-1", 0.225, 1e-9),
    Expected("F10", "R06/range-own-faitheval", "value-2", 0.025, 1e-9),
    Expected("F10", "R06/range-own-faitheval", "value-3", 0.05, 1e-9),
    Expected("F10", "R06/range-own-faitheval", "null-lowest", 0.15, 5e-3),
    Expected("F10", "R06/range-own-faitheval", "null-highest", 0.16, 5e-3),
    // F15: the 76.8 %.
    Expected("F15", "R03/grid-majority", "share", 0.5365, 5e-5),
    Expected("F15", "R03/grid-majority", "construction-majority", 2864, 0),
    Expected("F15", "R03/grid-majority", "construction-total", 3728, 0),
    Expected("F15", "R03/grid-majority", "grid-values", 5, 0),
    Expected("F15", "R03/grid-majority", "attained-rows", 5, 0),
  ]

  @Test(arguments: numbers)
  func `a number of the reference audit`(_ expected: Expected) throws {
    let finding = try Bundled.result.get().finding(expected.finding)
    let value = try finding.number(expected.key)
    #expect(isClose(value, expected.value, within: expected.tolerance + 1e-12))
  }

  @Test(arguments: [
    ("R12/FaithEval/gptq-int4", Severity.critical), ("R08/FaithEval/A", .major),
    ("R08/FalseQA/A", .major), ("R07/FalseQA/A/not-monotone", .major),
    ("R11/V2-faitheval-fluke/FaithEval", .major), ("R10/FalseQA", .critical),
    ("R10/FaithEval", .critical), ("R09/FaithEval/A", .major),
    ("R06/range-own-falseqa", .critical), ("R06/range-own-faitheval", .critical),
    ("R05/V1-V2/Sycophancy/A", .major), ("R04/FalseQA/A", .major), ("R04/Sycophancy/B", .major),
    ("R04/Sycophancy/C", .major), ("R04/Jailbreak", .major), ("R03/grid-majority", .critical),
  ])
  func `severity of a finding`(_ id: String, _ severity: Severity) throws {
    #expect(try Bundled.result.get().finding(id).severity == severity)
  }

  @Test func `words of the findings`() throws {
    let result = try Bundled.result.get()
    #expect(try result.finding("R05/V1-V2/Sycophancy/A").text("counts") == "6, 5, 6, 7")
    #expect(try result.finding("R04/FalseQA/A").text("missing") == "3")
    #expect(try result.finding("R04/Sycophancy/B").text("missing") == "2, 3")
    #expect(try result.finding("R06/range-own-falseqa").text("matching") == "C")
    #expect(try result.finding("R03/grid-majority").text("held-out-items") == "372, 373")
    #expect(try result.finding("R03/grid-majority").text("held-out-rows") == "746")
    #expect(
      try result.finding("R03/grid-majority").text("counts-rows") == "573, 542, 554, 640, 656")
  }

  @Test(arguments: [
    ("V2-equivalent", Verdict.refuted), ("V1-faitheval-noise", .inconclusive),
    ("V1-falseqa-noise", .inconclusive), ("V1-falseqa-not-monotone", .inconclusive),
    ("V2-faitheval-fluke", .inconclusive), ("control-no", .inconclusive),
    ("V2-zero-causal-effect", .inconclusive), ("grid-majority", .refuted),
    ("full-suppression-to-amplification", .refuted),
  ])
  func `verdict on a claim`(_ claim: String, _ verdict: Verdict) throws {
    let result = try #require(Bundled.result.get().claims.first { $0.id == claim })
    #expect(result.verdict == verdict)
  }
}
