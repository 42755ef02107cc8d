/// The largest difference between any two arms under the null that all arms share one rate: the
/// test that a "swing of x points" calls for.
///
/// - Source: conditional permutation of the outcomes among arms (multivariate hypergeometric).
///   Check: 12, 27, 20 of 100: p = 0.026.
public struct RangePermutationTest: Hashable, Sendable {
  /// max p − min p over arms with trials.
  public let range: Measured<Double>
  /// Exact P(range ≥ observed); undefined above ``workLimit``.
  public let pValue: Measured<Double>

  /// Partial allocations visited.
  public static let workLimit = 20_000_000.0

  public init(_ arms: [Proportion]) {
    let filled = arms.filter { $0.trials > 0 }
    guard filled.count > 1 else {
      let reason = UndefinedReason(.tooFew, "fewer than two arms have trials")
      (range, pValue) = (.undefined(reason), .undefined(reason))
      return
    }
    let shares = filled.map(\.share)
    let observed = (shares.max() ?? 0) - (shares.min() ?? 0)
    range = .defined(observed)
    let total = filled.reduce(0) { $0 + $1.successes }
    let cells = filled.dropLast().reduce(1.0) { $0 * Double(min($1.trials, total) + 1) }
    guard cells <= Self.workLimit else {
      pValue = .undefined(
        UndefinedReason(.tooLarge, "more than \(Int(Self.workLimit)) allocations"))
      return
    }
    let population = filled.reduce(0) { $0 + $1.trials }
    pValue = .defined(
      min(
        1,
        Self.tail(
          filled.map(\.trials), arm: 0, left: total, room: population, low: 2, high: -1,
          bound: observed - 1e-9)))
  }

  /// P(range of the arms from `arm` on, joined with [low, high], ≥ bound).
  private static func tail(
    _ trials: [Int], arm: Int, left: Int, room: Int, low: Double, high: Double, bound: Double
  ) -> Double {
    if high - low >= bound { return 1 }
    if arm == trials.count - 1 {
      let share = Double(left) / Double(trials[arm])
      return max(high, share) - min(low, share) >= bound ? 1 : 0
    }
    let n = trials[arm]
    let support = HypergeometricDistribution.support(
      successes: n, failures: room - n, draws: left)
    var sum = 0.0
    for x in support {
      let mass = HypergeometricDistribution.mass(x, successes: n, failures: room - n, draws: left)
      if mass < 1e-18 { continue }
      let share = Double(x) / Double(n)
      sum +=
        mass
        * tail(
          trials, arm: arm + 1, left: left - x, room: room - n, low: min(low, share),
          high: max(high, share), bound: bound)
    }
    return sum
  }
}
