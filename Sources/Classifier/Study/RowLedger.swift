/// What a split of the rows holds.
public struct RowLedger: Sendable, Hashable {
  public var split: String
  public var items: Int
  public var rows: Int
  public var positives: Int
  /// Rows that the row rule leaves out (unscored items, other-token rows in 1-vs-1).
  public var leftOut: Int

  /// Accuracy of always naming the larger class; `nil` without rows.
  public var majorityShare: Double? {
    rows == 0 ? nil : Double(max(positives, rows - positives)) / Double(rows)
  }

  /// - Parameters:
  ///   - labels: `[row]`, ±1 or 0.
  ///   - isIncluded: `[row]`.
  public init(split: String, rows: [StoreRow], labels: [Double], isIncluded: [Bool]) {
    self.split = split
    var items = Set<String>()
    self.rows = 0
    positives = 0
    leftOut = 0
    for row in rows.indices where isIncluded[row] {
      guard labels[row] != 0 else {
        leftOut += 1
        continue
      }
      items.insert(rows[row].item)
      self.rows += 1
      if labels[row] > 0 { positives += 1 }
    }
    self.items = items.count
  }
}
