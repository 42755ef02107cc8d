/// Two one-sided tests of equivalence by interval inclusion: the difference lies within ±margin
/// when the whole (1 − 2α) interval does.
///
/// - Source: Schuirmann (1987); Westlake's inclusion rule. Oracle: `tost_difference.json`.
public struct EquivalenceTest: Hashable, Sendable {
  /// The interval at confidence 1 − 2α.
  public let interval: Interval
  public let margin: Double
  /// max(−lower, upper): equivalence is shown for every margin above this.
  public let smallestMargin: Double

  public var isEquivalent: Bool { -margin < interval.lower && interval.upper < margin }

  private init(interval: Interval, margin: Double) {
    self.interval = interval
    self.margin = margin
    smallestMargin = max(-interval.lower, interval.upper)
  }

  /// - Parameters:
  ///   - margin: largest difference that counts as none, in 0...1 as a difference of proportions.
  ///   - alpha: level of each one-sided test, below ½.
  public init(
    _ difference: UnpairedDifference, margin: Double, alpha: Double = 0.05
  ) throws(StatisticsError) {
    let level = try Self.level(margin, alpha)
    self.init(interval: difference.newcombeInterval(confidenceLevel: level), margin: margin)
  }

  public init(_ table: PairedTable, margin: Double, alpha: Double = 0.05) throws(StatisticsError) {
    let level = try Self.level(margin, alpha)
    self.init(interval: table.tangoInterval(confidenceLevel: level), margin: margin)
  }

  private static func level(_ margin: Double, _ alpha: Double) throws(StatisticsError) -> Double {
    guard margin >= 0, margin.isFinite else {
      throw .argumentOutOfRange(argument: "margin", found: "\(margin)", expected: "not negative")
    }
    guard alpha > 0, alpha < 0.5 else {
      throw .argumentOutOfRange(argument: "alpha", found: "\(alpha)", expected: "between 0 and 0.5")
    }
    return confidence(leaving: 2 * alpha)
  }
}
