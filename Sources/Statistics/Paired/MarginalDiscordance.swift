/// What two margins say about paired binary outcomes whose joint table is not published.
///
/// With x₁ and x₂ of the same n items positive, the discordant counts are (b, b + x₂ − x₁) for some
/// b; the margins bound b, and with it the exact McNemar p-value.
///
/// - Source: Fréchet bounds; McNemar (1947), doi:10.1007/BF02295996.
public struct MarginalDiscordance: Hashable, Sendable {
  /// Items whose outcome must differ, |x₂ − x₁|.
  public let minimumDiscordant: Int
  /// Items whose outcome can differ at most.
  public let maximumDiscordant: Int
  /// Smallest and largest exact McNemar p-value over the feasible tables.
  public let pValues: ClosedRange<Double>

  /// - Throws: ``StatisticsError/argumentOutOfRange(argument:found:expected:)`` when a count is
  ///   outside 0...`total` or `total` above 10⁶.
  public init(first: Int, second: Int, total: Int) throws(StatisticsError) {
    guard (0...1_000_000).contains(total) else {
      throw .argumentOutOfRange(
        argument: "total", found: "\(total)", expected: "within 0...1000000")
    }
    for (name, count) in [("first", first), ("second", second)] where !(0...total).contains(count) {
      throw .argumentOutOfRange(
        argument: name, found: "\(count)", expected: "within 0...\(total)")
    }
    let difference = second - first
    let lowest = max(0, -difference)
    let highest = min(first, total - second)
    minimumDiscordant = abs(difference)
    maximumDiscordant = 2 * highest + difference
    pValues = Self.exactRange(lower: lowest, upper: highest, difference: difference)
  }

  /// Bounds for a classifier against a constant predictor, over given discordant counts.
  ///
  /// - Parameters:
  ///   - feasible: items that only the second predictor gets right.
  ///   - difference: those minus the items that only the first gets right.
  public init(feasible: ClosedRange<Int>, difference: Int) {
    let lower = max(feasible.lowerBound, difference, 0)
    let upper = max(lower, feasible.upperBound)
    minimumDiscordant = 2 * lower - difference
    maximumDiscordant = 2 * upper - difference
    pValues = Self.exactRange(
      lower: lower - difference, upper: upper - difference, difference: difference)
  }

  /// Two-sided exact McNemar p-value: the doubled binomial tail at one half, at most 1.
  public static func exactPValue(_ b: Int, _ c: Int) -> Double {
    guard b + c > 0 else { return 1 }
    return min(1, 2 * BinomialDistribution.cdf(min(b, c), trials: b + c, probability: 0.5))
  }

  /// The p-value rises with the number of concordant pairs moved into both discordant cells, so the
  /// ends of the feasible range bound it.
  private static func exactRange(lower: Int, upper: Int, difference: Int) -> ClosedRange<Double> {
    let ends = [lower, max(lower, upper)].map { exactPValue($0, $0 + difference) }
    return min(ends[0], ends[1])...max(ends[0], ends[1])
  }
}
