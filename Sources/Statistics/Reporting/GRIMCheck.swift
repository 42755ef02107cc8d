/// Whether a printed percentage is attainable with a whole number of items (GRIM).
///
/// ```
/// |100 k/n − pct| ≤ ½ · 10^−decimals for some integer 0 ≤ k ≤ n
/// ```
/// Both rounding directions count as correct; the arithmetic is exact.
/// - Source: Brown & Heathers (2017), doi:10.1177/1948550616673876. Oracle: `grim.json`.
public struct GRIMCheck: Hashable, Sendable {
  /// The smallest and largest attainable count, or `nil` if there is none.
  public let attainable: ClosedRange<Int>?

  public var isConsistent: Bool { attainable != nil }

  /// - Parameters:
  ///   - percentage: as printed, such as "77.5".
  ///   - decimals: places to which it was rounded, 0...9.
  ///   - denominator: the number of items.
  public init(
    percentage: DecimalText, decimals: Int, denominator: Int
  ) throws(StatisticsError) {
    guard (0...9).contains(decimals) else {
      throw .argumentOutOfRange(argument: "decimals", found: "\(decimals)", expected: "in 0...9")
    }
    guard denominator > 0, denominator <= BinomialDistribution.maximumTrials else {
      throw .argumentOutOfRange(
        argument: "n", found: "\(denominator)",
        expected: "in 1...\(BinomialDistribution.maximumTrials)")
    }
    // With everything times 2 · 10^e: 200 · 10^e k within (2 pct ± 10^−d) n 10^e.
    let exponent = max(percentage.decimals, decimals)
    var scale: Int128 = 1
    for _ in 0..<exponent { scale *= 10 }
    var pct = Int128(percentage.digits)
    for _ in percentage.decimals..<exponent { pct *= 10 }
    var half: Int128 = 1
    for _ in decimals..<exponent { half *= 10 }
    let n = Int128(denominator)
    let step = 200 * scale
    let low = (2 * pct - half) * n
    let high = (2 * pct + half) * n
    guard high >= 0 else {
      attainable = nil
      return
    }
    let first = low <= 0 ? 0 : (low + step - 1) / step
    let last = min(n, high / step)
    attainable = first <= last ? Int(first)...Int(last) : nil
  }

  /// Every denominator up to `limit` with which all percentages of a row are attainable.
  public static func feasibleDenominators(
    percentages: [DecimalText], decimals: Int, upTo limit: Int
  ) throws(StatisticsError) -> [Int] {
    guard limit >= 1, limit <= 1_000_000 else {
      throw .argumentOutOfRange(argument: "limit", found: "\(limit)", expected: "in 1...1000000")
    }
    var feasible: [Int] = []
    for n in 1...limit {
      var isFeasible = true
      for percentage in percentages where isFeasible {
        isFeasible = try GRIMCheck(
          percentage: percentage, decimals: decimals, denominator: n
        ).isConsistent
      }
      if isFeasible { feasible.append(n) }
    }
    return feasible
  }
}
