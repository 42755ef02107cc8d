/// numpy's `SeedSequence`: turns an integer of any size into well-mixed seed words.
///
/// - Source: O'Neill (2015), "Developing a seed_seq alternative"; numpy 2.4
///   `numpy/random/bit_generator.pyx`, reimplemented from its documentation (NEP 19). Oracle:
///   `Tests/RandomnessTests/Oracles/numpy_random.json`.
public struct SeedSequence: Sendable {
  private static let poolSize = 4
  private var pool: [UInt32]

  /// - Parameters:
  ///   - entropy: the seed, as in `numpy.random.default_rng(entropy)`.
  ///   - spawnKey: the path of a spawned child; empty for the root.
  public init(entropy: UInt64, spawnKey: [UInt32] = []) {
    var words = [UInt32(truncatingIfNeeded: entropy)]
    if entropy >> 32 != 0 { words.append(UInt32(truncatingIfNeeded: entropy >> 32)) }
    if !spawnKey.isEmpty {
      // A child must differ from a root whose entropy happens to end in the child's key.
      while words.count < Self.poolSize { words.append(0) }
      words += spawnKey
    }
    pool = Self.mix(words)
  }

  /// As many 32-bit seed words as asked for.
  public func words32(_ count: Int) -> [UInt32] {
    var constant: UInt32 = 0x8B51_F9DD
    return (0..<max(0, count)).map { index in
      var word = pool[index % Self.poolSize] ^ constant
      constant &*= 0x58F3_8DED
      word &*= constant
      return word ^ (word >> 16)
    }
  }

  /// As many 64-bit seed words as asked for: pairs of 32-bit words, the low half first.
  public func words64(_ count: Int) -> [UInt64] {
    let halves = words32(2 * max(0, count))
    return (0..<max(0, count)).map { UInt64(halves[2 * $0]) | UInt64(halves[2 * $0 + 1]) << 32 }
  }

  private static func mix(_ entropy: [UInt32]) -> [UInt32] {
    var constant: UInt32 = 0x43B0_D7E5
    func hash(_ word: UInt32) -> UInt32 {
      var word = word ^ constant
      constant &*= 0x931E_8875
      word &*= constant
      return word ^ (word >> 16)
    }
    func combine(_ left: UInt32, _ right: UInt32) -> UInt32 {
      let word = 0xCA01_F9DD &* left &- 0x4973_F715 &* right
      return word ^ (word >> 16)
    }
    var pool = (0..<poolSize).map { hash($0 < entropy.count ? entropy[$0] : 0) }
    for source in 0..<poolSize {
      for target in 0..<poolSize where target != source {
        pool[target] = combine(pool[target], hash(pool[source]))
      }
    }
    for word in entropy.dropFirst(poolSize) {
      for target in 0..<poolSize { pool[target] = combine(pool[target], hash(word)) }
    }
    return pool
  }
}
