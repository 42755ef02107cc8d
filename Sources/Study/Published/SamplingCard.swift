/// Consistency sampling and its filter.
public struct SamplingCard: Hashable, Sendable {
  /// R, responses a question.
  public let responsesPerItem: Int?
  /// Questions sampled before the filter; `nil` = unstated.
  public let itemsSeen: Int?
  /// Kept as consistently right.
  public let alwaysRight: Int?
  /// Kept as consistently wrong.
  public let alwaysWrong: Int?

  public init(
    responsesPerItem: Int? = nil,
    itemsSeen: Int? = nil,
    alwaysRight: Int? = nil,
    alwaysWrong: Int? = nil
  ) {
    self.responsesPerItem = responsesPerItem
    self.itemsSeen = itemsSeen
    self.alwaysRight = alwaysRight
    self.alwaysWrong = alwaysWrong
  }
}
