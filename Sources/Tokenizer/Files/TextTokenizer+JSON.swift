extension TextTokenizer {
  /// Reads a `tokenizer.json` of Hugging Face's tokenizers: byte-pair models, byte-level or with
  /// byte fallback.
  ///
  /// - Parameters:
  ///   - json: the bytes of the file.
  ///   - path: where they come from, for errors.
  ///   - beginToken, endToken: contents named in `tokenizer_config.json`, if any.
  /// - Throws: ``TokenizerError/corruptFile(path:offset:problem:)``,
  ///   ``TokenizerError/unsupported(path:part:)``.
  public init(
    json: UnsafeRawBufferPointer, path: String, beginToken: String? = nil, endToken: String? = nil
  ) throws {
    var file = try TokenizerJSON(json, path: path)
    var parts = try file.parts()
    func id(_ content: String?) -> Int32? {
      guard let content else { return nil }
      let bytes = Array(content.utf8)
      return parts.addedTokens.last { $0.content == bytes }?.id ?? parts.vocabulary.id(of: bytes)
    }
    parts.beginToken = id(beginToken)
    parts.endToken = id(endToken)
    self.init(parts)
  }
}
