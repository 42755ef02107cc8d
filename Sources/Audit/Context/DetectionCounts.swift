import Statistics
import Study

/// The counts behind one row of the detection table, as far as its printed numbers fix them.
struct DetectionCounts: Sendable {
  let row: DetectionRow
  let total: Int
  let positives: Int
  /// Correct at the frozen threshold.
  let correct: Int

  var negatives: Int { total - positives }
  /// Correct answers of the rule that always names the larger class.
  var majorityCorrect: Int { max(positives, negatives) }
  var accuracy: Double { Double(correct) / Double(total) }
  var majorityAccuracy: Double { Double(majorityCorrect) / Double(total) }
  var prevalence: Double { Double(positives) / Double(total) }
  var auroc: Double? { row.auroc?.exactValue }
  var sources: [SourceReference] { [row.source] }

  /// `nil` when n, the positive rate or the accuracy is missing or is no count over n.
  init?(_ row: DetectionRow) {
    guard let total = row.count, total > 0, let positives = row.positiveRate?.count(over: total),
      let correct = row.accuracy?.count(over: total)
    else { return nil }
    self.row = row
    self.total = total
    self.positives = positives
    self.correct = correct
  }

  /// What the confusion tables that fit the printed numbers have in common.
  struct Feasible: Sendable {
    let truePositives: ClosedRange<Int>
    let trueNegatives: ClosedRange<Int>
    let predictedPositiveShare: ClosedRange<Double>
  }

  /// `nil` without an AUROC, with one class, or when no table fits.
  var feasible: Feasible? {
    guard let auroc, let printed = row.auroc,
      let tables = try? FeasibleConfusion(
        total: total, positives: positives, correct: correct, auroc: auroc,
        halfWidth: printed.halfUnit),
      let truePositives = tables.truePositives.value,
      let trueNegatives = tables.trueNegatives.value,
      let share = tables.predictedPositiveShare.value
    else { return nil }
    return Feasible(
      truePositives: truePositives, trueNegatives: trueNegatives, predictedPositiveShare: share)
  }

  /// The AUROC with the variance that it would have by its class sizes alone.
  var aurocSummary: HanleyMcNeil? {
    auroc.flatMap {
      try? HanleyMcNeil(auroc: $0, positiveCount: positives, negativeCount: negatives)
    }
  }
}
