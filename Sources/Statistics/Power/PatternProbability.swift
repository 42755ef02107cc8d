/// How often an order of the observed rates arises by chance: the base rate that a claim about
/// "monotonic" or "not monotonic" patterns needs.
///
/// - Source: exact recursion over arms on the last count. Check: no effect, four arms: 4-5 %
///   strictly monotone either way; a true linear 12 → 27 % in three arms of 100: 15 % reversals.
public enum PatternProbability {
  /// P(strictly increasing or strictly decreasing rates) for independent arms of equal size.
  public static func strictlyMonotone(
    rates: [Double], trialsPerArm: Int
  ) throws(StatisticsError) -> Double {
    guard rates.count > 1 else { return 1 }
    let masses = try masses(rates, trialsPerArm)
    return min(
      1, chain(masses) { $0 < $1 } + chain(masses) { $0 > $1 })
  }

  /// P(some later rate lies on the wrong side of the one before), against the direction from the
  /// first true rate to the last; ties are no reversal.
  public static func reversal(
    rates: [Double], trialsPerArm: Int
  ) throws(StatisticsError) -> Double {
    guard let first = rates.first, let last = rates.last, rates.count > 1 else { return 0 }
    let masses = try masses(rates, trialsPerArm)
    let isRising = last >= first
    return max(0, 1 - chain(masses) { isRising ? $0 <= $1 : $0 >= $1 })
  }

  /// Mean and 95th percentile of max − min of the observed rates.
  public static func range(
    rates: [Double], trialsPerArm n: Int
  ) throws(StatisticsError) -> (mean: Double, percentile95: Double) {
    guard rates.count > 1, n > 0 else { return (0, 0) }
    let cumulative = try masses(rates, n).map { masses in
      var sum = 0.0
      return [0.0]
        + masses.map { mass in
          sum += mass
          return sum
        }
    }
    /// P(all counts in low...high).
    func within(_ low: Int, _ high: Int) -> Double {
      cumulative.reduce(1.0) { $0 * ($1[high + 1] - $1[low]) }
    }
    // P(range ≤ r) = Σ_low P(all in low...low+r) − P(all in low+1...low+r).
    var (mean, percentile) = (0.0, n)
    for r in stride(from: n - 1, through: 0, by: -1) {
      var probability = 0.0
      for low in 0...n {
        let high = min(n, low + r)
        probability += within(low, high) - (low + 1 <= high ? within(low + 1, high) : 0)
      }
      mean += 1 - min(1, probability)
      if probability >= 0.95 { percentile = r }
    }
    return (mean / Double(n), Double(percentile) / Double(n))
  }

  public static let trialLimit = 2_000

  private static func masses(
    _ rates: [Double], _ n: Int
  ) throws(StatisticsError) -> [[Double]] {
    guard n >= 0, n <= trialLimit, rates.count <= 1_000 else {
      throw .tooLarge(what: "the arm size of the pattern", found: n, limit: trialLimit)
    }
    if let bad = rates.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw .argumentOutOfRange(
        argument: "rates[\(bad)]", found: "\(rates[bad])", expected: "in 0...1")
    }
    return rates.map { BinomialDistribution.masses(trials: n, probability: $0) }
  }

  /// P(every neighbouring pair of counts is in the relation).
  private static func chain(
    _ masses: [[Double]], _ isAllowed: (Int, Int) -> Bool
  ) -> Double {
    var current = masses[0]
    for next in masses.dropFirst() {
      current = next.indices.map { y in
        next[y]
          * current.indices.reduce(0.0) { isAllowed($1, y) ? $0 + current[$1] : $0 }
      }
    }
    return current.reduce(0, +)
  }
}
