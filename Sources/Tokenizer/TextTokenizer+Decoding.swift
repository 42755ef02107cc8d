extension TextTokenizer {
  /// The text of tokens. Bytes that are no UTF-8 become U+FFFD, one for each maximal part.
  ///
  /// - Parameter skipsSpecialTokens: whether control tokens are left out; added tokens that are no
  ///   control tokens (`<think>`) are always printed.
  /// - Throws: ``TokenizerError/unknownToken(id:count:)``.
  public func decode(
    _ tokens: some Sequence<Int32>, skipsSpecialTokens: Bool = true
  ) throws -> String {
    var decoder = StreamingDecoder(self, skipsSpecialTokens: skipsSpecialTokens)
    var text = ""
    for token in tokens { text += try decoder.append(token) }
    return text + decoder.finish()
  }

  /// Appends the bytes that a token stands for in a text.
  func appendBytes(of token: Int32, to bytes: inout [UInt8]) throws {
    guard vocabulary.hasToken(Int(token)) else {
      throw TokenizerError.unknownToken(id: token, count: vocabulary.count)
    }
    if let byte = byteOfToken[token] {
      bytes.append(byte)
      return
    }
    vocabulary.withToken(Int(token)) { content in
      guard let mark = decoding.blankMark, let first = mark.first, !isAdded(token) else {
        bytes += content
        return
      }
      var position = 0
      while position < content.count {
        if content[position] == first, content[position...].starts(with: mark) {
          bytes.append(0x20)
          position += mark.count
        } else {
          bytes.append(content[position])
          position += 1
        }
      }
    }
  }
}

/// Decodes tokens as they are generated; the pieces joined are the decoded text.
public struct StreamingDecoder: Sendable {
  private let tokenizer: TextTokenizer
  private let skipsSpecialTokens: Bool
  private var pending: [UInt8] = []
  private var isAtStart = true

  public init(_ tokenizer: TextTokenizer, skipsSpecialTokens: Bool = true) {
    self.tokenizer = tokenizer
    self.skipsSpecialTokens = skipsSpecialTokens
  }

  /// The text that is complete with this token; a character that is not complete waits.
  ///
  /// - Throws: ``TokenizerError/unknownToken(id:count:)``.
  public mutating func append(_ token: Int32) throws -> String {
    if skipsSpecialTokens, tokenizer.isSpecial(token) { return "" }
    let before = pending.count
    try tokenizer.appendBytes(of: token, to: &pending)
    if isAtStart, pending.count > before {
      isAtStart = false
      if tokenizer.decoding.dropsFirstBlank, pending.first == 0x20 { pending.removeFirst() }
    }
    let complete = pending.count - Self.incompleteSuffix(pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  /// What is left when no token follows.
  public mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  /// Bytes at the end that may still become a character.
  static func incompleteSuffix(_ bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      let first = bytes[bytes.count - length]
      if first & 0xC0 == 0x80 { continue }
      let needed = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
      guard needed > length, first <= 0xF4 else { return 0 }
      // Overlong forms, surrogates and values beyond U+10FFFF show in the second byte.
      if length > 1 {
        let second = bytes[bytes.count - length + 1]
        let range: ClosedRange<UInt8> =
          switch first {
          case 0xE0: 0xA0...0xBF
          case 0xED: 0x80...0x9F
          case 0xF0: 0x90...0xBF
          case 0xF4: 0x80...0x8F
          default: 0x80...0xBF
          }
        if !range.contains(second) { return 0 }
      }
      return length
    }
    return 0
  }
}
