/// The judgements that byte-identical responses to one item received from one judge: a test-retest
/// of the judge. Only groups of two or more are listed.
public struct IdenticalResponses: Hashable, Sendable {
  public let benchmark: String
  public let judge: String
  public let item: String
  /// SHA-256 of the response's UTF-8.
  public let responseHash: String
  public let trueCount: Int
  public let falseCount: Int
  public let unscoredCount: Int

  public init(
    benchmark: String, judge: String, item: String, responseHash: String, trueCount: Int,
    falseCount: Int, unscoredCount: Int
  ) {
    self.benchmark = benchmark
    self.judge = judge
    self.item = item
    self.responseHash = responseHash
    self.trueCount = trueCount
    self.falseCount = falseCount
    self.unscoredCount = unscoredCount
  }

  /// Whether the judge gave the same response different outcomes.
  public var isConflicting: Bool {
    [trueCount, falseCount, unscoredCount].count { $0 > 0 } > 1
  }
}
