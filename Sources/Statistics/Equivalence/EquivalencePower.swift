import Glibc

/// Power and sample size of two one-sided tests at a true difference of zero.
///
/// Answers "could this study have shown that there is no effect, had there been none?".
public enum EquivalencePower {
  /// Bound on the trials of one arm in the enumeration.
  public static let maximumTrials = 20_000

  /// P(the (1 − 2·level) Newcombe interval lies inside ±margin) when both arms have `rate`, exactly.
  ///
  /// - Complexity: O(n) pairs of likely counts; those of mass below 1e-12 are left out.
  public static func unpaired(
    trials: Int, rate: Double, margin: Double, level: Double = 0.05
  ) throws(StatisticsError) -> Double {
    try check(rate: rate, margin: margin)
    guard level > 0, level < 0.5 else {
      throw .argumentOutOfRange(
        argument: "level", found: "\(level)", expected: "between 0 and 0.5")
    }
    guard (1...maximumTrials).contains(trials) else {
      throw .argumentOutOfRange(
        argument: "trials", found: "\(trials)", expected: "within 1...\(maximumTrials)")
    }
    let masses = BinomialDistribution.masses(trials: trials, probability: rate)
    let likely = masses.indices.filter { masses[$0] > 1e-12 }
    var power = 0.0
    for x in likely {
      let first = try Proportion(successes: x, trials: trials)
      for y in likely {
        let second = try Proportion(successes: y, trials: trials)
        let interval = UnpairedDifference(first, second).newcombeInterval(
          confidenceLevel: confidence(leaving: 2 * level))
        if interval.lower > -margin, interval.upper < margin { power += masses[x] * masses[y] }
      }
    }
    return min(1, power)
  }

  /// n per arm for `power` at a true difference of zero, by the normal approximation.
  /// ```
  /// n = (z_{1−level} + z_{1−(1−power)/2})² · 2 p (1 − p) / margin²
  /// ```
  /// - Source: Julious (2004), doi:10.1002/sim.1783, section 5.
  public static func trialsNeeded(
    rate: Double, margin: Double, level: Double = 0.05, power: Double = 0.8
  ) throws(StatisticsError) -> Int {
    try size(variance: 2 * rate * (1 - rate), rate: rate, margin: margin, level, power)
  }

  /// Pairs for `power` at a true difference of zero when `discordance` of the pairs disagree.
  /// ```
  /// n = (z_{1−level} + z_{1−(1−power)/2})² · π / margin²
  /// ```
  /// - Source: Liu, Hsueh, Hsieh & Chen (2002), doi:10.1002/sim.1012.
  public static func pairsNeeded(
    discordance: Double, margin: Double, level: Double = 0.05, power: Double = 0.8
  ) throws(StatisticsError) -> Int {
    try size(variance: discordance, rate: discordance, margin: margin, level, power)
  }

  private static func size(
    variance: Double, rate: Double, margin: Double, _ level: Double, _ power: Double
  ) throws(StatisticsError) -> Int {
    try check(rate: rate, margin: margin)
    guard level > 0, level < 0.5, power > 0, power < 1 else {
      throw .argumentOutOfRange(
        argument: "level, power", found: "\(level), \(power)", expected: "between 0 and 1")
    }
    let z =
      NormalDistribution.upperQuantile(level) + NormalDistribution.upperQuantile((1 - power) / 2)
    let needed = (z * z * variance / (margin * margin)).rounded(.up)
    guard needed < 1e15 else {
      throw .tooLarge(what: "the sample size", found: Int.max, limit: 1_000_000_000_000_000)
    }
    return max(1, Int(needed))
  }

  private static func check(rate: Double, margin: Double) throws(StatisticsError) {
    guard (0...1).contains(rate) else {
      throw .argumentOutOfRange(argument: "rate", found: "\(rate)", expected: "within 0...1")
    }
    guard margin > 0, margin <= 1 else {
      throw .argumentOutOfRange(argument: "margin", found: "\(margin)", expected: "within 0...1")
    }
  }
}
