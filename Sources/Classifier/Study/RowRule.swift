/// How rows become the two classes of the detector.
public enum RowRule: String, Sendable, CaseIterable {
  /// The numeric labels of a general matrix: the larger of two values is positive.
  case labels
  /// Wrong-answer rows against right-answer rows and the other-token rows of both.
  case threeVersusOne = "3-vs-1"
  /// Wrong-answer rows against right-answer rows; other-token rows are left out.
  case oneVersusOne = "1-vs-1"

  /// - Returns: `[row]`, ±1, or 0 for rows that the rule leaves out.
  /// - Throws: ``ClassifierError/labels(message:)`` when a row lacks what the rule needs.
  public func labels(of store: TileStore) throws(ClassifierError) -> [Double] {
    switch self {
    case .labels: return try numericLabels(store)
    case .threeVersusOne, .oneVersusOne:
      var result: [Double] = []
      for (index, row) in store.rows.enumerated() {
        guard let region = row.region else {
          throw .labels(
            message: "row \(index + 1) (\(row.item)) has no region; \(rawValue) needs one")
        }
        // An unscored item is never an outcome.
        guard let outcome = row.outcome else {
          result.append(0)
          continue
        }
        switch region {
        case .answer: result.append(outcome ? -1 : 1)
        case .other: result.append(self == .threeVersusOne ? -1 : 0)
        }
      }
      return result
    }
  }

  private func numericLabels(_ store: TileStore) throws(ClassifierError) -> [Double] {
    var distinct: [Double] = []
    var values: [Double] = []
    for (index, row) in store.rows.enumerated() {
      guard let label = row.label, label.isFinite else {
        throw .labels(message: "row \(index + 1) (\(row.item)) has no label")
      }
      values.append(label)
      if !distinct.contains(label) { distinct.append(label) }
      guard distinct.count <= 2 else {
        throw .labels(
          message: "more than two labels (\(distinct.sorted())): the problem must have two classes")
      }
    }
    let positive =
      distinct.count == 2 ? distinct.max() ?? 1 : (distinct.first ?? 1) > 0 ? distinct[0] : .nan
    return values.map { $0 == positive ? 1 : -1 }
  }
}
