/// A statement of the text that numbers can test: the quoted words, what they are about, a predicate
/// of the closed list and the rows they refer to. Never the verdict.
public struct Claim: Hashable, Sendable {
  /// Unique, for example `V1-faitheval-noise`.
  public let id: String
  /// The words of the text, only as many as the claim needs.
  public let quote: String
  /// Section or table.
  public let place: String
  /// The edition that the words are about or stand in.
  public let version: String?
  public let predicate: ClaimPredicate
  /// Subject: benchmarks, empty = not restricted.
  public let benchmarks: [String]
  /// Subject: configurations, empty = not restricted.
  public let configurations: [String]
  /// Subject: detection sets.
  public let datasets: [String]
  /// Rows it refers to: `cells/V1/FaithEval/A/*`, `detection/NonExist`, `grid/1.0`,
  /// `tests/linear-concentration`, `neurons/positive/shared`; see ``RowReference``.
  public let references: [String]
  /// Numbers in the quote under the names that the predicate documents.
  public let values: [String: PrintedNumber]
  /// Words that the predicate needs (for example `endpoint: hallucination`).
  public let terms: [String: String]
  public let source: SourceReference

  public init(
    id: String,
    quote: String,
    place: String,
    version: String? = nil,
    predicate: ClaimPredicate,
    benchmarks: [String] = [],
    configurations: [String] = [],
    datasets: [String] = [],
    references: [String] = [],
    values: [String: PrintedNumber] = [:],
    terms: [String: String] = [:],
    source: SourceReference
  ) {
    self.id = id
    self.quote = quote
    self.place = place
    self.version = version
    self.predicate = predicate
    self.benchmarks = benchmarks
    self.configurations = configurations
    self.datasets = datasets
    self.references = references
    self.values = values
    self.terms = terms
    self.source = source
  }
}
