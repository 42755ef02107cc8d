/// The tokens of words that came before in the same text.
///
/// Open addressing without eviction: when it is full, words are encoded anew. The result is the same
/// with and without it.
struct WordCache {
  static let longestWord = 32
  private static let slotCount = 1 << 13
  private static let maximumProbes = 4

  private struct Slot {
    var hash: UInt64 = 0
    var word: UInt32 = 0
    var wordLength: UInt32 = 0
    var symbols: UInt32 = 0
    var symbolCount: UInt32 = 0
  }

  private var slots: [Slot] = []
  private var words: [UInt8] = []
  private var symbols: [Symbol] = []

  /// Appends the symbols of a known word; `false` when it is not known.
  @inline(__always)
  mutating func find(_ word: UTF8Text, into result: inout [Symbol]) -> Bool {
    guard !slots.isEmpty, word.count <= Self.longestWord else { return false }
    let hash = HashSeed.hash(word, HashSeed.process)
    for probe in 0..<Self.maximumProbes {
      let slot = slots[(Int(truncatingIfNeeded: hash) &+ probe) & (Self.slotCount - 1)]
      if slot.symbolCount == 0 { return false }
      guard slot.hash == hash, Int(slot.wordLength) == word.count else { continue }
      let isEqual = words.withUnsafeBufferPointer { words in
        (0..<word.count).allSatisfy { words[Int(slot.word) + $0] == word[$0] }
      }
      guard isEqual else { continue }
      for index in Int(slot.symbols)..<Int(slot.symbols + slot.symbolCount) {
        result.append(symbols[index])
      }
      return true
    }
    return false
  }

  mutating func insert(_ word: UTF8Text, _ found: [Symbol]) {
    guard word.count <= Self.longestWord, !found.isEmpty else { return }
    if slots.isEmpty { slots = Array(repeating: Slot(), count: Self.slotCount) }
    let hash = HashSeed.hash(word, HashSeed.process)
    for probe in 0..<Self.maximumProbes {
      let index = (Int(truncatingIfNeeded: hash) &+ probe) & (Self.slotCount - 1)
      guard slots[index].symbolCount == 0 else { continue }
      slots[index] = Slot(
        hash: hash, word: UInt32(words.count), wordLength: UInt32(word.count),
        symbols: UInt32(symbols.count), symbolCount: UInt32(found.count))
      words += word
      symbols += found
      return
    }
  }
}
