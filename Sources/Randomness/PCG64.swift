/// PCG64 (XSL-RR 128/64), the bit generator behind `numpy.random.default_rng`.
///
/// - Source: O'Neill (2014), "PCG: a family of simple fast space-efficient statistically good
///   algorithms", HMC-CS-2014-0905. Oracle: `Tests/RandomnessTests/Oracles/numpy_random.json`.
public struct PCG64: RandomNumberGenerator, Sendable {
  private static let multiplier: UInt128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645

  private var state: UInt128
  private let increment: UInt128

  public init(_ seed: SeedSequence) {
    let words = seed.words64(4)
    let initial = UInt128(words[0]) << 64 | UInt128(words[1])
    increment = (UInt128(words[2]) << 64 | UInt128(words[3])) << 1 | 1
    state = (increment &+ initial) &* Self.multiplier &+ increment
  }

  @inline(__always)
  public mutating func next() -> UInt64 {
    state = state &* Self.multiplier &+ increment
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let rotation = UInt64(truncatingIfNeeded: state >> 122)
    return folded >> rotation | folded << ((64 &- rotation) & 63)
  }
}
