public import RawStore

extension Shard {
  /// Reads `i/n`.
  /// - Throws: ``PipelineError/badShard(_:)``.
  public init(_ text: String) throws(PipelineError) {
    guard let shard = Self(parsing: text) else { throw .badShard(text) }
    self = shard
  }
}
