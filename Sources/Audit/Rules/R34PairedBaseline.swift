import Statistics
import Study

/// R34: does accuracy beat the majority rule by more than chance?
public struct PairedBaselineRule: AuditRule {
  public static let id = RuleID.pairedBaseline
  public static let question = "Does accuracy beat the majority rule by more than chance?"
  public static let needs = "n, positive rate and accuracy of a detection set."
  public static let method =
    "Exact binomial test of the accuracy against the majority share, Holm over the sets; Wilson "
    + "interval; range of the exact McNemar p-value against the constant predictor over the "
    + "feasible confusion tables."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let subjects = context.subjects(of: .beatsMajority)
    let counted = context.study.detection.compactMap(DetectionCounts.init)
    let tests = counted.compactMap { counts -> Comparison? in
      guard
        let observed = try? Proportion(successes: counts.correct, trials: counts.total),
        let binomial = try? BinomialTest(observed, nullValue: counts.majorityAccuracy)
      else { return nil }
      return Comparison(counts: counts, observed: observed, test: binomial)
    }
    guard !tests.isEmpty else {
      return [
        .notRun(
          Self.id, .notReported, "no detection set prints n, positive rate and accuracy together",
          assessments: subjects.map { $0.assessed(.notTestable) })
      ]
    }
    let above = PValueAdjustment.holm.adjust(tests.map(\.test.pValueGreater))
    let below = PValueAdjustment.holm.adjust(tests.map(\.test.pValueLess))
    let uncounted = subjects.filter { subject in
      !tests.contains { subject.detection.contains($0.counts.row) }
    }
    return tests.enumerated().map { index, test in
      finding(
        test, above: above[index], below: below[index],
        claims: subjects.filter { $0.detection.contains(test.counts.row) }, context)
    }
      + uncounted.map {
        .notRun(
          Self.id, subject: $0.claim.id, .notReported,
          "the sets of the claim do not print n, positive rate and accuracy together",
          assessments: [$0.assessed(.notTestable)], sources: [$0.claim.source])
      }
  }

  private struct Comparison {
    let counts: DetectionCounts
    let observed: Proportion
    let test: BinomialTest
  }

  private func finding(
    _ comparison: Comparison, above: Double, below: Double, claims: [ClaimSubject],
    _ context: StudyContext
  ) -> Finding {
    let (counts, test) = (comparison.counts, comparison.test)
    let sources = counts.sources
    let exact = "exact binomial against the majority share"
    let isBehind = counts.correct < counts.majorityCorrect
    var evidence: [String: Evidence] = [
      "set": .text(counts.row.dataset, "set", sources: sources),
      "correct": .count(counts.correct, "correct items", sources: sources),
      "majority": .count(counts.majorityCorrect, "correct by the majority rule", sources: sources),
      "n": .count(counts.total, "items", sources: sources),
      "accuracy": .estimate(
        counts.accuracy,
        comparison.observed.wilsonInterval(confidenceLevel: context.settings.confidenceLevel),
        .percent, "accuracy", sources: sources),
      "majority-accuracy": .number(
        counts.majorityAccuracy, .percent, "majority accuracy", sources: sources),
      "difference": .number(
        counts.accuracy - counts.majorityAccuracy, .percentagePoints,
        "accuracy minus majority accuracy", sources: sources),
      "p": .number(
        test.pValueMinimumLikelihood, .pStatement, "two-sided p-value", method: exact,
        sources: sources),
      "one-sided": .number(
        isBehind ? test.pValueLess : test.pValueGreater, .pValue,
        isBehind ? "one-sided p-value (worse)" : "one-sided p-value (better)", method: exact,
        sources: sources),
      "adjusted": .number(
        isBehind ? below : above, .pValue, "one-sided, Holm-adjusted", method: "Holm"),
    ]
    let paired = pairedBounds(counts, &evidence)
    let level = context.settings.level
    // The paired test decides where every feasible confusion table gives it: the majority share of
    // the same items is not a known constant.
    let isDecided = evidence["paired-largest"]?.number.map { $0 <= level } ?? false
    let beats = above <= level && isDecided
    let isWorse = below <= level && isDecided
    let sentence: Prose =
      """
      On {set} the classifier gets {correct} of {n} right ({accuracy}) and the majority rule \
      {majority} ({majority-accuracy}): {p}, one-sided {one-sided}, Holm {adjusted}.
      """ + paired
    if claims.isEmpty {
      return Finding(
        rule: Self.id, subject: counts.row.dataset,
        status: beats ? .passed : .fired(.info),
        title: beats
          ? "Accuracy on {set} beats the majority rule"
          : isWorse
            ? "Accuracy on {set} is below the majority rule"
            : "Accuracy on {set} cannot be told from the majority rule",
        sentence: sentence, evidence: evidence)
    }
    let verdict: Verdict = beats ? .supported : isWorse ? .refuted : .inconclusive
    return Finding(
      rule: Self.id, subject: counts.row.dataset, status: beats ? .passed : .fired(.major),
      title: beats
        ? "Accuracy on {set} beats the majority rule"
        : isWorse
          ? "Accuracy on {set} is below the majority rule"
          : "That accuracy on {set} beats the majority rule is not shown",
      sentence: sentence,
      remedy: beats
        ? "" : "Publish item-level predictions and test against the constant predictor.",
      evidence: evidence, assessments: claims.map { $0.assessed(verdict) })
  }

  /// Against the rule that always names the larger class, the discordant items are those of the
  /// smaller class that the classifier gets right and those of the larger that it gets wrong.
  private func pairedBounds(
    _ counts: DetectionCounts, _ evidence: inout [String: Evidence]
  ) -> Prose {
    // Without an AUROC only the accuracy bounds the table.
    let smaller = min(counts.positives, counts.negatives)
    let free = max(0, counts.correct - counts.majorityCorrect)...min(smaller, counts.correct)
    let gained =
      counts.feasible.map {
        counts.positives <= counts.negatives ? $0.truePositives : $0.trueNegatives
      } ?? free
    let surplus = counts.correct - counts.majorityCorrect
    let ends = [gained.lowerBound, gained.upperBound].compactMap { right in
      try? McNemarTest(firstOnly: right, secondOnly: right - surplus).exactPValue
    }
    guard let smallest = ends.min(), let largest = ends.max() else { return "" }
    let method = "exact McNemar over feasible confusion tables"
    evidence["paired-smallest"] = .number(
      smallest, .significant(2), "smallest feasible paired p-value", method: method,
      sources: counts.sources)
    evidence["paired-largest"] = .number(
      largest, .significant(2), "largest feasible paired p-value", method: method,
      sources: counts.sources)
    return """
      The paired test needs items; over every feasible confusion table its p-value lies between \
      {paired-smallest} and {paired-largest}.
      """
  }
}
