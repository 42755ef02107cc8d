/// Turns text into the token ids of a model and back.
///
/// It follows the tokenizer of the checkpoint: added tokens are found first, the rest is normalized,
/// cut into words, and each word is merged into tokens. Knows no model and no file format; see
/// ``TextTokenizer/init(json:path:)`` and ``TextTokenizer/init(_:path:)`` for where it comes from.
public struct TextTokenizer: Sendable {
  enum Algorithm: Sendable {
    case bytePair(BytePairEncoder)
    case sentencePiece(SentencePieceEncoder)
  }

  /// A blank before the first word, written by `Metaspace` pre-tokenizers.
  struct BlankMark: Equatable, Sendable {
    enum Prefix: Equatable, Sendable {
      case always
      case first
      case never
    }

    var mark: [UInt8]
    var prefix: Prefix
  }

  /// What decoding does to the bytes of tokens.
  struct Decoding: Equatable, Sendable {
    /// What stands for a blank; `nil`: tokens are raw bytes.
    var blankMark: [UInt8]?
    /// Whether one blank at the start of a text is not printed.
    var dropsFirstBlank = false
  }

  let vocabulary: Vocabulary
  let algorithm: Algorithm
  let normalizer: TextNormalizer
  let blankMark: BlankMark?
  let splitter: WordSplitter
  let addedTokens: AddedTokens
  /// Added tokens whose content is matched in normalized text.
  let normalizedTokens: AddedTokens
  let decoding: Decoding
  /// Byte tokens of vocabularies of scalars: id → byte.
  let byteOfToken: [Int32: UInt8]
  /// Ids that are placed before and after every text.
  public let prefixTokens: [Int32]
  public let suffixTokens: [Int32]
  /// End of sequence and beginning of sequence as the file names them.
  public let endToken: Int32?
  public let beginToken: Int32?
  private let kinds: [UInt8]

  private static let isSpecialBit: UInt8 = 1
  private static let isAddedBit: UInt8 = 2

  /// What the loaders have found.
  struct Parts {
    var vocabulary: Vocabulary
    var algorithm: Algorithm
    var normalizer = TextNormalizer()
    var blankMark: BlankMark?
    var splitter = WordSplitter(steps: [])
    var addedTokens: [AddedTokens.Entry] = []
    var decoding = Decoding()
    var byteOfToken: [Int32: UInt8] = [:]
    var prefixTokens: [Int32] = []
    var suffixTokens: [Int32] = []
    var endToken: Int32?
    var beginToken: Int32?
  }

  init(_ parts: Parts) {
    vocabulary = parts.vocabulary
    algorithm = parts.algorithm
    normalizer = parts.normalizer
    blankMark = parts.blankMark
    splitter = parts.splitter
    decoding = parts.decoding
    byteOfToken = parts.byteOfToken
    prefixTokens = parts.prefixTokens
    suffixTokens = parts.suffixTokens
    endToken = parts.endToken
    beginToken = parts.beginToken
    let normalizer = parts.normalizer
    addedTokens = AddedTokens(parts.addedTokens.filter { !$0.isNormalized })
    normalizedTokens = AddedTokens(
      parts.addedTokens.filter(\.isNormalized).map { entry in
        var entry = entry
        entry.content = normalizer.applied(to: entry.content)
        return entry
      })
    var kinds = [UInt8](repeating: 0, count: parts.vocabulary.count)
    for entry in parts.addedTokens where kinds.indices.contains(Int(entry.id)) {
      kinds[Int(entry.id)] = Self.isAddedBit | (entry.isSpecial ? Self.isSpecialBit : 0)
    }
    self.kinds = kinds
  }

  /// One more than the highest token id. Rows of the model from here on are padding.
  public var vocabularySize: Int { vocabulary.count }

  /// Ids below ``vocabularySize`` without a token; to be masked in generation.
  public var unusedTokens: [Int32] {
    (0..<vocabulary.count).filter { !vocabulary.hasToken($0) }.map(Int32.init)
  }

  /// Whether a token is a control token, not printed in a decoded text.
  public func isSpecial(_ token: Int32) -> Bool { kind(token) & Self.isSpecialBit != 0 }

  func isAdded(_ token: Int32) -> Bool { kind(token) & Self.isAddedBit != 0 }

  private func kind(_ token: Int32) -> UInt8 {
    kinds.indices.contains(Int(token)) ? kinds[Int(token)] : 0
  }

  /// The id of a token by its content; of added tokens first.
  public func id(of content: String) -> Int32? {
    let bytes = Array(content.utf8)
    let added = addedTokens.entries + normalizedTokens.entries
    return added.last { $0.content == bytes }?.id ?? vocabulary.id(of: bytes)
  }

  /// A token as its file spells it, invalid UTF-8 replaced; `nil` without a token.
  public func spelling(of token: Int32) -> String? {
    guard let bytes = vocabulary.bytes(Int(token)) else { return nil }
    if case .bytePair(let encoder) = algorithm, encoder.units == .bytes, !isAdded(token) {
      return ByteAlphabet.spelling(bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
