import Glibc

/// The equal-variance binormal score model: negatives N(0, 1), positives N(d, 1).
///
/// The simplest model that has a given AUROC. It answers "what accuracy would a classifier of this
/// AUROC have if its threshold were right for another class prior?", so that a prior shift can be
/// told from a shift of the scores.
/// ```
/// d = √2 · Φ⁻¹(AUROC);  positive when  s > d/2 − logit(prior)/d
/// ```
/// - Source: Green & Swets (1966), *Signal Detection Theory*, chapter 3; Metz (1978),
///   doi:10.1016/S0001-2998(78)80014-2. Oracle: scipy 1.17 `stats.norm`.
public struct BinormalClassifier: Hashable, Sendable {
  /// Distance of the class means in standard deviations.
  public let separation: Double

  /// - Returns: `nil` unless 0.5 < `auroc` < 1: at 0.5 no threshold exists, at 1 no overlap.
  public init?(auroc: Double) {
    guard auroc > 0.5, auroc < 1 else { return nil }
    separation = 2.0.squareRoot() * NormalDistribution.quantile(auroc)
  }

  /// Sensitivity and specificity at the threshold that is optimal for `trainingPrior`, the share of
  /// positives in the training data, in 0..<1 and above 0.
  public func rates(trainingPrior: Double) -> (sensitivity: Double, specificity: Double)? {
    guard trainingPrior > 0, trainingPrior < 1 else { return nil }
    let threshold = separation / 2 - log(trainingPrior / (1 - trainingPrior)) / separation
    return (NormalDistribution.upperTail(threshold - separation), NormalDistribution.cdf(threshold))
  }

  /// Accuracy on data with `prevalence` positives at the threshold for `trainingPrior`.
  public func accuracy(prevalence: Double, trainingPrior: Double) -> Measured<Double> {
    guard (0...1).contains(prevalence), let rates = rates(trainingPrior: trainingPrior) else {
      return .undefined(
        UndefinedReason(.outOfDomain, "prevalence \(prevalence), training prior \(trainingPrior)"))
    }
    return .defined(prevalence * rates.sensitivity + (1 - prevalence) * rates.specificity)
  }
}
