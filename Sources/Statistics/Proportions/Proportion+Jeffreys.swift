extension IntervalMethod {
  public static let jeffreys = IntervalMethod(rawValue: "Jeffreys")
}

extension Proportion {
  /// Equal-tailed quantiles of Beta(x + ½, n − x + ½), with the usual ends 0 at x = 0 and 1 at
  /// x = n.
  ///
  /// - Source: Brown, Cai & DasGupta (2001), section 4.1. Oracle: scipy, `jeffreys_midp.json`.
  public func jeffreysInterval(confidenceLevel: Double = 0.95) -> Interval {
    let tail = (1 - checkedLevel(confidenceLevel)) / 2
    let (alpha, beta) = (Double(successes) + 0.5, Double(failures) + 0.5)
    return interval(
      BetaDistribution.quantile(tail, alpha: alpha, beta: beta),
      BetaDistribution.upperQuantile(tail, alpha: alpha, beta: beta), confidenceLevel, .jeffreys)
  }
}
