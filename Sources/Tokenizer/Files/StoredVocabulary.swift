/// The tokenizer entries of a GGUF file, `tokenizer.ggml.…`, not yet judged.
public struct StoredVocabulary: Sendable {
  /// `gpt2` (byte-level) or `llama` (SentencePiece).
  public var model: String
  /// The name of the pre-tokenizer.
  public var splitter: String?
  public var tokens: [[UInt8]]
  /// 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte; empty: all normal.
  public var types: [Int]
  public var scores: [Float]
  /// Two parts with a space between them.
  public var merges: [[UInt8]]
  public var beginToken: Int?
  public var endToken: Int?
  public var unknownToken: Int?
  public var addsBeginToken: Bool?
  public var addsEndToken: Bool?
  public var addsSpacePrefix: Bool?

  public init(model: String, tokens: [[UInt8]]) {
    self.model = model
    self.tokens = tokens
    types = []
    scores = []
    merges = []
  }
}
