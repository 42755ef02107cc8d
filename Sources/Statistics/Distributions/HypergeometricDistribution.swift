import Glibc

/// The hypergeometric distribution: successes among `draws` taken without replacement from a
/// population of `successes + failures`.
///
/// - Source: the mass as a ratio of three binomial masses (Loader 2000), so that no log Γ
///   differences cancel. Tails are sums outward from x with the exact ratio of neighbouring
///   masses; their cost is a few standard deviations, not the support.
public enum HypergeometricDistribution {
  /// The smallest and largest value with positive mass.
  public static func support(successes: Int, failures: Int, draws: Int) -> ClosedRange<Int> {
    let low = max(0, draws - failures)
    return low...max(low, min(draws, successes))
  }

  public static func logMass(_ x: Int, successes: Int, failures: Int, draws: Int) -> Double {
    guard isValid(successes, failures, draws) else { return .nan }
    guard support(successes: successes, failures: failures, draws: draws).contains(x) else {
      return -.infinity
    }
    let population = Double(successes) + Double(failures)
    if draws == 0 || Double(draws) == population { return 0 }
    let p = Double(draws) / population
    let q = (population - Double(draws)) / population
    let rest = draws - x
    return StirlingSeries.logBinomialMass(Double(x), Double(successes - x), p, q)
      + StirlingSeries.logBinomialMass(Double(rest), Double(failures - rest), p, q)
      - StirlingSeries.logBinomialMass(Double(draws), population - Double(draws), p, q)
  }

  public static func mass(_ x: Int, successes: Int, failures: Int, draws: Int) -> Double {
    exp(logMass(x, successes: successes, failures: failures, draws: draws))
  }

  /// P(X ≤ x).
  public static func cdf(_ x: Int, successes: Int, failures: Int, draws: Int) -> Double {
    guard isValid(successes, failures, draws) else { return .nan }
    let range = support(successes: successes, failures: failures, draws: draws)
    if x < range.lowerBound { return 0 }
    if x >= range.upperBound { return 1 }
    // Summing the side that decays keeps the cost at a few standard deviations.
    if Double(x) > mean(successes, failures, draws) {
      return 1 - outwardSum(from: x + 1, up: true, successes, failures, draws)
    }
    return outwardSum(from: x, up: false, successes, failures, draws)
  }

  /// P(X ≥ x): the tail includes `x`.
  public static func upperTail(_ x: Int, successes: Int, failures: Int, draws: Int) -> Double {
    guard isValid(successes, failures, draws) else { return .nan }
    let range = support(successes: successes, failures: failures, draws: draws)
    if x <= range.lowerBound { return 1 }
    if x > range.upperBound { return 0 }
    if Double(x) < mean(successes, failures, draws) {
      return 1 - outwardSum(from: x - 1, up: false, successes, failures, draws)
    }
    return outwardSum(from: x, up: true, successes, failures, draws)
  }

  private static func mean(_ successes: Int, _ failures: Int, _ draws: Int) -> Double {
    Double(draws) * (Double(successes) / (Double(successes) + Double(failures)))
  }

  /// mass(x) · (1 + r₁ + r₁r₂ + …) away from the mean.
  private static func outwardSum(
    from start: Int, up: Bool, _ successes: Int, _ failures: Int, _ draws: Int
  ) -> Double {
    let range = support(successes: successes, failures: failures, draws: draws)
    let (k, f, m) = (Double(successes), Double(failures), Double(draws))
    var sum = 1.0
    var term = 1.0
    var x = Double(start)
    let last = Double(up ? range.upperBound : range.lowerBound)
    while x != last {
      if up {
        term *= (k - x) / (x + 1) * ((m - x) / (f - m + x + 1))
        x += 1
      } else {
        term *= x / (k - x + 1) * ((f - m + x) / (m - x + 1))
        x -= 1
      }
      sum += term
      if term < 1e-18 * sum { break }
    }
    let log = logMass(start, successes: successes, failures: failures, draws: draws)
    return min(1, exp(log) * sum)
  }

  static func isValid(_ successes: Int, _ failures: Int, _ draws: Int) -> Bool {
    let limit = BinomialDistribution.maximumTrials
    return successes >= 0 && failures >= 0 && draws >= 0 && successes <= limit && failures <= limit
      && draws <= successes + failures
  }
}
