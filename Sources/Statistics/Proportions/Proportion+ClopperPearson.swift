extension IntervalMethod {
  public static let clopperPearson = IntervalMethod(rawValue: "Clopper-Pearson exact")
}

extension Proportion {
  /// The exact equal-tailed interval: coverage is never below the level, at the price of 3-10 %
  /// more width than Wilson's.
  ///
  /// ```
  /// lower = B⁻¹(α/2; x, n−x+1),   upper = B⁻¹(1−α/2; x+1, n−x)
  /// ```
  /// - Source: Clopper & Pearson (1934), doi:10.1093/biomet/26.4.404. Oracle: scipy
  ///   `binomtest.proportion_ci(method="exact")`, `clopper_pearson.json`.
  public func clopperPearsonInterval(confidenceLevel: Double = 0.95) -> Interval {
    let tail = (1 - checkedLevel(confidenceLevel)) / 2
    let (x, rest) = (Double(successes), Double(failures))
    return interval(
      successes == 0 ? 0 : BetaDistribution.quantile(tail, alpha: x, beta: rest + 1),
      failures == 0 ? 1 : BetaDistribution.upperQuantile(tail, alpha: x + 1, beta: rest),
      confidenceLevel, .clopperPearson)
  }

  /// The exact one-sided lower bound at `confidenceLevel`.
  public func clopperPearsonLowerBound(confidenceLevel: Double = 0.95) -> Double {
    successes == 0
      ? 0
      : BetaDistribution.quantile(
        1 - checkedLevel(confidenceLevel), alpha: Double(successes), beta: Double(failures) + 1)
  }
}
