/// Counts of an r × c table.
public struct ContingencyTable: Hashable, Sendable {
  /// `[row][column]`.
  public let counts: [[Int]]
  public let rowTotals: [Int]
  public let columnTotals: [Int]
  public let total: Int

  /// - Throws: for rows of unequal length, a negative count or a total above 10¹².
  public init(_ counts: [[Int]]) throws(StatisticsError) {
    let width = counts.first?.count ?? 0
    var sum = 0
    for (index, row) in counts.enumerated() {
      guard row.count == width else {
        throw .lengthMismatch(
          first: "row 0", firstCount: width, second: "row \(index)", secondCount: row.count)
      }
      for count in row {
        let next = sum.addingReportingOverflow(count)
        guard count >= 0, !next.overflow, next.partialValue <= BinomialDistribution.maximumTrials
        else {
          throw .argumentOutOfRange(
            argument: "counts", found: "\(count) in row \(index)",
            expected: "not negative, with a total up to \(BinomialDistribution.maximumTrials)")
        }
        sum = next.partialValue
      }
    }
    self.counts = counts
    rowTotals = counts.map { $0.reduce(0, +) }
    columnTotals = (0..<width).map { column in counts.reduce(0) { $0 + $1[column] } }
    total = sum
  }

  /// One row for each arm: successes and failures.
  public init(arms: [Proportion]) throws(StatisticsError) {
    try self.init(arms.map { [$0.successes, $0.failures] })
  }

  /// The table without the rows and columns whose total is 0.
  package var withoutEmptyMargins: [[Int]] {
    let columns = columnTotals.indices.filter { columnTotals[$0] > 0 }
    return rowTotals.indices.filter { rowTotals[$0] > 0 }.map { row in
      columns.map { counts[row][$0] }
    }
  }
}
