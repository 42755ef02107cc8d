/// Philox4x64-10, the counter-based generator of every random number in Referee.
///
/// A counter-based generator has no hidden state: the n-th word of a stream is a pure function of
/// (key, counter). So results do not depend on thread count, chunking, batch size or shard.
///
/// - Source: Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3",
///   doi:10.1145/2063384.2063405. Oracle: Random123's known-answer vectors and
///   `numpy.random.Philox`, see `Tests/RandomnessTests`.
/// - Complexity: ten rounds of two 64 × 64 → 128-bit products for four words.
public struct Philox4x64: Sendable, Hashable {
  /// Key (two words): the study seed and the analysis.
  public let key: (UInt64, UInt64)

  public init(key: (UInt64, UInt64)) { self.key = key }

  public static func == (left: Self, right: Self) -> Bool { left.key == right.key }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(key.0)
    hasher.combine(key.1)
  }

  /// The four words at a counter.
  @inlinable
  public func block(
    _ counter: (UInt64, UInt64, UInt64, UInt64)
  ) -> (UInt64, UInt64, UInt64, UInt64) {
    var (c0, c1, c2, c3) = counter
    var (k0, k1) = key
    for _ in 0..<10 {
      let p0 = (0xD2E7_470E_E14C_6C93 as UInt64).multipliedFullWidth(by: c0)
      let p1 = (0xCA5A_8263_9512_1157 as UInt64).multipliedFullWidth(by: c2)
      (c0, c1, c2, c3) = (p1.high ^ c1 ^ k0, p1.low, p0.high ^ c3 ^ k1, p0.low)
      k0 &+= 0x9E37_79B9_7F4A_7C15
      k1 &+= 0xBB67_AE85_84CA_A73B
    }
    return (c0, c1, c2, c3)
  }
}
