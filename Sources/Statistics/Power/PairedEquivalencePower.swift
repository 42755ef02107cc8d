/// Exact power of two one-sided tests on pairs at a true difference of zero.
public enum PairedEquivalencePower {
  /// Bound on the pairs of the enumeration.
  public static let maximumPairs = 20_000

  /// P(Tango's (1 − 2·level) interval lies inside ±margin) when a share `discordance` of the pairs
  /// disagrees, half of them each way.
  ///
  /// - Source: Tango (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B;
  ///   enumeration of b + c ~ Bin(n, π), b | b + c ~ Bin(b + c, ½).
  /// - Complexity: one interval for each likely (b, c); masses below 1e-12 are left out.
  public static func power(
    pairs: Int, discordance: Double, margin: Double, level: Double = 0.05
  ) throws(StatisticsError) -> Double {
    guard (1...maximumPairs).contains(pairs) else {
      throw .tooLarge(what: "the number of pairs", found: pairs, limit: maximumPairs)
    }
    guard discordance >= 0, discordance <= 1 else {
      throw .argumentOutOfRange(
        argument: "discordance", found: "\(discordance)", expected: "in 0...1")
    }
    guard margin > 0, margin <= 1, level > 0, level < 0.5 else {
      throw .argumentOutOfRange(
        argument: "margin, level", found: "\(margin), \(level)",
        expected: "a margin in (0, 1] and a level in (0, 0.5)")
    }
    var power = 0.0
    let totals = BinomialDistribution.masses(trials: pairs, probability: discordance)
    for (discordant, mass) in totals.enumerated() where mass > 1e-12 {
      let sides = BinomialDistribution.masses(trials: discordant, probability: 0.5)
      for (first, side) in sides.enumerated() where mass * side > 1e-12 {
        // The interval depends on b, c and n alone, so the concordant pairs may all be "neither".
        let table = try PairedTable(
          both: 0, firstOnly: first, secondOnly: discordant - first, neither: pairs - discordant)
        let interval = table.tangoInterval(confidenceLevel: confidence(leaving: 2 * level))
        if interval.lower > -margin, interval.upper < margin { power += mass * side }
      }
    }
    return min(1, power)
  }
}
