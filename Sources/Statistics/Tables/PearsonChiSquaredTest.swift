/// Pearson's chi-squared test of homogeneity, without continuity correction. Rows and columns with
/// total 0 are dropped.
///
/// - Source: R `chisq.test(correct = FALSE)`. Oracle: `fisher_rxc.json`.
public struct PearsonChiSquaredTest: Hashable, Sendable {
  /// Undefined when fewer than two rows or columns remain.
  public let statistic: Measured<Double>
  public let degreesOfFreedom: Int
  /// 1 where the statistic is undefined: such a table holds no evidence.
  public let pValue: Double

  public init(_ table: ContingencyTable) {
    let kept = table.withoutEmptyMargins
    let rows = kept.count
    let columns = kept.first?.count ?? 0
    guard rows > 1, columns > 1 else {
      statistic = .undefined(
        UndefinedReason(.noVariance, "fewer than two rows or columns have any counts"))
      degreesOfFreedom = 0
      pValue = 1
      return
    }
    let rowTotals = kept.map { Double($0.reduce(0, +)) }
    let columnTotals = (0..<columns).map { j in kept.reduce(0.0) { $0 + Double($1[j]) } }
    let total = Double(table.total)
    var sum = 0.0
    for i in 0..<rows {
      for j in 0..<columns {
        let expected = rowTotals[i] * columnTotals[j] / total
        let gap = Double(kept[i][j]) - expected
        sum += gap * gap / expected
      }
    }
    statistic = .defined(sum)
    degreesOfFreedom = (rows - 1) * (columns - 1)
    pValue = ChiSquaredDistribution.upperTail(sum, degreesOfFreedom: Double(degreesOfFreedom))
  }
}
