// What happens inside, for tests and for people who ask why a text is cut where it is.
extension TextTokenizer {
  /// The text as the tokenizer normalizes it, added tokens not looked for.
  package func normalized(_ text: String) -> String {
    String(decoding: normalizer.applied(to: Array(text.utf8)), as: UTF8.self)
  }

  /// The words of a text that needs no normalization, as ranges of UTF-8 bytes.
  package func words(of text: String) throws -> [Range<Int>] {
    var copy = text
    return try copy.withUTF8 { bytes in
      var ranges: [Range<Int>] = []
      try splitter.words(of: bytes, in: 0..<bytes.count) { ranges.append($0) }
      return ranges
    }
  }
}
