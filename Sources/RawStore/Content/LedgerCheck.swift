/// What a walk along the hash chain found.
public struct LedgerCheck: Hashable, Sendable {
  public let recordCount: Int
  /// Hash of the content as it is now.
  public let contentHash: String
  /// Everything that does not fit, in words; empty for an intact store.
  public let problems: [String]

  public init(recordCount: Int, contentHash: String, problems: [String]) {
    self.recordCount = recordCount
    self.contentHash = contentHash
    self.problems = problems
  }

  public var isIntact: Bool { problems.isEmpty }
}
