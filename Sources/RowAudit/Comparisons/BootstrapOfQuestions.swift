import RawStore
import Statistics

/// Percentile bootstraps that stand beside the analytic intervals of registered tests; questions are
/// what is drawn.
enum BootstrapOfQuestions {
  /// Of the mean of one value for each question.
  static func interval(
    _ values: [Double], analysis: String, settings: RowAuditSettings
  ) throws(StatisticsError) -> Measured<Interval> {
    guard values.count > 1 else {
      return .undefined(UndefinedReason(.tooFew, "\(values.count) questions; two are needed"))
    }
    return try MeanResampler(values: values).distribution(
      bootstrap(analysis, settings), jackknife: false
    ).percentileInterval(confidenceLevel: settings.confidenceLevel)
  }

  /// Of the slope of an arm, probability per unit of dose.
  static func interval(
    slopeOf matrix: OutcomeMatrix, settings: RowAuditSettings
  ) throws(StatisticsError) -> Measured<Interval> {
    let doses = matrix.doses
    let center = doses.reduce(0, +) / Double(max(1, doses.count))
    let squares = doses.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    guard squares > 0 else {
      return .undefined(UndefinedReason(.tooFew, "\(doses.count) doses; two are needed"))
    }
    let slopes = matrix.completeMeans().map { row in
      zip(doses, row).reduce(0) { $0 + ($1.0 - center) * $1.1 } / squares
    }
    let arm = matrix.arm
    return try interval(
      slopes, analysis: "slope/\(arm.benchmark)/\(arm.configuration)/\(arm.neuronSet)",
      settings: settings)
  }

  /// Of an AUROC, positives and negatives drawn apart.
  static func interval(
    aurocOf rows: DetectionScores, settings: RowAuditSettings
  ) throws(StatisticsError) -> Measured<Interval> {
    var (positives, negatives): ([Double], [Double]) = ([], [])
    for (score, label) in zip(rows.scores, rows.labels) {
      if label { positives.append(score) } else { negatives.append(score) }
    }
    guard !positives.isEmpty, !negatives.isEmpty else {
      return .undefined(UndefinedReason(.tooFew, "one class only"))
    }
    return try AUROCResampler(positives: positives, negatives: negatives).distribution(
      bootstrap("auroc/\(rows.set)/\(rows.detector)", settings), jackknife: false
    ).percentileInterval(confidenceLevel: settings.confidenceLevel)
  }

  private static func bootstrap(_ analysis: String, _ settings: RowAuditSettings) -> Bootstrap {
    Bootstrap(
      seed: settings.seed, analysis: analysis, resampleCount: settings.resampleCount)
  }
}
