import Randomness

/// Recalibrated probabilities in which no item had a part in its own calibration map.
///
/// Platt scaling on the logit of a probability (or on any score), fitted on all folds but one and
/// applied to that one. What is fitted and shown on the same items looks calibrated by
/// construction.
public enum CrossFittedCalibration {
  /// - Parameters:
  ///   - scores: [item], finite.
  ///   - labels: [item].
  /// - Returns: [item], in 0...1; undefined when a class has fewer items than there are folds.
  public static func platt(
    scores: [Double], labels: [Bool], foldCount: Int = 5, seed: UInt64, analysis: String
  ) throws(StatisticsError) -> Measured<[Double]> {
    guard scores.count == labels.count else {
      throw .lengthMismatch(
        first: "scores", firstCount: scores.count, second: "labels", secondCount: labels.count)
    }
    let positives = labels.count { $0 }
    let folds = max(2, foldCount)
    guard min(positives, labels.count - positives) >= folds else {
      return .undefined(
        UndefinedReason(
          .tooFew,
          "\(positives) positives and \(labels.count - positives) negatives for \(folds) folds"))
    }
    var random = RandomStream(seed: seed, analysis: analysis)
    let assigned = CrossFittedThreshold.stratifiedFolds(labels, folds, &random)
    var probabilities = [Double](repeating: 0, count: labels.count)
    for fold in 0..<folds {
      let kept = labels.indices.filter { assigned[$0] != fold }
      let fit = try LogisticCalibration.platt(
        scores: kept.map { scores[$0] }, labels: kept.map { labels[$0] })
      guard let map = fit.value else { return .undefined(fit.reason ?? Self.notFitted) }
      for item in labels.indices where assigned[item] == fold {
        probabilities[item] = min(1, max(0, map.probability(of: scores[item])))
      }
    }
    return .defined(probabilities)
  }

  private static let notFitted = UndefinedReason(
    .notConverged, "a fold has no calibration map")
}
