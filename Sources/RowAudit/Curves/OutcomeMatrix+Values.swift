import RawStore
import Statistics

extension OutcomeMatrix {
  /// Counts of one dose: every row is in exactly one of them.
  struct ColumnCounts: Hashable {
    var isTrue = 0
    var isFalse = 0
    /// `[class]`, as ``OutcomeMatrix/unscoredClasses``.
    var unscored: [Int]
    var missing = 0

    var scored: Int { isTrue + isFalse }
    var unscoredTotal: Int { unscored.reduce(0, +) }
  }

  /// `[dose]`.
  func columnCounts() -> [ColumnCounts] {
    var counts = [ColumnCounts](
      repeating: ColumnCounts(unscored: [Int](repeating: 0, count: unscoredClasses.count)),
      count: columnCount)
    var position = 0
    for _ in items.indices {
      for column in 0..<columnCount {
        for _ in 0..<replicateCount {
          switch cells[position] {
          case Code.isTrue: counts[column].isTrue += 1
          case Code.isFalse: counts[column].isFalse += 1
          case Code.missing: counts[column].missing += 1
          case let code:
            // A class that the list does not name is counted with the first, never dropped.
            let index = Int(code - Code.firstUnscored)
            if counts[column].unscored.isEmpty { counts[column].unscored = [0] }
            counts[column].unscored[counts[column].unscored.indices.contains(index) ? index : 0] +=
              1
          }
          position += 1
        }
      }
    }
    return counts
  }

  /// The share of `true` among the scored replicates of a question, or `nil` without one.
  func value(item: Int, column: Int) -> Double? {
    let start = (item * columnCount + column) * replicateCount
    var (trues, scored) = (0, 0)
    for position in start..<start + replicateCount where cells[position] < Code.firstUnscored {
      scored += 1
      if cells[position] == Code.isTrue { trues += 1 }
    }
    return scored == 0 ? nil : Double(trues) / Double(scored)
  }

  /// Questions × doses of one response each.
  ///
  /// - Throws: ``StatisticsError`` for doses that repeat or are not finite.
  func doseRows() throws(StatisticsError) -> DoseResponseRows {
    try DoseResponseRows(
      doses: doses,
      outcomes: items.indices.map { item in
        doses.indices.map { outcome(item: item, column: $0) }
      })
  }

  /// Whether each answer is unscored, as outcomes of their own; a missing row stays missing.
  func unscoredRows() throws(StatisticsError) -> DoseResponseRows {
    try DoseResponseRows(
      doses: doses,
      outcomes: items.indices.map { item in
        doses.indices.map { column in
          let code = code(item: item, column: column)
          return code == Code.missing ? nil : code >= Code.firstUnscored
        }
      })
  }

  /// Question means at every dose of the questions that have one everywhere.
  func completeMeans() -> [[Double]] {
    items.indices.compactMap { item in
      let means = (0..<columnCount).compactMap { value(item: item, column: $0) }
      return means.count == columnCount ? means : nil
    }
  }
}
