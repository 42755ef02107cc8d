public import Statistics

/// Questions that two splits, or a split and a question set, share.
public struct SplitOverlap: Hashable, Sendable, Identifiable {
  public let first: String
  public let second: String
  public let firstCount: Int
  public let secondCount: Int
  public let sharedCount: Int
  /// Of the second.
  public let sharedShare: Measured<Double>

  /// Whether the second is a question set of the evaluation, which is drawn from a split.
  public let isOfEvaluation: Bool

  public var id: String { first + "/" + second }

  init(
    _ first: String, _ firstItems: Set<String>, _ second: String, _ secondItems: Set<String>,
    isOfEvaluation: Bool
  ) throws(StatisticsError) {
    self.first = first
    self.second = second
    self.isOfEvaluation = isOfEvaluation
    firstCount = firstItems.count
    secondCount = secondItems.count
    sharedCount = firstItems.intersection(secondItems).count
    sharedShare = try Proportion(successes: sharedCount, trials: secondItems.count).estimate
  }
}
