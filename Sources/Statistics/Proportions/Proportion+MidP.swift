extension IntervalMethod {
  public static let midP = IntervalMethod(rawValue: "mid-P exact")
}

extension Proportion {
  /// The interval that inverts the one-sided mid-P tests: P(X > x) + ½P(X = x) = α/2 and its
  /// mirror.
  ///
  /// - Source: Lancaster (1961); Berry & Armitage (1995). Oracle: roots on scipy's binomial,
  ///   `jeffreys_midp.json`.
  public func midPInterval(confidenceLevel: Double = 0.95) -> Interval {
    let tail = (1 - checkedLevel(confidenceLevel)) / 2
    guard trials > 0 else { return interval(0, 1, confidenceLevel, .midP) }
    let outer = clopperPearsonInterval(confidenceLevel: confidenceLevel)
    func mass(_ p: Double) -> Double {
      BinomialDistribution.mass(successes, trials: trials, probability: p)
    }
    let lower = RootFinding.boundary(from: outer.lower, to: share, tolerance: 1e-15) { p in
      BinomialDistribution.upperTail(successes, trials: trials, probability: p) - mass(p) / 2
        < tail
    }
    let upper = RootFinding.boundary(from: outer.upper, to: share, tolerance: 1e-15) { p in
      BinomialDistribution.cdf(successes, trials: trials, probability: p) - mass(p) / 2 < tail
    }
    return interval(lower, upper, confidenceLevel, .midP)
  }
}
