/// Numbers distinct byte strings 0, 1, 2, … in order of first appearance.
///
/// An open-addressing table over one arena: a `Dictionary` of `String` costs an allocation and a
/// SipHash a row, and rows come by the million. Its order never reaches an output.
package struct ByteInterner {
  private var arena: [UInt8] = []
  /// `[index]`: where the bytes of an index end; they start where those of the one before end.
  private var ends: [Int] = []
  /// Index + 1, or 0 for a free slot; a power of two, at most 3/4 full.
  private var slots = [UInt32](repeating: 0, count: 64)
  private var hashes: [UInt64] = []

  package init() {}

  package var count: Int { ends.count }

  /// The index of `bytes`, and whether it is new.
  package mutating func intern(_ bytes: UnsafeBufferPointer<UInt8>) -> (index: Int, isNew: Bool) {
    let hash = Self.hash(bytes)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if hashes[index] == hash && equals(index, bytes) { return (index, false) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let index = ends.count
    arena.append(contentsOf: bytes)
    ends.append(arena.count)
    hashes.append(hash)
    slots[slot] = UInt32(index + 1)
    if 4 * ends.count > 3 * slots.count { grow() }
    return (index, true)
  }

  private func equals(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = index == 0 ? 0 : ends[index - 1]
    guard ends[index] - start == bytes.count else { return false }
    return arena.withUnsafeBufferPointer { arena in
      for offset in 0..<bytes.count where arena[start + offset] != bytes[offset] { return false }
      return true
    }
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: 2 * slots.count)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }

  /// Eight bytes a step with the multiply-xorshift finaliser of SplitMix64.
  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var state = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
    let raw = UnsafeRawBufferPointer(bytes)
    var offset = 0
    while offset + 8 <= raw.count {
      state = mix(state ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < raw.count {
      rest = rest << 8 | UInt64(raw[offset])
      offset += 1
    }
    return mix(state ^ rest)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
