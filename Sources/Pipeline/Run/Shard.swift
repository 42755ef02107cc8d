public import Provenance

/// Part i of n of a stage's units: a partition by the hash of the unit, so that the union does not
/// depend on n.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// 1-based.
  public let index: Int
  public let count: Int

  public static let whole = Shard(uncheckedIndex: 1, count: 1)

  private init(uncheckedIndex index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Reads `i/n`.
  /// - Throws: ``PipelineError/badShard(_:)``.
  public init(_ text: String) throws(PipelineError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]),
      (1...100_000).contains(count), (1...count).contains(index)
    else { throw .badShard(text) }
    self.init(uncheckedIndex: index, count: count)
  }

  public var description: String { "\(index)/\(count)" }

  public func contains(_ unit: String) -> Bool {
    guard count > 1 else { return true }
    let bytes = SHA256Hex(of: unit).bytes
    let number = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(number % UInt64(count)) == index - 1
  }
}
