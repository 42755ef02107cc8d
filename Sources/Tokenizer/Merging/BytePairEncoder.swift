/// A token and the bytes of the text that it covers.
struct Symbol: Equatable, Sendable {
  var token: Int32
  var length: Int32
}

/// Byte-pair encoding of words by the rank of their merges.
///
/// A word starts as single bytes (byte-level) or single scalars; the pair of lowest rank merges,
/// the leftmost of equals, until no pair has a merge. Short words keep the ranks of their pairs in
/// an array and search it; long words use a heap, so that a word of a million bytes takes
/// O(n log n).
/// - Source: Sennrich, Haddow and Birch (2016), doi:10.18653/v1/P16-1162, algorithm 1. Oracle:
///   Hugging Face tokenizers 0.23 `BPE`.
struct BytePairEncoder: Sendable {
  /// What a word is made of before the first merge.
  enum Units: Equatable, Sendable {
    case bytes
    case scalars
  }

  var merges: MergeTable
  var units: Units
  /// A word that is a token as a whole is taken as it is (Llama-3).
  var ignoresMerges = false
  /// The token of each byte; with `scalars` the fallback of scalars without a token.
  var byteTokens: [Int32?]
  /// The token of anything else.
  var unknown: Int32?
  /// Whether neighbouring unknown units are one token.
  var fusesUnknown = false

  /// Above this many units a heap is faster than a search.
  static let searchLimit = 64

  /// Appends the symbols of a word.
  ///
  /// - Returns: `nil`, or the offset of a unit that has no token.
  func encode(
    _ word: UTF8Text, vocabulary: Vocabulary, into symbols: inout [Symbol]
  ) -> Int? {
    if ignoresMerges, let whole = vocabulary.id(of: word) {
      symbols.append(Symbol(token: whole, length: Int32(word.count)))
      return nil
    }
    let first = symbols.count
    if let missing = appendUnits(word, vocabulary: vocabulary, into: &symbols) { return missing }
    let count = symbols.count - first
    if count > Self.searchLimit {
      mergeByHeap(&symbols, from: first)
    } else if count > 1 {
      mergeBySearch(&symbols, from: first)
    }
    return nil
  }

  private func appendUnits(
    _ word: UTF8Text, vocabulary: Vocabulary, into symbols: inout [Symbol]
  ) -> Int? {
    if units == .bytes {
      for (offset, byte) in word.enumerated() {
        guard let token = byteTokens[Int(byte)] ?? unknown else { return offset }
        symbols.append(Symbol(token: token, length: 1))
      }
      return nil
    }
    var position = 0
    var afterUnknown = false
    while position < word.count {
      let length = word.scalar(at: position).length
      let bytes = word.slice(position..<position + length)
      var isUnknown = false
      if let token = vocabulary.id(of: bytes) {
        symbols.append(Symbol(token: token, length: Int32(length)))
      } else if bytes.allSatisfy({ byteTokens[Int($0)] != nil }) {
        for byte in bytes {
          if let token = byteTokens[Int(byte)] { symbols.append(Symbol(token: token, length: 1)) }
        }
      } else if let unknown {
        isUnknown = true
        if fusesUnknown, afterUnknown {
          symbols[symbols.count - 1].length += Int32(length)
        } else {
          symbols.append(Symbol(token: unknown, length: Int32(length)))
        }
      } else {
        return position
      }
      afterUnknown = isUnknown
      position += length
    }
    return nil
  }

  private func mergeBySearch(_ symbols: inout [Symbol], from first: Int) {
    let count = symbols.count - first
    withUnsafeTemporaryAllocation(of: MergeTable.Merge.self, capacity: count) { pairs in
      let left = symbols.withUnsafeMutableBufferPointer { all in
        let word = UnsafeMutableBufferPointer(rebasing: all[first...])
        let none = MergeTable.Merge(rank: MergeTable.none, token: 0)
        for index in 0..<count - 1 {
          pairs[index] = merges.merge(word[index].token, word[index + 1].token) ?? none
        }
        var last = count - 1
        while last > 0 {
          var (best, rank) = (0, MergeTable.none)
          for index in 0..<last where pairs[index].rank < rank {
            rank = pairs[index].rank
            best = index
          }
          guard rank != MergeTable.none else { break }
          word[best] = Symbol(
            token: pairs[best].token, length: word[best].length + word[best + 1].length)
          // The pair (best, best + 1) is gone; what follows moves one place to the left.
          for index in best + 1..<last {
            word[index] = word[index + 1]
            pairs[index - 1] = pairs[index]
          }
          last -= 1
          if best < last {
            pairs[best] = merges.merge(word[best].token, word[best + 1].token) ?? none
          }
          if best > 0 {
            pairs[best - 1] = merges.merge(word[best - 1].token, word[best].token) ?? none
          }
        }
        return last + 1
      }
      symbols.removeLast(count - left)
    }
  }

  private func mergeByHeap(_ symbols: inout [Symbol], from first: Int) {
    var chain = SymbolChain(symbols[first...])
    var heap = BinaryHeap<Candidate>()
    func propose(_ left: Int) {
      let right = chain.next(left)
      guard right >= 0, let merge = merges.merge(chain[left].token, chain[right].token) else {
        return
      }
      heap.push(Candidate(rank: merge.rank, position: Int32(left), token: merge.token))
    }
    for position in 0..<chain.count - 1 { propose(position) }
    while let candidate = heap.pop() {
      let left = Int(candidate.position)
      let right = chain.next(left)
      // Entries of pairs that have changed since are stale.
      guard chain[left].length > 0, right >= 0,
        merges.merge(chain[left].token, chain[right].token)
          == MergeTable.Merge(rank: candidate.rank, token: candidate.token)
      else { continue }
      chain.merge(left, into: candidate.token)
      propose(left)
      let before = chain.previous(left)
      if before >= 0 { propose(before) }
    }
    symbols.removeSubrange(first...)
    chain.forEach { symbols.append($0) }
  }

  private struct Candidate: Comparable {
    let rank: UInt32
    let position: Int32
    let token: Int32

    static func < (left: Self, right: Self) -> Bool {
      (left.rank, left.position) < (right.rank, right.position)
    }
  }
}
