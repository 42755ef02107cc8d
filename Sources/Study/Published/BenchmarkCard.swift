/// A benchmark that the study names, measured or not.
public struct BenchmarkCard: Hashable, Sendable {
  /// For example `FalseQA`.
  public let id: String
  /// What its outcome is: `compliance`, `hallucination`, `accuracy` …
  public let endpoint: String
  /// Whether the design calls for it (a planned benchmark without cells is missing).
  public let isPlanned: Bool

  public init(
    id: String,
    endpoint: String,
    isPlanned: Bool = true
  ) {
    self.id = id
    self.endpoint = endpoint
    self.isPlanned = isPlanned
  }
}
