/// Cochran's Q: does a yes/no outcome have one rate under several conditions of the same items?
///
/// For the anchor gate: the no-op dose of all configurations on the same items. With two conditions
/// it is McNemar's χ². It takes all conditions for equally correlated; where they are not, use
/// ``DoseHomogeneityTest``.
/// ```
/// Q = (K − 1) (K Σ C_j² − N²) / (K N − Σ R_i²)
/// ```
/// - Source: Cochran (1950), doi:10.1093/biomet/37.3-4.256. Oracle: statsmodels `cochrans_q`.
public struct CochranQTest: Hashable, Sendable {
  public let statistic: Measured<Double>
  public let degreesOfFreedom: Int
  /// From χ²(K − 1); 1 where no item is discordant.
  public let pValue: Double
  public let discordantItems: Int

  /// - Parameter rows: [item][condition].
  /// - Throws: ``StatisticsError/lengthMismatch(first:firstCount:second:secondCount:)``.
  public init(_ rows: [[Bool]]) throws(StatisticsError) {
    let conditions = rows.first?.count ?? 0
    var columns = [Double](repeating: 0, count: conditions)
    var (total, squares, discordant) = (0.0, 0.0, 0)
    for (index, row) in rows.enumerated() {
      guard row.count == conditions else {
        throw .lengthMismatch(
          first: "rows[0]", firstCount: conditions, second: "rows[\(index)]",
          secondCount: row.count)
      }
      var own = 0.0
      for condition in row.indices where row[condition] {
        own += 1
        columns[condition] += 1
      }
      total += own
      squares += own * own
      if own > 0, own < Double(conditions) { discordant += 1 }
    }
    let k = Double(conditions)
    degreesOfFreedom = max(0, conditions - 1)
    discordantItems = discordant
    let spread = k * total - squares
    guard conditions > 1, discordant > 0, spread > 0 else {
      statistic = .undefined(
        UndefinedReason(
          .noDiscordance, "no item changes its outcome over \(conditions) conditions"))
      pValue = 1
      return
    }
    let between = k * columns.reduce(0) { $0 + $1 * $1 } - total * total
    let q = max(0, (k - 1) * between / spread)
    statistic = .defined(q)
    pValue = ChiSquaredDistribution.upperTail(q, degreesOfFreedom: k - 1)
  }
}
