/// The repeated responses to one question: input of the consistency filter and of the judge's
/// test-retest.
public struct SampledItem: Hashable, Sendable {
  /// The set of questions, for example `consistency`.
  public let benchmark: String
  /// The rule or model that judged; empty when not recorded.
  public let judge: String
  public let item: String
  /// SHA-256 of each response's UTF-8 (stored even where the text is not), `[response]`.
  public let responseHashes: [String]
  /// What the judge said: `true`, `false`, or `nil` for unscored, `[response]`.
  public let judgements: [Bool?]

  public init(
    benchmark: String = "", judge: String = "", item: String, responseHashes: [String],
    judgements: [Bool?]
  ) {
    self.benchmark = benchmark
    self.judge = judge
    self.item = item
    self.responseHashes = responseHashes
    self.judgements = judgements
  }
}
