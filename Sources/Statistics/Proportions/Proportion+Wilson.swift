extension IntervalMethod {
  public static let wilson = IntervalMethod(rawValue: "Wilson score")
}

extension Proportion {
  /// The score interval without continuity correction.
  ///
  /// ```
  /// (x + z²/2 ± z √(x(n−x)/n + z²/4)) / (n + z²)
  /// ```
  /// The lower end is exactly 0 at x = 0 and the upper exactly 1 at x = n. No trials: [0, 1].
  /// - Source: Wilson (1927); Brown, Cai & DasGupta (2001), doi:10.1214/ss/1009213286. Oracle:
  ///   scipy `binomtest.proportion_ci(method="wilson")`, `wilson.json`.
  public func wilsonInterval(confidenceLevel: Double = 0.95) -> Interval {
    let z = NormalDistribution.criticalValue(confidenceLevel: checkedLevel(confidenceLevel))
    let (x, n) = (Double(successes), Double(trials))
    guard trials > 0 else { return interval(0, 1, confidenceLevel, .wilson) }
    let half = z * (x * (n - x) / n + z * z / 4).squareRoot()
    let middle = x + z * z / 2
    // The two ends multiply to x²/(n(n + z²)); middle − half would cancel at few events.
    return interval(
      x * x / n / (middle + half), (middle + half) / (n + z * z), confidenceLevel, .wilson)
  }
}
