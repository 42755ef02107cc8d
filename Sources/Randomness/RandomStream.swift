/// One stream of random words, addressed by (seed, analysis, index, substream).
///
/// ```
/// var random = RandomStream(seed: 42, analysis: "bootstrap/auroc", index: resample)
/// let u = random.uniform()
/// ```
/// The address, not the order of use, determines the numbers: resample 17 is the same whichever
/// thread computes it. Counter layout: (block, index, substream, 0); key: (seed, hash of analysis).
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let philox: Philox4x64
  private let index: UInt64
  private let substream: UInt64
  private var nextBlock: UInt64 = 0
  private var buffer: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var used = 4

  /// - Parameters:
  ///   - seed: the study seed.
  ///   - analysis: a stable name, hashed with 64-bit FNV-1a ("bootstrap/FaithEval/A").
  ///   - index: the resample, item or replicate.
  ///   - substream: a second coordinate, for example the response index of an item.
  public init(seed: UInt64, analysis: String, index: UInt64 = 0, substream: UInt64 = 0) {
    self.init(
      seed: seed, analysisHash: Self.hash(analysis), index: index, substream: substream)
  }

  /// As above with the hash of the analysis computed once, for inner loops.
  public init(seed: UInt64, analysisHash: UInt64, index: UInt64, substream: UInt64 = 0) {
    philox = Philox4x64(key: (seed, analysisHash))
    self.index = index
    self.substream = substream
  }

  /// 64-bit FNV-1a of the UTF-8 bytes.
  public static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  @inline(__always)
  public mutating func next() -> UInt64 {
    if used == 4 {
      buffer = philox.block((nextBlock, index, substream, 0))
      nextBlock &+= 1
      used = 0
    }
    used += 1
    switch used {
    case 1: return buffer.0
    case 2: return buffer.1
    case 3: return buffer.2
    default: return buffer.3
    }
  }

  /// Four words at once, dropping what is left of the current block.
  @inline(__always)
  mutating func nextBlockOfWords() -> (UInt64, UInt64, UInt64, UInt64) {
    let words = philox.block((nextBlock, index, substream, 0))
    nextBlock &+= 1
    used = 4
    return words
  }

  /// A double in [0, 1) with 53 random bits.
  @inline(__always)
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An integer in 0..<bound without bias (Lemire 2019, doi:10.1145/3230636).
  ///
  /// - Precondition: `bound > 0`.
  @inline(__always)
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "integer(below:) needs a positive bound")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Fisher–Yates, from the last element down, so that the permutation is fixed by the stream.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }
}
