extension TextTokenizer {
  /// Whether control tokens that are spelled out in a text become control tokens.
  public enum ControlText: Sendable, Equatable {
    /// As in Hugging Face's tokenizers.
    case isParsed
    /// Control tokens stay text: for texts of strangers. Other added tokens are parsed.
    case staysText
  }

  /// Encodes a text.
  ///
  /// - Parameters:
  ///   - addsSpecialTokens: whether beginning and end of sequence are added as the file says.
  ///     Rendered chats hold them already.
  /// - Throws: ``TokenizerError/unencodable(byteOffset:bytes:)``.
  /// - Complexity: O(n log n) in the longest word, O(n) in words.
  public func encode(
    _ text: String, addsSpecialTokens: Bool = true, controlText: ControlText = .isParsed
  ) throws -> TokenEncoding {
    var copy = text
    return try copy.withUTF8 { bytes in
      var run = EncodingRun(tokenizer: self, controlText: controlText)
      if addsSpecialTokens {
        for token in prefixTokens { run.result.append(token, 0..<0) }
      }
      try run.encode(bytes)
      if addsSpecialTokens {
        for token in suffixTokens { run.result.append(token, bytes.count..<bytes.count) }
      }
      return run.result
    }
  }
}

/// One call of ``TextTokenizer/encode(_:addsSpecialTokens:controlText:)``.
private struct EncodingRun {
  let tokenizer: TextTokenizer
  let controlText: TextTokenizer.ControlText
  var result = TokenEncoding()
  private var cache = WordCache()
  private var symbols: [Symbol] = []

  init(tokenizer: TextTokenizer, controlText: TextTokenizer.ControlText) {
    self.tokenizer = tokenizer
    self.controlText = controlText
  }

  private func isAllowed(_ entry: AddedTokens.Entry) -> Bool {
    controlText == .isParsed || !entry.isSpecial
  }

  mutating func encode(_ text: UTF8Text) throws {
    var position = 0
    for match in tokenizer.addedTokens.matches(in: text, isAllowed: isAllowed) {
      try encodeOriginal(text, position..<match.range.lowerBound)
      result.append(match.entry.id, match.range)
      position = match.range.upperBound
    }
    try encodeOriginal(text, position..<text.count)
  }

  /// A part of the text between added tokens.
  private mutating func encodeOriginal(_ text: UTF8Text, _ range: Range<Int>) throws {
    guard !range.isEmpty else { return }
    let part = text.slice(range)
    guard tokenizer.normalizer.keeps(part), tokenizer.normalizedTokens.entries.isEmpty,
      tokenizer.blankMark == nil
    else {
      return try encodeChanged(tokenizer.normalizer.apply(part, offset: range.lowerBound))
    }
    try tokenizer.splitter.words(of: part, in: 0..<part.count) { word in
      try encodeWord(part.slice(word), at: range.lowerBound + word.lowerBound)
      var offset = range.lowerBound + word.lowerBound
      for symbol in symbols {
        result.append(symbol.token, offset..<offset + Int(symbol.length))
        offset += Int(symbol.length)
      }
    }
  }

  private mutating func encodeChanged(_ text: AlignedText) throws {
    let matches = text.bytes.withUnsafeBufferPointer {
      tokenizer.normalizedTokens.matches(in: $0, isAllowed: isAllowed)
    }
    var position = 0
    for match in matches {
      try encodeAligned(text.part(position..<match.range.lowerBound))
      result.append(match.entry.id, text.original(match.range))
      position = match.range.upperBound
    }
    try encodeAligned(position == 0 ? text : text.part(position..<text.bytes.count))
  }

  private mutating func encodeAligned(_ part: AlignedText) throws {
    guard !part.bytes.isEmpty else { return }
    let text = tokenizer.blankMark.map { $0.apply(to: part) } ?? part
    try text.bytes.withUnsafeBufferPointer { bytes in
      try tokenizer.splitter.words(of: bytes, in: 0..<bytes.count) { word in
        try encodeWord(bytes.slice(word), at: text.original(word).lowerBound)
        var offset = word.lowerBound
        for symbol in symbols {
          result.append(symbol.token, text.original(offset..<offset + Int(symbol.length)))
          offset += Int(symbol.length)
        }
      }
    }
  }

  /// Leaves the tokens of a word in `symbols`.
  private mutating func encodeWord(_ word: UTF8Text, at offset: Int) throws {
    symbols.removeAll(keepingCapacity: true)
    if cache.find(word, into: &symbols) { return }
    let missing =
      switch tokenizer.algorithm {
      case .bytePair(let encoder):
        encoder.encode(word, vocabulary: tokenizer.vocabulary, into: &symbols)
      case .sentencePiece(let encoder):
        encoder.encode(word, vocabulary: tokenizer.vocabulary, into: &symbols)
      }
    if let missing {
      throw TokenizerError.unencodable(
        byteOffset: offset + missing, bytes: Array(word.dropFirst(missing).prefix(4)))
    }
    cache.insert(word, symbols)
  }
}

extension TextTokenizer.BlankMark {
  /// Writes blanks as marks, and one at the start where the file wants it.
  func apply(to text: AlignedText) -> AlignedText {
    var steps: [TextNormalizer.Step] = [.replace([0x20], with: mark)]
    let replaced = TextNormalizer(steps: steps).apply(text)
    let isFirst = text.original(0..<1).lowerBound == 0
    if prefix == .always || (prefix == .first && isFirst), !replaced.bytes.starts(with: mark) {
      steps = [.prepend(mark)]
      return TextNormalizer(steps: steps).apply(replaced)
    }
    return replaced
  }
}
