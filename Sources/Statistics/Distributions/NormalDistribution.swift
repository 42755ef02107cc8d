import Glibc

/// The standard normal distribution.
///
/// - Source: GSL 2.7 (`gsl_cdf_ugaussian_*`; the quantile is Wichura 1988, AS 241).
/// - Accuracy: about 1e-15 relative in both tails. NaN in gives NaN out.
public enum NormalDistribution {
  public static func density(_ z: Double) -> Double {
    exp(-0.5 * z * z) * 0.398_942_280_401_432_677_94
  }

  /// P(Z ≤ z).
  public static func cdf(_ z: Double) -> Double {
    if z.isInfinite { return z < 0 ? 0 : 1 }
    return z.isNaN ? .nan : GSL.normalLowerTail(z)
  }

  /// P(Z > z), accurate for large `z`.
  public static func upperTail(_ z: Double) -> Double {
    if z.isInfinite { return z < 0 ? 1 : 0 }
    return z.isNaN ? .nan : GSL.normalUpperTail(z)
  }

  /// P(|Z| ≥ |z|), at most 1.
  public static func twoSidedTail(_ z: Double) -> Double { min(1, 2 * upperTail(abs(z))) }

  /// The z with P(Z ≤ z) = p; −∞ at 0, +∞ at 1, NaN outside 0...1.
  public static func quantile(_ p: Double) -> Double {
    guard p >= 0, p <= 1 else { return .nan }
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    return GSL.normalQuantile(p)
  }

  /// The z with P(Z > z) = q.
  public static func upperQuantile(_ q: Double) -> Double {
    guard q >= 0, q <= 1 else { return .nan }
    if q == 0 { return .infinity }
    if q == 1 { return -.infinity }
    return GSL.normalUpperQuantile(q)
  }

  /// The z of a two-sided interval: Φ⁻¹(½ + level / 2).
  public static func criticalValue(confidenceLevel: Double) -> Double {
    quantile(0.5 + confidenceLevel / 2)
  }
}
