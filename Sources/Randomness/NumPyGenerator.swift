/// `numpy.random.default_rng(seed)`: the same numbers as numpy 2.x, to reproduce intervals that
/// others published with it. New analyses use ``RandomStream``, whose numbers do not depend on the
/// order in which they are drawn.
///
/// - Source: numpy 2.4 `Generator`; bounded integers by Lemire (2019), doi:10.1145/3230636.
///   Oracle: `Tests/RandomnessTests/Oracles/numpy_random.json`.
public struct NumPyGenerator: Sendable {
  private var bits: PCG64
  /// The high half of the last word that was drawn for a 32-bit number, if still unused.
  private var spare: UInt32?

  public init(seed: UInt64) { bits = PCG64(SeedSequence(entropy: seed)) }

  /// `bit_generator.random_raw()`.
  @inline(__always)
  public mutating func next64() -> UInt64 { bits.next() }

  @inline(__always)
  private mutating func next32() -> UInt32 {
    if let word = spare {
      spare = nil
      return word
    }
    let word = bits.next()
    spare = UInt32(truncatingIfNeeded: word >> 32)
    return UInt32(truncatingIfNeeded: word)
  }

  /// `random()`: a double in [0, 1).
  @inline(__always)
  public mutating func uniform() -> Double { Double(bits.next() >> 11) * 0x1p-53 }

  /// `integers(0, bound)` with the default 64-bit type.
  ///
  /// - Precondition: `bound > 0`.
  @inline(__always)
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "integer(below:) needs a positive bound")
    return Int(bounded(UInt64(bound) - 1))
  }

  /// `integers(0, bound, size=count)`.
  ///
  /// - Precondition: `bound > 0`.
  public mutating func integers(below bound: Int, count: Int) -> [Int] {
    (0..<max(0, count)).map { _ in integer(below: bound) }
  }

  /// `shuffle(elements)` of a one-dimensional array. numpy draws here by masked rejection, unlike
  /// in `integers` and `choice`.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, through: 1, by: -1) {
      elements.swapAt(last, Int(masked(UInt64(last))))
    }
  }

  /// `permutation(count)`.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<max(0, count))
    shuffle(&order)
    return order
  }

  /// `choice(population, size=count, replace=False)`.
  ///
  /// - Returns: `nil` when more are asked for than there are.
  public mutating func choice(_ population: Int, count: Int) -> [Int]? {
    guard population >= 0, count >= 0, count <= population else { return nil }
    if population > 10_000, count > population / 50 {
      var order = Array(0..<population)
      shuffleTail(&order, downTo: max(population - count, 1))
      return Array(order.suffix(count))
    }
    // Floyd's algorithm, then a shuffle of what was chosen.
    var chosen: [Int] = []
    chosen.reserveCapacity(count)
    var seen = Set<Int>(minimumCapacity: count)
    for last in (population - count)..<population {
      let candidate = Int(bounded(UInt64(last)))
      let pick = seen.contains(candidate) ? last : candidate
      seen.insert(pick)
      chosen.append(pick)
    }
    shuffleTail(&chosen, downTo: 1)
    return chosen
  }

  private mutating func shuffleTail<Element>(_ elements: inout [Element], downTo first: Int) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, through: first, by: -1) {
      elements.swapAt(last, Int(bounded(UInt64(last))))
    }
  }

  /// A number in 0...range from the low bits of the next word, redrawn while above the range.
  private mutating func masked(_ range: UInt64) -> UInt64 {
    let mask = UInt64.max >> UInt64(range.leadingZeroBitCount)
    while true {
      let candidate = (range <= 0xFFFF_FFFF ? UInt64(next32()) : next64()) & mask
      if candidate <= range { return candidate }
    }
  }

  /// A number in 0...range: 32-bit Lemire where the range fits (numpy draws halves of words
  /// there, the low half first), 64-bit Lemire above, and no draw at all for a range of zero.
  @inline(__always)
  private mutating func bounded(_ range: UInt64) -> UInt64 {
    if range == 0 { return 0 }
    if range < 0xFFFF_FFFF {
      let count = UInt32(truncatingIfNeeded: range) + 1
      var product = UInt64(next32()) * UInt64(count)
      if UInt32(truncatingIfNeeded: product) < count {
        let threshold = (0 &- count) % count
        while UInt32(truncatingIfNeeded: product) < threshold {
          product = UInt64(next32()) * UInt64(count)
        }
      }
      return product >> 32
    }
    if range == 0xFFFF_FFFF { return UInt64(next32()) }
    if range == .max { return next64() }
    let count = range + 1
    var product = next64().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (0 &- count) % count
      while product.low < threshold { product = next64().multipliedFullWidth(by: count) }
    }
    return product.high
  }
}
