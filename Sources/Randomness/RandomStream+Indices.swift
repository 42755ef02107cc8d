#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension RandomStream {
  /// Fills `indices` with independent integers in 0..<bound, exactly uniform.
  ///
  /// Bounds up to 65,536 take 16 bits an index (four an output word) and bounds up to 2³² take 32:
  /// a bootstrap spends most of its time here. Lemire's rejection keeps each index unbiased. The
  /// sequence differs from repeated ``integer(below:)``.
  ///
  /// - Precondition: `0 < bound <= 2³²`.
  public mutating func fill(_ indices: UnsafeMutableBufferPointer<UInt32>, below bound: Int) {
    precondition(bound > 0 && bound <= 1 << 32, "fill(below:) needs a bound in 1...2^32")
    let count = indices.count
    let range = UInt64(bound)
    let isNarrow = bound <= 1 << 16
    let bits: UInt64 = isNarrow ? 16 : 32
    let perWord = isNarrow ? 4 : 2
    let threshold = (1 << bits) % range
    var position = 0
    // Whole blocks while they fit: a rejected draw is overwritten by the next one, no branch.
    while isNarrow, position + 16 <= count {
      let words = nextBlockOfWords()
      Self.store(words.0, in: indices, at: &position, range, threshold)
      Self.store(words.1, in: indices, at: &position, range, threshold)
      Self.store(words.2, in: indices, at: &position, range, threshold)
      Self.store(words.3, in: indices, at: &position, range, threshold)
    }
    let mask: UInt64 = (1 << bits) - 1
    while position < count {
      var word = next()
      for _ in 0..<min(perWord, count - position) {
        let product = (word & mask) &* range
        word >>= bits
        indices[position] = UInt32(truncatingIfNeeded: product >> bits)
        position &+= (product & mask) >= threshold ? 1 : 0
      }
    }
  }

  /// The four 16-bit draws of one word.
  @inline(__always)
  private static func store(
    _ word: UInt64, in indices: UnsafeMutableBufferPointer<UInt32>, at position: inout Int,
    _ range: UInt64, _ threshold: UInt64
  ) {
    guard let base = indices.baseAddress else { return }
    let first = (word & 0xFFFF) &* range
    let second = (word &>> 16 & 0xFFFF) &* range
    let third = (word &>> 32 & 0xFFFF) &* range
    let fourth = (word &>> 48) &* range
    base[position] = UInt32(truncatingIfNeeded: first &>> 16)
    position &+= first & 0xFFFF >= threshold ? 1 : 0
    base[position] = UInt32(truncatingIfNeeded: second &>> 16)
    position &+= second & 0xFFFF >= threshold ? 1 : 0
    base[position] = UInt32(truncatingIfNeeded: third &>> 16)
    position &+= third & 0xFFFF >= threshold ? 1 : 0
    base[position] = UInt32(truncatingIfNeeded: fourth &>> 16)
    position &+= fourth & 0xFFFF >= threshold ? 1 : 0
  }

  /// A standard normal deviate by the Box–Muller transform (one of the pair; no state is kept, so
  /// the stream stays addressable).
  public mutating func normal() -> Double {
    let radius = 1 - uniform()
    let angle = uniform()
    return (-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle)
  }
}
