/// The chi-squared distribution.
///
/// - Source: GSL 2.7 (`gsl_cdf_chisq_P`, `gsl_cdf_chisq_Q`, incomplete gamma functions).
public enum ChiSquaredDistribution {
  /// P(X ≥ x). With 0 degrees of freedom X is 0, so the tail is 1 at x ≤ 0 and 0 above: the
  /// convention of chi-bar-squared mixtures.
  public static func upperTail(_ x: Double, degreesOfFreedom: Double) -> Double {
    guard !x.isNaN, degreesOfFreedom >= 0, degreesOfFreedom.isFinite else { return .nan }
    if x <= 0 { return 1 }
    if degreesOfFreedom == 0 || x == .infinity { return 0 }
    return GSL.chiSquaredUpperTail(x, degreesOfFreedom)
  }

  /// P(X ≤ x).
  public static func cdf(_ x: Double, degreesOfFreedom: Double) -> Double {
    guard !x.isNaN, degreesOfFreedom >= 0, degreesOfFreedom.isFinite else { return .nan }
    if degreesOfFreedom == 0 { return x >= 0 ? 1 : 0 }
    if x <= 0 { return 0 }
    return x == .infinity ? 1 : GSL.chiSquaredLowerTail(x, degreesOfFreedom)
  }

  /// The x with P(X ≤ x) = p, by bisection on the tail that is smaller.
  public static func quantile(_ p: Double, degreesOfFreedom: Double) -> Double {
    guard p >= 0, p <= 1, degreesOfFreedom > 0, degreesOfFreedom.isFinite else { return .nan }
    if p == 0 { return 0 }
    if p == 1 { return .infinity }
    var lower = 0.0
    var upper = max(1, 2 * degreesOfFreedom)
    while cdf(upper, degreesOfFreedom: degreesOfFreedom) < p, upper < 1e300 {
      lower = upper
      upper *= 2
    }
    for _ in 0..<2_000 {
      // A geometric step while the bracket spans magnitudes: small quantiles keep their digits.
      let middle =
        lower > 0 && upper > 4 * lower ? (lower * upper).squareRoot() : lower + (upper - lower) / 2
      if middle <= lower || middle >= upper { break }
      let isBelow =
        p <= 0.5
        ? cdf(middle, degreesOfFreedom: degreesOfFreedom) < p
        : upperTail(middle, degreesOfFreedom: degreesOfFreedom) > 1 - p
      if isBelow { lower = middle } else { upper = middle }
    }
    return lower + (upper - lower) / 2
  }
}
