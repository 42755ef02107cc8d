import Audit
import Study
import StudyFixtures
import Testing

/// Rules R13 to R34 on the bundled study: the findings of the reference audit, to their printed
/// digits.
@Suite struct PublishedStudyLaterRulesTests {
  private static let result: Result<[String: Finding], any Error> = Result {
    let study = try PublishedStudy.load(
      folder: RepositoryFolder.path("data/published/moe-h-neurons"))
    let context = StudyContext(study: study)
    let findings = AuditRules.all.filter { $0.id >= .multiplicity }
      .flatMap { $0.init().evaluate(context) }
    return Dictionary(uniqueKeysWithValues: findings.map { ($0.id, $0) })
  }

  private func finding(_ id: String) throws -> Finding {
    try #require(try Self.result.get()[id], "no finding \(id)")
  }

  struct Number: Sendable, CustomTestStringConvertible {
    let reference: String
    let finding: String
    let key: String
    let expected: Double
    let digits: Int

    init(
      _ reference: String, _ finding: String, _ key: String, _ expected: Double, _ digits: Int
    ) {
      (self.reference, self.finding, self.key) = (reference, finding, key)
      (self.expected, self.digits) = (expected, digits)
    }

    var testDescription: String { "\(reference) \(finding) \(key)" }
  }

  static let numbers = [
    Number("F05", "R26/V2-falseqa-none-monotone", "most", 0.27, 2),
    Number("F05", "R26/V2-falseqa-none-monotone", "least", 0.04, 2),
    Number("F04", "R26/V1-falseqa-not-monotone", "reversal", 0.15, 2),
    Number("F04", "R26/V1-falseqa-not-monotone", "reversal-over-design", 0.45, 2),
    Number("F06", "R21/V2-falseqa-inconsistent", "statistic", 5.13, 2),
    Number("F06", "R21/V2-falseqa-inconsistent", "p", 0.077, 3),
    Number("F06", "R21/V2-falseqa-inconsistent", "trend-z", -1.97, 2),
    Number("F06", "R21/V2-falseqa-inconsistent", "trend-p", 0.049, 3),
    Number("F06", "R21/V2-falseqa-inconsistent", "trend-exact", 0.054, 3),
    Number("F06", "R21/V2-falseqa-inconsistent", "odd-slope", 0.255, 3),
    Number("F06", "R21/V2-falseqa-inconsistent", "slope-2", -0.158, 3),
    Number("F06", "R21/V2-falseqa-inconsistent", "slope-3", -0.261, 3),
    Number("F06", "R21/V2-falseqa-inconsistent", "odd-p", 0.028, 3),
    Number("F13", "R25/V2/Sycophancy/C/2", "upper", 0.060, 3),
    Number("F14", "R24/FalseQA/B", "ratio", 535, 0),
    Number("F14", "R24/FalseQA/B", "coincidence", 0.0019, 4),
    Number("F16", "R20", "grid-auroc", 0.973, 3),
    Number("F17", "R16/nonexist-prior-shift", "target-upper", 0.063, 3),
    Number("F17", "R16/nonexist-prior-shift", "source-lower", 0.454, 3),
    Number("F17", "R16/nonexist-prior-shift", "target-count", 10, 0),
    Number("F17", "R16/nonexist-prior-shift", "source-count", 144, 0),
    Number("F17", "R16/nonexist-prior-shift", "expected", 0.72, 2),
    Number("F17", "R16/nonexist-prior-shift", "source-expected", 0.78, 2),
    Number("F17", "R16/nonexist-prior-shift", "row-prior", 0.232, 3),
    Number("F18", "R17/NonExist", "predicted-lower", 0.90, 2),
    Number("F18", "R17/NonExist", "true-negatives-upper", 10, 0),
    Number("F19", "R34/TriviaQA", "p", 0.38, 2),
    Number("F19", "R34/TriviaQA", "one-sided", 0.19, 2),
    Number("F19", "R34/TriviaQA", "paired-smallest", 0.002, 3),
    Number("F19", "R34/TriviaQA", "paired-largest", 0.63, 2),
    Number("F19", "R34/NQ-Open", "p", 0.135, 3),
    Number("F19", "R34/BioASQ", "p", 0.96, 2),
    Number("F19", "R34/NonExist", "majority", 158, 0),
    Number("F20", "R23/cross-domain-range", "auroc-difference", 0.187, 3),
    Number("F20", "R23/cross-domain-range", "auroc-z", 6.2, 1),
    Number("F20", "R23/cross-domain-range", "q", 36.5, 1),
    Number("F20", "R23/cross-domain-range", "i-squared", 0.92, 2),
    Number("F21", "R18", "draws", 1, 0),
    Number("F22", "R23/dense-power-comparable", "outside-count", 3, 0),
    Number("F22", "R23/dense-power-comparable", "gain-1", 0.290, 3),
    Number("F22", "R23/dense-power-comparable", "gain-2", 0.026, 3),
    Number("F22", "R23/dense-power-comparable", "gain-3", 0.262, 3),
    Number("F22", "R23/dense-power-comparable", "gain-4", -0.030, 3),
    Number("F24", "R13/linear-concentration", "p", 0.0398, 4),
    Number("F24", "R13/linear-concentration", "pair", 0.080, 3),
    Number("F24", "R13/linear-concentration", "adjusted", 0.119, 3),
    Number("F24", "R13/linear-concentration", "moved-one-sided", 0.051, 3),
    Number("F24", "R13/linear-concentration", "moved-count", 34, 0),
    Number("F24", "R13/linear-concentration", "needed", 23, 0),
    Number("F24", "R13/linear-concentration", "needed-p", 0.033, 3),
    Number("F24", "R13/linear-concentration", "missed-p", 0.066, 3),
    Number("F24", "R13/linear-concentration", "bayes-factor", 1.84, 2),
    Number("F25", "R15/linear-concentration", "effect-p-1", 0.052, 3),
    Number("F25", "R15/linear-concentration", "effect-p-2", 0.083, 3),
    Number("F25", "R15/linear-concentration", "effect-p-3", 0.13, 2),
    Number("F25", "R15/linear-concentration", "collapsed-p", 0.077, 3),
    Number("F25", "R15/linear-concentration", "size-1", 0.09, 2),
    Number("F25", "R15/linear-concentration", "size-2", 0.14, 2),
    Number("F25", "R15/linear-concentration", "size-3", 0.23, 2),
    Number("F27", "R13/layers/positive/routed", "p", 0.11, 2),
    Number("F28", "R31/dilution-shared", "quoted-of-live", 0.152, 3),
    Number("F28", "R31/dilution-shared", "expected", 29.2, 1),
    Number("F28", "R31/dilution-shared", "share-of-live", 0.159, 3),
    Number("F28", "R31/dilution-shared", "fold", 12.5, 1),
    Number("F28", "R31/dilution-shared", "used", 0.998, 3),
    Number("F30", "R23/summary-smaller", "ratio-1", 2.3, 1),
    Number("F30", "R23/summary-smaller", "ratio-2", 0.9, 1),
    Number("F30", "R23/summary-smaller", "ratio-upper", 7.1, 1),
    Number("F31", "R21/V2-outputs-unchanged", "changed", 15, 0),
    Number("F31", "R21/V2-outputs-unchanged", "logit-ratio", 1.80, 2),
    Number("F33", "R29", "z-2", -2.84, 2),
    Number("F33", "R29", "p-2", 0.0045, 4),
    Number("A7", "R29", "z-1", -2.46, 2),
    Number("A7", "R29", "z-3", -3.48, 2),
    Number("A7", "R29", "pair-lower-1", 0.00006, 5),
    Number("A7", "R29", "pair-upper-1", 0.024, 3),
    Number("A7", "R29", "pair-lower-4", 0.004, 3),
    Number("A7", "R29", "pair-upper-4", 0.12, 2),
    Number("F36", "R27", "lower", 0.69, 2),
    Number("F37", "R28/span-extractor", "sign-p", 0.031, 3),
    Number("F37", "R28/span-extractor", "rate-3", 0.97, 2),
    Number("F38", "R13/trends", "smallest", 0.0278, 4),
    Number("F38", "R13/trends", "holm", 0.25, 2),
    Number("F38", "R13/trends", "bh", 0.25, 2),
    Number("F38", "R13/trends", "by", 0.71, 2),
    Number("F39", "R21/V2-sycophancy-near-zero", "upper-1", 0.222, 3),
    Number("F39", "R21/V2-sycophancy-near-zero", "upper-2", 0.137, 3),
    Number("F40", "R23/sparsity-in-range", "position", 0.01, 2),
    Number("F41", "R33/positive", "expected-of-all", 0.26, 2),
    Number("F41", "R33/positive", "fold-of-all", 107, 0),
    Number("F41", "R33/positive", "expected-of-live", 7.4, 1),
  ]

  @Test(arguments: numbers)
  func `the number comes out to its printed digits`(number: Number) throws {
    let value = try finding(number.finding).value(number.key)
    #expect(
      isPrinted(value, as: number.expected, digits: number.digits),
      "\(value) is not \(number.expected)")
  }

  @Test(
    arguments: [
      ("F41", "R33/positive", "p-of-all", 1.7e-49), ("F41", "R33/positive", "p-of-live", 1.4e-10),
    ])
  func `tiny p-values keep two significant digits`(
    reference: String, id: String, key: String, expected: Double
  ) throws {
    let value = try finding(id).value(key)
    #expect(abs(value / expected - 1) < 0.05, "\(reference): \(value)")
  }

  @Test(
    arguments: [
      ("F05", "R26/V2-falseqa-none-monotone", Severity.minor),
      ("F06", "R21/V2-falseqa-inconsistent", .major), ("F13", "R25/V2/Sycophancy/C/2", .minor),
      ("F14", "R24", .major), ("F16", "R20", .major),
      ("F17", "R16/nonexist-prior-shift", .critical), ("F18", "R17/NonExist", .info),
      ("F19", "R34/TriviaQA", .major), ("F19", "R34/BioASQ", .major),
      ("F20", "R23/cross-domain-range", .minor), ("F20", "R23/detection-range", .minor),
      ("F21", "R18", .major), ("F22", "R23/dense-power-comparable", .minor),
      ("F23", "R14/linear-concentration", .info), ("F24", "R13/linear-concentration", .major),
      ("F25", "R15/linear-concentration", .major),
      ("F26", "R21/linear-in-paper/linear-not-in-paper", .minor),
      ("F27", "R13/layers/positive/routed", .minor), ("F28", "R31/dilution-shared", .major),
      ("F29", "R22/mistral-neuron-count", .info), ("F30", "R23/summary-smaller", .minor),
      ("F30", "R23/summary-dense-swings", .minor), ("F31", "R21/V2-outputs-unchanged", .major),
      ("F32", "R30/control-no", .major), ("F33", "R29", .major), ("F34", "R19", .minor),
      ("F35", "R32/grid", .minor), ("F36", "R27", .minor), ("F37", "R28/span-extractor", .minor),
      ("F38", "R13/trends", .info), ("F39", "R21/V2-sycophancy-near-zero", .minor),
      ("F40", "R23/sparsity-in-range", .info), ("F41", "R33/positive", .minor),
    ])
  func `the finding has the severity of the reference audit`(
    reference: String, id: String, severity: Severity
  ) throws {
    #expect(try finding(id).severity == severity, "\(reference)")
  }

  @Test(
    arguments: [
      ("R16/nonexist-prior-shift", "nonexist-prior-shift", Verdict.refuted),
      ("R17/NonExist", "nonexist-mostly-positive", .supported),
      ("R13/linear-concentration", "linear-concentrated", .inconclusive),
      ("R18", "random-set-specific", .notTestable), ("R30/control-no", "control-no", .notTestable),
      ("R34/TriviaQA", "triviaqa-beats-majority", .inconclusive),
      ("R21/configurations-agree", "configurations-agree", .refuted),
      // The quotient is right; what it divides by is a choice, so the claim is not refuted.
      ("R31/dilution-shared", "dilution-shared", .inconclusive),
    ])
  func `claims get their verdicts`(id: String, claim: String, verdict: Verdict) throws {
    #expect(try finding(id).verdict(on: claim) == verdict)
  }

  @Test func `two AUROCs of different units have intervals that do not overlap`() throws {
    let finding = try finding("R20")
    #expect(finding.evidence["grid-auroc"]?.text.hasSuffix("[0.956, 0.990]") == true)
    #expect(finding.evidence["set-auroc"]?.text.hasSuffix("[0.823, 0.897]") == true)
  }

  @Test func `the printed p of the concentration test is the minimum-likelihood variant`() throws {
    #expect(
      try finding("R14/linear-concentration").evidence["matching"]?.value
        == .list(["two-sided exact, minimum likelihood"]))
  }

  /// Every number of a sentence is a place for evidence; templates hold none.
  @Test func `templates hold no digits and leave no place empty`() throws {
    for finding in try Self.result.get().values {
      for prose in [finding.title, finding.sentence, finding.remedy] {
        for segment in prose.segments(finding.evidence) {
          switch segment {
          case .words(let words):
            let digits = words.filter { $0.isASCII && $0.isNumber }
            #expect(digits.isEmpty, "\(finding.id): \(words)")
            #expect(!words.lowercased().contains("significan"), "\(finding.id): \(words)")
          case .unresolved(let place):
            Issue.record("\(finding.id) has no evidence \(place)")
          case .evidence:
            break
          }
        }
      }
    }
  }
}
