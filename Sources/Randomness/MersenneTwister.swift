/// MT19937 with 32-bit output, seeded by one word: the generator of older scripts
/// (`numpy.random.RandomState(seed)`, GSL's `mt19937`, R's default), kept to reproduce their numbers.
///
/// - Source: Matsumoto & Nishimura (1998), doi:10.1145/272991.272995; seeding of 2002
///   (`init_genrand`). Oracle: `rng_known_answers.json`.
public struct MersenneTwister: Sendable {
  private static let length = 624
  private static let shift = 397

  private var state: [UInt32]
  private var position = MersenneTwister.length

  public init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(Self.length)
    for index in 1..<Self.length {
      let previous = state[index - 1]
      state.append(1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(index))
    }
  }

  /// The next tempered 32-bit word.
  public mutating func next() -> UInt32 {
    if position == Self.length { refill() }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  private mutating func refill() {
    for index in 0..<Self.length {
      let mixed =
        (state[index] & 0x8000_0000) | (state[(index + 1) % Self.length] & 0x7FFF_FFFF)
      let twist: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_B0DF
      state[index] = state[(index + Self.shift) % Self.length] ^ (mixed >> 1) ^ twist
    }
    position = 0
  }
}
