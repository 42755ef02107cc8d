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
    var position = 0
    if bound <= 1 << 16 {
      let range = UInt64(bound)
      let threshold = (1 << 16) % range
      while position < count {
        var word = next()
        var halves = min(4, count - position)
        while halves > 0 {
          let product = (word & 0xFFFF) &* range
          word >>= 16
          halves -= 1
          indices[position] = UInt32(truncatingIfNeeded: product >> 16)
          position &+= (product & 0xFFFF) >= threshold ? 1 : 0
        }
      }
    } else {
      let range = UInt64(bound)
      let threshold = (1 << 32) % range
      while position < count {
        var word = next()
        var halves = min(2, count - position)
        while halves > 0 {
          let product = (word & 0xFFFF_FFFF).multipliedFullWidth(by: range).low
          word >>= 32
          halves -= 1
          indices[position] = UInt32(truncatingIfNeeded: product >> 32)
          position &+= (product & 0xFFFF_FFFF) >= threshold ? 1 : 0
        }
      }
    }
  }

  /// A standard normal deviate by the Box–Muller transform (one of the pair; no state is kept, so
  /// the stream stays addressable).
  public mutating func normal() -> Double {
    let radius = 1 - uniform()
    let angle = uniform()
    return (-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle)
  }
}
