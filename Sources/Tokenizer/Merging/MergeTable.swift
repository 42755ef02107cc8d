/// The merges of a byte-pair vocabulary: pair of tokens → rank and merged token.
struct MergeTable: Sendable {
  struct Merge: Equatable, Sendable {
    /// Lower ranks merge first.
    let rank: UInt32
    let token: Int32
  }

  static let none = UInt32.max

  private struct Slot {
    var key: UInt64
    var rank: UInt32
    var token: Int32
  }

  private var slots: [Slot]
  private let seed: UInt64
  private(set) var count = 0

  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = Array(repeating: Slot(key: .max, rank: Self.none, token: 0), count: size)
    seed = HashSeed.process
  }

  /// Of merges of the same pair the last counts, as in Hugging Face's tokenizers.
  mutating func insert(_ left: Int32, _ right: Int32, rank: UInt32, token: Int32) {
    precondition(2 * count <= slots.count, "the capacity is the number of merges")
    let key = Self.key(left, right)
    var slot = start(key)
    while slots[slot].key != .max, slots[slot].key != key { slot = (slot + 1) & (slots.count - 1) }
    if slots[slot].key == .max { count += 1 }
    slots[slot] = Slot(key: key, rank: rank, token: token)
  }

  @inline(__always)
  func merge(_ left: Int32, _ right: Int32) -> Merge? {
    let key = Self.key(left, right)
    return slots.withUnsafeBufferPointer { slots in
      var slot = start(key)
      while true {
        let found = slots[slot]
        if found.key == key { return Merge(rank: found.rank, token: found.token) }
        if found.key == .max { return nil }
        slot = (slot + 1) & (slots.count - 1)
      }
    }
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private func start(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: HashSeed.mix(key, seed)) & (slots.count - 1)
  }
}
