import Glibc

/// Intervals of an AUROC from summaries.
public enum AUROCInterval {
  /// expit(logit A ± z·se / (A(1 − A))).
  public static func logit(
    estimate: Double, standardError: Double, confidenceLevel: Double, method: IntervalMethod
  ) -> Measured<Interval> {
    guard estimate > 0, estimate < 1 else {
      return .undefined(UndefinedReason(.boundary, "the AUROC is \(estimate)"))
    }
    guard standardError > 0, standardError.isFinite else {
      return .undefined(UndefinedReason(.noVariance, "the standard error is \(standardError)"))
    }
    let z = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel)
    let centre = log(estimate / (1 - estimate))
    let half = z * standardError / (estimate * (1 - estimate))
    func expit(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
    return .defined(
      Interval(
        lower: expit(centre - half), upper: expit(centre + half),
        confidenceLevel: confidenceLevel, method: method))
  }

  /// Newcombe's method 5: the score-type interval of Hanley and McNeil's variance.
  ///
  /// ```
  /// (t − A)² = z² t(1 − t)[1 + N(1 − t)/(2 − t) + N t/(1 + t)] / (mn),   N = (m + n)/2 − 1
  /// ```
  /// Defined at 0 and 1 too: there one root is the estimate and the other is the informative end.
  ///
  /// - Source: Newcombe (2006), doi:10.1002/sim.2324. Oracle: R auRoc, see `auroc_delong.json`.
  /// - Parameter boundaryIsOpen: with `false` an estimate of 0 or 1 keeps the degenerate root
  ///   [A, A], as some implementations print; for comparison with them only.
  public static func newcombe5(
    estimate: Double, positiveCount: Int, negativeCount: Int, confidenceLevel: Double,
    boundaryIsOpen: Bool = true
  ) -> Interval {
    let z = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel)
    let m = Double(positiveCount)
    let n = Double(negativeCount)
    let excess = (m + n) / 2 - 1
    func gap(_ t: Double) -> Double {
      let spread = 1 + excess * (1 - t) / (2 - t) + excess * t / (1 + t)
      return (t - estimate) * (t - estimate) - z * z * t * (1 - t) * spread / (m * n)
    }
    // The gap is negative between the roots and at the estimate itself, except at 0 and 1, where
    // it is 0 at the estimate and negative just inside: start there.
    let inside = min(max(estimate, 1e-9), 1 - 1e-9)
    func root(from end: Double) -> Double {
      var outside = end
      var within = inside
      for _ in 0..<200 {
        let middle = 0.5 * (outside + within)
        if middle == outside || middle == within { break }
        if gap(middle) > 0 { outside = middle } else { within = middle }
      }
      return 0.5 * (outside + within)
    }
    let isDegenerate = !boundaryIsOpen && (estimate <= 0 || estimate >= 1)
    return Interval(
      lower: estimate <= 0 || isDegenerate ? estimate : root(from: 0),
      upper: estimate >= 1 || isDegenerate ? estimate : root(from: 1),
      confidenceLevel: confidenceLevel, method: .newcombe5)
  }
}
