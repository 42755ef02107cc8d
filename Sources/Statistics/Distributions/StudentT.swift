import Glibc

/// Student's t distribution through the incomplete beta function.
public enum StudentT {
  /// P(T > t).
  public static func upperTail(_ t: Double, degreesOfFreedom: Double) -> Double {
    guard !t.isNaN, degreesOfFreedom > 0 else { return .nan }
    if degreesOfFreedom > 1e15 { return NormalDistribution.upperTail(t) }
    if t.isInfinite { return t > 0 ? 0 : 1 }
    let square = t * t
    let total = degreesOfFreedom + square
    guard total.isFinite else { return t > 0 ? 0 : 1 }
    let half =
      BetaDistribution.tails(
        degreesOfFreedom / total, square / total, degreesOfFreedom / 2, 0.5
      ).lower / 2
    return t >= 0 ? half : 1 - half
  }

  /// P(T ≤ t).
  public static func cdf(_ t: Double, degreesOfFreedom: Double) -> Double {
    upperTail(-t, degreesOfFreedom: degreesOfFreedom)
  }

  /// P(|T| ≥ |t|).
  public static func twoSidedTail(_ t: Double, degreesOfFreedom: Double) -> Double {
    min(1, 2 * upperTail(abs(t), degreesOfFreedom: degreesOfFreedom))
  }

  /// The t with P(T ≤ t) = p; −∞ at 0, +∞ at 1.
  public static func quantile(_ p: Double, degreesOfFreedom: Double) -> Double {
    guard p >= 0, p <= 1, degreesOfFreedom > 0 else { return .nan }
    if p == 0.5 { return 0 }
    if p == 0 || p == 1 { return p == 0 ? -.infinity : .infinity }
    if degreesOfFreedom > 1e15 { return NormalDistribution.quantile(p) }
    let tail = min(p, 1 - p)
    // P(|T| > t) is beta(ν/2, ½) at ν/(ν + t²), so t² = ν exp(−logit of that quantile).
    let logit = BetaDistribution.logitQuantile(
      lower: 2 * tail, upper: 1 - 2 * tail, degreesOfFreedom / 2, 0.5)
    let size = (degreesOfFreedom * exp(-logit)).squareRoot()
    return p < 0.5 ? -size : size
  }

  /// The t of a two-sided interval.
  public static func criticalValue(confidenceLevel: Double, degreesOfFreedom: Double) -> Double {
    quantile(0.5 + confidenceLevel / 2, degreesOfFreedom: degreesOfFreedom)
  }
}
