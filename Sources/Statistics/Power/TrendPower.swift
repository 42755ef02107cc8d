import Glibc

/// Power of the Cochran-Armitage test over independent arms of equal size.
///
/// ```
/// power = Φ((|E U| − z √V₀) / √V₁),  V₀ = p̄(1−p̄) n Σ(s−s̄)²,  V₁ = n Σ pᵢ(1−pᵢ)(s−s̄)²
/// ```
/// - Source: Nam (1987), doi:10.2307/2531989, without continuity correction.
public struct TrendPower: Hashable, Sendable {
  public let scores: [Double]
  public let trialsPerArm: Int
  public let alpha: Double

  public init(
    scores: [Double], trialsPerArm: Int, alpha: Double = 0.05
  ) throws(StatisticsError) {
    if let bad = scores.firstIndex(where: { !(abs($0) <= 1e9) }) {
      throw .notFinite(argument: "scores", index: bad)
    }
    guard alpha > 0, alpha < 1 else {
      throw .argumentOutOfRange(argument: "alpha", found: "\(alpha)", expected: "between 0 and 1")
    }
    guard trialsPerArm >= 0, trialsPerArm <= BinomialDistribution.maximumTrials else {
      throw .argumentOutOfRange(
        argument: "trialsPerArm", found: "\(trialsPerArm)", expected: "a count up to 1e12")
    }
    self.scores = scores
    self.trialsPerArm = trialsPerArm
    self.alpha = alpha
  }

  /// Two-sided power at the given rates, one for each score.
  public func power(rates: [Double]) -> Measured<Double> {
    guard rates.count == scores.count, rates.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      return .undefined(
        UndefinedReason(.outOfDomain, "one rate in 0...1 is needed for each of the scores"))
    }
    let k = Double(scores.count)
    let n = Double(trialsPerArm)
    let mean = scores.reduce(0, +) / max(1, k)
    let share = rates.reduce(0, +) / max(1, k)
    var (shift, null, alternative) = (0.0, 0.0, 0.0)
    for (score, rate) in zip(scores, rates) {
      let gap = score - mean
      shift += n * rate * gap
      null += n * share * (1 - share) * gap * gap
      alternative += n * rate * (1 - rate) * gap * gap
    }
    guard null > 0, alternative > 0 else {
      return .undefined(UndefinedReason(.noVariance, "the trend statistic has no variance"))
    }
    let critical = NormalDistribution.upperQuantile(alpha / 2) * null.squareRoot()
    let error = alternative.squareRoot()
    return .defined(
      NormalDistribution.cdf((abs(shift) - critical) / error)
        + NormalDistribution.cdf((-abs(shift) - critical) / error))
  }

  /// The total change from the first to the last score, linear in the score, that is found with
  /// `power`.
  public func minimalDetectableSwing(
    base: Double, power target: Double = 0.8, isDownward: Bool = false
  ) -> Measured<Double> {
    let first = scores.first ?? 0
    let span = (scores.last ?? 0) - first
    guard span != 0, base >= 0, base <= 1, target > 0, target < 1 else {
      return .undefined(
        UndefinedReason(.outOfDomain, "two distinct scores and a base rate in 0...1 are needed"))
    }
    let room = isDownward ? base : 1 - base
    func reached(_ swing: Double) -> Bool {
      let rates = scores.map { base + (isDownward ? -swing : swing) * ($0 - first) / span }
      return power(rates: rates.map { min(1, max(0, $0)) }).value.map { $0 >= target } ?? false
    }
    guard room > 0, reached(room) else {
      return .undefined(
        UndefinedReason(.boundary, "even a swing of \(room) has less power than \(target)"))
    }
    return .defined(RootFinding.boundary(from: room, to: 0, tolerance: 1e-10, where: reached))
  }
}
