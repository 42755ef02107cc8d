extension IntervalMethod {
  public static let hanleyMcNeil = IntervalMethod(rawValue: "Hanley-McNeil, Wald")
  public static let hanleyMcNeilLogit = IntervalMethod(rawValue: "Hanley-McNeil, logit")
}

/// The variance of an AUROC from its value and the class sizes alone, for published summaries.
///
/// ```
/// Q₁ = A/(2−A),  Q₂ = 2A²/(1+A),  var = [A(1−A) + (m−1)(Q₁−A²) + (n−1)(Q₂−A²)] / (mn)
/// ```
/// Over-covers at high AUROC (.96-.99); use DeLong where the scores are known.
/// - Source: Hanley & McNeil (1982), doi:10.1148/radiology.143.1.7063747. Oracle:
///   `hanley_mcneil.json`.
public struct HanleyMcNeil: Hashable, Sendable {
  public let auroc: Double
  public let positiveCount: Int
  public let negativeCount: Int
  public let q1: Double
  public let q2: Double
  /// Undefined when a class is empty.
  public let variance: Measured<Double>

  public init(auroc: Double, positiveCount: Int, negativeCount: Int) throws(StatisticsError) {
    guard auroc >= 0, auroc <= 1 else {
      throw .argumentOutOfRange(argument: "auroc", found: "\(auroc)", expected: "in 0...1")
    }
    for (name, count) in [("positives", positiveCount), ("negatives", negativeCount)]
    where count < 0 || count > BinomialDistribution.maximumTrials {
      throw .argumentOutOfRange(
        argument: name, found: "\(count)",
        expected: "in 0...\(BinomialDistribution.maximumTrials)")
    }
    self.auroc = auroc
    self.positiveCount = positiveCount
    self.negativeCount = negativeCount
    q1 = auroc / (2 - auroc)
    q2 = 2 * auroc * auroc / (1 + auroc)
    guard positiveCount > 0, negativeCount > 0 else {
      variance = .undefined(
        UndefinedReason(.singleClass, "\(positiveCount) positives, \(negativeCount) negatives"))
      return
    }
    let (m, n) = (Double(positiveCount), Double(negativeCount))
    let square = auroc * auroc
    variance = .defined(
      max(0, auroc * (1 - auroc) + (m - 1) * (q1 - square) + (n - 1) * (q2 - square)) / (m * n))
  }

  public var standardError: Measured<Double> { variance.map { $0.squareRoot() } }

  /// A ± z·se, not cut to 0...1.
  public func waldInterval(confidenceLevel: Double = 0.95) -> Measured<Interval> {
    standardError.map {
      let half = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel) * $0
      return Interval(
        lower: auroc - half, upper: auroc + half, confidenceLevel: confidenceLevel,
        method: .hanleyMcNeil)
    }
  }

  /// On the logit scale; undefined at 0 and 1.
  public func logitInterval(confidenceLevel: Double = 0.95) -> Measured<Interval> {
    standardError.flatMap {
      AUROCInterval.logit(
        estimate: auroc, standardError: $0, confidenceLevel: confidenceLevel,
        method: .hanleyMcNeilLogit)
    }
  }

  /// Newcombe's method 5.
  ///
  /// - Parameter boundaryIsOpen: see ``AUROCInterval``.
  public func newcombeInterval(
    confidenceLevel: Double = 0.95, boundaryIsOpen: Bool = true
  ) -> Measured<Interval> {
    variance.map { _ in
      AUROCInterval.newcombe5(
        estimate: auroc, positiveCount: positiveCount, negativeCount: negativeCount,
        confidenceLevel: confidenceLevel, boundaryIsOpen: boundaryIsOpen)
    }
  }
}
