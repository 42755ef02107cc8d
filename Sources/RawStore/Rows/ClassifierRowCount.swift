/// Rows and positives of one split of a classifier's data.
public struct ClassifierRowCount: Hashable, Sendable {
  public let detector: String
  /// `train`, `validation`, `test`, …
  public let split: String
  public let rowCount: Int
  public let positiveCount: Int

  public init(detector: String, split: String, rowCount: Int, positiveCount: Int) {
    self.detector = detector
    self.split = split
    self.rowCount = rowCount
    self.positiveCount = positiveCount
  }
}
