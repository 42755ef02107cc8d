import Glibc

/// A confidence sequence for the mean of values in 0...1, valid at every look.
///
/// ```
/// K±_t(m) = Π (1 ± λ±_i (x_i − m)),   λ±_i = min(λ_i, c/m or c/(1 − m)),   c = ½
/// λ_i = √(2 log(2/α) / (σ²_{i−1} i log(i + 1))),   in the set while max(K⁺, K⁻)/2 < 1/α
/// ```
/// For a rate or a score that is looked at while answers arrive. Means are searched on a grid of
/// 1,000 steps; the reported bounds are rounded outwards by one step, so that the guarantee holds.
///
/// - Source: Waudby-Smith & Ramdas (2024), doi:10.1093/jrsssb/qkad009, section 4.2 (hedged capital,
///   predictable plug-in). Oracle: the formula in numpy, see `Oracles/extra/make_methods.py`.
/// - Complexity: O(1,000 · n).
public struct BettingConfidenceSequence: Hashable, Sendable {
  public static let gridSteps = 1_000
  /// Bound on the values.
  public static let valueLimit = 100_000

  /// The interval after the last value, intersected over all looks; 0...1 before the first.
  public let lower: Double
  public let upper: Double
  public let count: Int

  /// - Throws: ``StatisticsError`` for values outside 0...1, more than ``valueLimit`` and a level
  ///   outside (0, 1).
  public init(values: [Double], confidenceLevel: Double = 0.95) throws(StatisticsError) {
    guard values.count <= Self.valueLimit else {
      throw .tooLarge(what: "the number of values", found: values.count, limit: Self.valueLimit)
    }
    guard confidenceLevel > 0, confidenceLevel < 1 else {
      throw .argumentOutOfRange(
        argument: "confidenceLevel", found: "\(confidenceLevel)", expected: "in (0, 1)")
    }
    if let bad = values.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw .argumentOutOfRange(
        argument: "values[\(bad)]", found: "\(values[bad])", expected: "in 0...1")
    }
    let alpha = 1 - confidenceLevel
    let steps = Self.gridSteps
    var up = [Double](repeating: 0, count: steps + 1)
    var down = up
    var isAlive = [Bool](repeating: true, count: steps + 1)
    let threshold = log(2 / alpha)
    // Running mean and variance start from ½ and ¼, as if one value had been seen.
    var (sum, squares) = (0.5, 0.25)
    for (index, value) in values.enumerated() {
      let t = Double(index + 1)
      let variance = squares / t
      let bet = (2 * threshold / (variance * t * log(t + 1))).squareRoot()
      let before = isAlive
      for step in 0...steps where isAlive[step] {
        let m = Double(step) / Double(steps)
        up[step] += log1p(min(bet, 0.5 / max(m, 1e-12)) * (value - m))
        down[step] += log1p(-min(bet, 0.5 / max(1 - m, 1e-12)) * (value - m))
        if max(up[step], down[step]) >= threshold { isAlive[step] = false }
      }
      // Every mean excluded: an event of probability below α; the last non-empty set stands.
      guard isAlive.contains(true) else {
        isAlive = before
        break
      }
      sum += value
      let mean = sum / (t + 1)
      squares += (value - mean) * (value - mean)
    }
    count = values.count
    let first = isAlive.firstIndex(of: true)
    let last = isAlive.lastIndex(of: true)
    // Between two excluded means nothing is known to be excluded: one step outwards.
    lower = first.map { Double(max(0, $0 - 1)) / Double(steps) } ?? 0
    upper = last.map { Double(min(steps, $0 + 1)) / Double(steps) } ?? 1
  }
}
