import Glibc

/// Power to tell two independent proportions apart.
///
/// - Source: R `power.prop.test`, pwr `pwr.2p.test`; exact power by enumeration over the rejection
///   matrix. Oracle: `power_two_prop.json`.
public struct TwoProportionPower: Hashable, Sendable {
  /// Both tails, as R `strict = TRUE`; undefined when both outcomes are certain.
  public let normal: Measured<Double>
  /// Upper tail only, the default of R.
  public let normalOneTail: Measured<Double>
  /// On the arcsine scale.
  public let arcsine: Double

  public init(
    trialsPerArm: Int, first: Double, second: Double, alpha: Double = 0.05
  ) throws(StatisticsError) {
    for (name, value) in [("first", first), ("second", second)] where !(value >= 0 && value <= 1) {
      throw .argumentOutOfRange(argument: name, found: "\(value)", expected: "in 0...1")
    }
    guard alpha > 0, alpha < 1 else {
      throw .argumentOutOfRange(argument: "alpha", found: "\(alpha)", expected: "between 0 and 1")
    }
    guard trialsPerArm >= 0, trialsPerArm <= BinomialDistribution.maximumTrials else {
      throw .argumentOutOfRange(
        argument: "trialsPerArm", found: "\(trialsPerArm)",
        expected: "in 0...\(BinomialDistribution.maximumTrials)")
    }
    let root = Double(trialsPerArm).squareRoot()
    let z = NormalDistribution.upperQuantile(alpha / 2)
    let spread = (first * (1 - first) + second * (1 - second)).squareRoot()
    let pooled = ((first + second) * (1 - (first + second) / 2)).squareRoot()
    if spread > 0 {
      let shift = root * abs(first - second)
      let upper = NormalDistribution.cdf((shift - z * pooled) / spread)
      normalOneTail = .defined(upper)
      normal = .defined(upper + NormalDistribution.cdf((-shift - z * pooled) / spread))
    } else {
      let reason = UndefinedReason(.noVariance, "both proportions are 0 or 1")
      (normal, normalOneTail) = (.undefined(reason), .undefined(reason))
    }
    let effect = abs(2 * asin(first.squareRoot()) - 2 * asin(second.squareRoot()))
    let shift = effect * (Double(trialsPerArm) / 2).squareRoot()
    arcsine = NormalDistribution.upperTail(z - shift) + NormalDistribution.cdf(-z - shift)
  }
}
