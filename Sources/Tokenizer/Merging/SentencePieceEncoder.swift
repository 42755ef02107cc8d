/// SentencePiece byte-pair encoding by score, as GGUF files of the model `llama` hold it.
///
/// A text starts as single scalars; the neighbours whose concatenation is the token of the highest
/// score merge, the leftmost of equals, until no concatenation is a token. What is no token then is
/// spelled in byte tokens `<0xXX>`.
/// - Source: Kudo and Richardson (2018), doi:10.18653/v1/D18-2012; sentencepiece `bpe_model.cc`.
///   Oracle: the `ggml-vocab-*.gguf.out` files of llama.cpp.
struct SentencePieceEncoder: Sendable {
  /// By id.
  var scores: [Float]
  /// Which tokens text can become: control, unknown and byte tokens cannot be written.
  var isText: [Bool]
  var byteTokens: [Int32?]
  var unknown: Int32?

  private struct Candidate: Comparable {
    let score: Float
    let position: Int32
    let length: Int32
    let token: Int32

    static func < (left: Self, right: Self) -> Bool {
      left.score > right.score || (left.score == right.score && left.position < right.position)
    }
  }

  /// Appends the symbols of a text.
  ///
  /// - Returns: `nil`, or the offset of a unit that has no token.
  func encode(_ text: UTF8Text, vocabulary: Vocabulary, into symbols: inout [Symbol]) -> Int? {
    var units: [Symbol] = []
    var offsets: [Int] = []
    var position = 0
    while position < text.count {
      let length = text.scalar(at: position).length
      offsets.append(position)
      let token = textToken(text.slice(position..<position + length), vocabulary)
      units.append(Symbol(token: token ?? -1, length: Int32(length)))
      position += length
    }
    var chain = SymbolChain(units)
    var heap = BinaryHeap<Candidate>()
    func propose(_ left: Int) {
      let right = chain.next(left)
      guard right >= 0 else { return }
      let length = chain[left].length + chain[right].length
      guard Int(length) <= vocabulary.longestToken else { return }
      let range = offsets[left]..<offsets[left] + Int(length)
      guard let token = textToken(text.slice(range), vocabulary) else { return }
      heap.push(
        Candidate(
          score: scores[Int(token)], position: Int32(left), length: length, token: token))
    }
    for left in units.indices.dropLast() { propose(left) }
    while let candidate = heap.pop() {
      let left = Int(candidate.position)
      let right = chain.next(left)
      guard chain[left].length > 0, right >= 0,
        chain[left].length + chain[right].length == candidate.length
      else { continue }
      chain.merge(left, into: candidate.token)
      propose(left)
      let before = chain.previous(left)
      if before >= 0 { propose(before) }
    }
    var missing: Int?
    var offset = 0
    chain.forEach { symbol in
      defer { offset += Int(symbol.length) }
      if symbol.token >= 0 {
        symbols.append(symbol)
        return
      }
      let bytes = text.slice(offset..<offset + Int(symbol.length))
      if bytes.allSatisfy({ byteTokens[Int($0)] != nil }) {
        for byte in bytes {
          symbols.append(Symbol(token: byteTokens[Int(byte)] ?? 0, length: 1))
        }
      } else if let unknown {
        symbols.append(Symbol(token: unknown, length: symbol.length))
      } else {
        missing = missing ?? offset
      }
    }
    return missing
  }

  private func textToken(_ bytes: UTF8Text, _ vocabulary: Vocabulary) -> Int32? {
    guard let id = vocabulary.id(of: bytes), isText[Int(id)] else { return nil }
    return id
  }
}
