internal import Tokenizer

extension CheckpointTokenizer {
  init(_ checkpoint: GGUFCheckpoint, path: String) throws {
    func value(_ key: String) -> GGUFValue? { checkpoint.metadata["tokenizer.ggml.\(key)"] }
    guard let model = value("model")?.stringValue, let tokens = value("tokens")?.arrayValue else {
      throw TokenizerError.corruptFile(
        path: path, offset: nil, problem: "it has no tokenizer.ggml.model and tokens")
    }
    var stored = StoredVocabulary(model: model, tokens: tokens.byteStrings())
    stored.splitter = value("pre")?.stringValue
    stored.types = value("token_type")?.arrayValue?.elements().map { $0.intValue ?? 1 } ?? []
    stored.scores =
      value("scores")?.arrayValue?.elements().map { Float($0.doubleValue ?? .nan) } ?? []
    stored.merges = value("merges")?.arrayValue?.byteStrings() ?? []
    stored.beginToken = value("bos_token_id")?.intValue
    stored.endToken = value("eos_token_id")?.intValue
    stored.unknownToken = value("unknown_token_id")?.intValue
    stored.addsBeginToken = value("add_bos_token")?.boolValue
    stored.addsEndToken = value("add_eos_token")?.boolValue
    stored.addsSpacePrefix = value("add_space_prefix")?.boolValue
    self.init(
      tokenizer: try TextTokenizer(stored, path: path),
      chatTemplateSource: checkpoint.metadata["tokenizer.chat_template"]?.stringValue,
      namedEnds: checkpoint.endTokens)
  }
}
