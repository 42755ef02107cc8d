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

  /// `nil` unless 1 ≤ index ≤ count ≤ 100,000.
  public init?(index: Int, count: Int) {
    guard (1...100_000).contains(count), (1...count).contains(index) else { return nil }
    self.init(uncheckedIndex: index, count: count)
  }

  /// Reads `i/n`; `nil` for anything else.
  public init?(parsing text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(index: index, count: count)
  }

  public var description: String { "\(index)/\(count)" }

  public func contains(_ unit: String) -> Bool {
    count == 1 || Self.index(of: unit, count) == index
  }

  /// The 1-based shard of n that a unit falls to.
  public static func index(of unit: String, _ count: Int) -> Int {
    let number = SHA256Hex(of: unit).bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(number % UInt64(count)) + 1
  }
}
