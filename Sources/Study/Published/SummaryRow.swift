/// A summary that the text derives from cells, or quotes for another model: one number per row.
public struct SummaryRow: Hashable, Sendable {
  /// Unique, for example `range-own-FalseQA`.
  public let id: String
  public let model: String
  /// Whether it is this study's own model (then it must follow from the cells).
  public let isOwn: Bool
  public let benchmark: String
  public let statistic: SummaryStatistic
  public let printed: PrintedNumber
  public let source: SourceReference

  public init(
    id: String,
    model: String,
    isOwn: Bool,
    benchmark: String,
    statistic: SummaryStatistic,
    printed: PrintedNumber,
    source: SourceReference
  ) {
    self.id = id
    self.model = model
    self.isOwn = isOwn
    self.benchmark = benchmark
    self.statistic = statistic
    self.printed = printed
    self.source = source
  }
}

/// How a summary is computed from the cells of a benchmark.
public enum SummaryStatistic: String, Hashable, Sendable, CaseIterable {
  /// Largest minus smallest rate over the doses.
  case range
  /// Rate at the highest dose minus rate at the lowest.
  case swing
}
