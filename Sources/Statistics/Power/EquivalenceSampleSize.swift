import Glibc

/// Sample sizes at which an equivalence test of proportions has a given power, and its power.
///
/// - Source: normal approximation for two one-sided tests at a true difference of 0 (Chow, Shao &
///   Wang 2008, section 4.2). Check: ±10 points, 80 %: 155 per arm at .1, 429 at .5; 172 pairs at
///   20 % discordance.
public enum EquivalenceSampleSize {
  /// Trials in each arm for p₁ = p₂ = `rate`.
  public static func perArm(
    rate: Double, margin: Double, power: Double = 0.8, alpha: Double = 0.05
  ) -> Measured<Int> {
    size(2 * rate * (1 - rate), margin, power, alpha)
  }

  /// Pairs for equal margins with the share `discordance` of discordant pairs.
  public static func pairs(
    discordance: Double, margin: Double, power: Double = 0.8, alpha: Double = 0.05
  ) -> Measured<Int> {
    size(discordance, margin, power, alpha)
  }

  private static func size(
    _ variance: Double, _ margin: Double, _ power: Double, _ alpha: Double
  ) -> Measured<Int> {
    guard variance >= 0, variance <= 1, margin > 0, margin <= 1, power > 0, power < 1, alpha > 0,
      alpha < 0.5
    else {
      return .undefined(
        UndefinedReason(.outOfDomain, "the rate, margin, power or level is out of range"))
    }
    let z =
      NormalDistribution.upperQuantile(alpha) + NormalDistribution.upperQuantile((1 - power) / 2)
    let n = z * z * variance / (margin * margin)
    guard n < 1e12 else {
      return .undefined(UndefinedReason(.tooLarge, "more than 1e12 items would be needed"))
    }
    return .defined(Int(n.rounded(.up)))
  }

  /// Exact power of the interval-inclusion test for two independent arms: P(interval inside
  /// ±margin).
  public static func power(
    first: Double, second: Double, trialsPerArm n: Int, margin: Double, alpha: Double = 0.05
  ) throws(StatisticsError) -> Double {
    guard n >= 0, n <= 600 else {
      throw .tooLarge(what: "the arm size of the exact power", found: n, limit: 600)
    }
    let one = BinomialDistribution.masses(trials: n, probability: first)
    let two = BinomialDistribution.masses(trials: n, probability: second)
    var sum = 0.0
    for (x1, mass) in one.enumerated() where mass > 1e-14 {
      let arm = try Proportion(successes: x1, trials: n)
      for (x2, other) in two.enumerated() where mass * other > 1e-15 {
        let test = try EquivalenceTest(
          UnpairedDifference(arm, Proportion(successes: x2, trials: n)), margin: margin,
          alpha: alpha)
        if test.isEquivalent { sum += mass * other }
      }
    }
    return sum
  }
}
