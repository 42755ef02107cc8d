import Glibc

/// The area under the ROC curve of one score, with DeLong's variance.
///
/// Sees ranks only, never calibration: print it with the Brier score and with the accuracy at the
/// frozen threshold. Not for scores pooled over cross-validation folds (``CrossValidatedAUROC``)
/// nor for several responses of one question (``ClusteredAUROC``).
/// ```
/// A = P(pos > neg) + ½ P(pos = neg),   var = S₁₀/m + S₀₁/n
/// ```
/// - Source: DeLong et al. (1988), doi:10.2307/2531595. Oracle: R pROC 1.18 and auRoc, see
///   `auroc_delong.json`.
public struct AUROC: Hashable, Sendable {
  public let positiveCount: Int
  public let negativeCount: Int
  public let estimate: Measured<Double>
  /// DeLong's variance; undefined with fewer than two in a class.
  public let variance: Measured<Double>

  /// - Throws: ``StatisticsError/notFinite(argument:index:)``.
  public init(positives: [Double], negatives: [Double]) throws(StatisticsError) {
    for (name, scores) in [("positives", positives), ("negatives", negatives)] {
      if let index = scores.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(argument: name, index: index)
      }
    }
    positiveCount = positives.count
    negativeCount = negatives.count
    guard !positives.isEmpty, !negatives.isEmpty else {
      let reason = UndefinedReason(
        .singleClass, "\(positives.count) positives and \(negatives.count) negatives")
      estimate = .undefined(reason)
      variance = .undefined(reason)
      return
    }
    let placements = PlacementValues(positives: positives, negatives: negatives)
    estimate = .defined(placements.mean)
    guard positives.count > 1, negatives.count > 1 else {
      variance = .undefined(
        UndefinedReason(
          .tooFew,
          "\(positives.count) positives and \(negatives.count) negatives; two of each are needed"))
      return
    }
    variance = .defined(
      SampleMoments.variance(placements.positives) / Double(positives.count)
        + SampleMoments.variance(placements.negatives) / Double(negatives.count))
  }

  public var standardError: Measured<Double> { variance.map { $0.squareRoot() } }

  /// A ± z·se, cut at 0 and 1. Coverage .75–.79 at high AUROC: for comparison with others only.
  public func waldInterval(confidenceLevel: Double) -> Measured<Interval> {
    estimate.flatMap { estimate in
      standardError.map { error in
        let z = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel)
        return Interval(
          lower: max(0, estimate - z * error), upper: min(1, estimate + z * error),
          confidenceLevel: confidenceLevel, method: .delongWald)
      }
    }
  }

  /// The default interval: DeLong on the logit scale, expit(l ± z·se / (A(1 − A))).
  ///
  /// - Returns: Undefined for an AUROC of 0 or 1 and for variance 0: use
  ///   ``newcombeInterval(confidenceLevel:)`` there, and below 30 in the smaller class.
  public func logitInterval(confidenceLevel: Double) -> Measured<Interval> {
    estimate.flatMap { estimate in
      standardError.flatMap { error in
        AUROCInterval.logit(
          estimate: estimate, standardError: error, confidenceLevel: confidenceLevel,
          method: .delongLogit)
      }
    }
  }

  /// Newcombe's method 5, from the estimate and the class sizes alone.
  public func newcombeInterval(confidenceLevel: Double) -> Measured<Interval> {
    estimate.map {
      AUROCInterval.newcombe5(
        estimate: $0, positiveCount: positiveCount, negativeCount: negativeCount,
        confidenceLevel: confidenceLevel)
    }
  }

  /// What the tool prints: the logit interval, or Newcombe's where that is undefined or the smaller
  /// class has fewer than 30.
  public func interval(confidenceLevel: Double) -> Measured<Interval> {
    if min(positiveCount, negativeCount) >= 30,
      case .defined(let interval) = logitInterval(confidenceLevel: confidenceLevel)
    {
      return .defined(interval)
    }
    return newcombeInterval(confidenceLevel: confidenceLevel)
  }
}

extension IntervalMethod {
  public static let delongWald = IntervalMethod(rawValue: "DeLong")
  public static let delongLogit = IntervalMethod(rawValue: "DeLong, logit")
  public static let newcombe5 = IntervalMethod(rawValue: "Newcombe method 5")
}
