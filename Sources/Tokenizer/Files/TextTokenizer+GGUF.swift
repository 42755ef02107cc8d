extension TextTokenizer {
  /// Names of GGUF pre-tokenizers and what they do. All normalize as the checkpoint's original
  /// tokenizer does: llama.cpp leaves NFC out, and then tokenizes decomposed text differently.
  private static let splitters: [String: (steps: [WordSplitter.Step], isComposed: Bool)] = [
    "gpt-2": ([.pattern(.gpt2)], false), "gpt2": ([.pattern(.gpt2)], false),
    "default": ([.pattern(.gpt2)], false),
    "smollm": ([.digits(alone: true), .pattern(.gpt2)], false),
    "starcoder": ([.digits(alone: true), .pattern(.gpt2)], false),
    "refact": ([.digits(alone: true), .pattern(.gpt2)], false),
    "command-r": ([.digits(alone: true), .pattern(.gpt2)], true),
    "llama-bpe": ([.pattern(.llama3)], false), "llama3": ([.pattern(.llama3)], false),
    "llama-v3": ([.pattern(.llama3)], false), "dbrx": ([.pattern(.llama3)], false),
    "qwen2": ([.pattern(.qwen2)], true), "qwen35": ([.pattern(.qwen35)], true),
    "deepseek-r1-qwen": ([.pattern(.qwen2)], true),
    "mpt": ([.pattern(.gpt2)], true), "olmo": ([.pattern(.gpt2)], true),
  ]

  private enum Kind {
    static let unknown = 2
    static let control = 3
    static let userDefined = 4
    static let unused = 5
    static let byte = 6
  }

  /// Builds the tokenizer of a GGUF file.
  ///
  /// - Throws: ``TokenizerError``; its path is `path`.
  public init(_ stored: StoredVocabulary, path: String) throws {
    func corrupt(_ problem: String) -> TokenizerError {
      .corruptFile(path: path, offset: nil, problem: problem)
    }
    guard !stored.tokens.isEmpty else { throw corrupt("it has no vocabulary") }
    guard stored.types.isEmpty || stored.types.count == stored.tokens.count else {
      throw corrupt(
        "\(stored.tokens.count) tokens have \(stored.types.count) types")
    }
    let isByteLevel = stored.model == "gpt2"
    guard isByteLevel || stored.model == "llama" else {
      throw TokenizerError.unsupported(
        path: path, part: "the vocabulary model \"\(stored.model.prefix(40))\"")
    }
    var added: [AddedTokens.Entry] = []
    let vocabulary: Vocabulary
    do {
      vocabulary = try Self.vocabulary(stored, isByteLevel: isByteLevel, added: &added)
    } catch let problem as VocabularyProblem {
      throw corrupt(problem.sentence)
    }
    func token(_ id: Int?) -> Int32? {
      guard let id, vocabulary.hasToken(id) else { return nil }
      return Int32(id)
    }
    let begin = token(stored.beginToken)
    let end = token(stored.endToken)
    var parts = try Self.parts(
      stored, vocabulary: vocabulary, isByteLevel: isByteLevel, unknown: token(stored.unknownToken),
      path: path)
    parts.addedTokens = added
    parts.beginToken = begin
    parts.endToken = end
    let addsBegin =
      stored.addsBeginToken
      ?? (!isByteLevel || ["llama-bpe", "llama3", "llama-v3"].contains(stored.splitter ?? ""))
    if addsBegin, let begin { parts.prefixTokens = [begin] }
    if stored.addsEndToken ?? false, let end { parts.suffixTokens = [end] }
    self.init(parts)
  }

  private static func vocabulary(
    _ stored: StoredVocabulary, isByteLevel: Bool, added: inout [AddedTokens.Entry]
  ) throws -> Vocabulary {
    var builder = Vocabulary.Builder()
    var decoded: [UInt8] = []
    for (id, content) in stored.tokens.enumerated() {
      guard String(validating: content, as: UTF8.self) != nil else {
        throw VocabularyProblem("token \(id) is not valid UTF-8")
      }
      let type = stored.types.isEmpty ? 1 : stored.types[id]
      if type == Kind.control || type == Kind.userDefined || type == Kind.unused {
        // Rows without a token are called [PAD…] by the converters.
        let isPadding = type != Kind.control && content == Array("[PAD\(id)]".utf8)
        if type == Kind.unused || isPadding || content.isEmpty { continue }
        try builder.add(content, id: id, isFindable: !isByteLevel && type == Kind.userDefined)
        added.append(
          AddedTokens.Entry(
            content: content, id: Int32(id), isSpecial: type == Kind.control))
        continue
      }
      decoded.removeAll(keepingCapacity: true)
      let isSpelled =
        isByteLevel && content.withUnsafeBufferPointer { ByteAlphabet.decode($0, into: &decoded) }
      try builder.add(
        isSpelled ? decoded : content, id: id,
        isFindable: isSpelled || (!isByteLevel && type != Kind.unknown))
    }
    return try Vocabulary(builder, lastOfEqualsCounts: true)
  }

  private static func parts(
    _ stored: StoredVocabulary, vocabulary: Vocabulary, isByteLevel: Bool, unknown: Int32?,
    path: String
  ) throws -> Parts {
    guard isByteLevel else {
      return try sentencePieceParts(stored, vocabulary: vocabulary, unknown: unknown, path: path)
    }
    let name = stored.splitter ?? "default"
    guard let splitter = splitters[name] else {
      throw TokenizerError.unsupported(path: path, part: "the pre-tokenizer \"\(name.prefix(40))\"")
    }
    var encoder = BytePairEncoder(
      merges: try merges(stored, vocabulary: vocabulary, path: path), units: .bytes,
      byteTokens: vocabulary.singleBytes())
    encoder.ignoresMerges = splitter.steps == [.pattern(.llama3)]
    var parts = Parts(vocabulary: vocabulary, algorithm: .bytePair(encoder))
    parts.splitter = WordSplitter(steps: splitter.steps)
    if splitter.isComposed { parts.normalizer.steps = [.composed] }
    return parts
  }

  private static func merges(
    _ stored: StoredVocabulary, vocabulary: Vocabulary, path: String
  ) throws -> MergeTable {
    var table = MergeTable(capacity: stored.merges.count)
    for (rank, merge) in stored.merges.enumerated() {
      var decoded: [UInt8] = []
      func id(_ spelling: ArraySlice<UInt8>) -> Int32? {
        decoded.removeAll(keepingCapacity: true)
        let isSpelled = spelling.withUnsafeBufferPointer {
          ByteAlphabet.decode($0, into: &decoded)
        }
        return isSpelled ? vocabulary.id(of: decoded) : nil
      }
      guard String(validating: merge, as: UTF8.self) != nil,
        let blank = merge.dropFirst().firstIndex(of: 0x20),
        let left = id(merge[..<blank]), let right = id(merge[(blank + 1)...]),
        let merged = id(merge[..<blank] + merge[(blank + 1)...])
      else {
        throw TokenizerError.corruptFile(
          path: path, offset: nil,
          problem: "merge \(rank) is no pair, or needs a token that the vocabulary lacks")
      }
      table.insert(left, right, rank: UInt32(rank), token: merged)
    }
    return table
  }

  private static func sentencePieceParts(
    _ stored: StoredVocabulary, vocabulary: Vocabulary, unknown: Int32?, path: String
  ) throws -> Parts {
    guard stored.scores.count == stored.tokens.count, stored.scores.allSatisfy({ !$0.isNaN }) else {
      throw TokenizerError.corruptFile(
        path: path, offset: nil,
        problem: "\(stored.tokens.count) tokens need as many scores, found \(stored.scores.count)")
    }
    let types =
      stored.types.isEmpty ? [Int](repeating: 1, count: stored.tokens.count) : stored.types
    let byteTokens = vocabulary.spelledBytes()
    let encoder = SentencePieceEncoder(
      scores: stored.scores, isText: types.map { $0 == 1 || $0 == Kind.userDefined },
      byteTokens: byteTokens, unknown: unknown)
    var parts = Parts(vocabulary: vocabulary, algorithm: .sentencePiece(encoder))
    for (byte, token) in byteTokens.enumerated() {
      if let token { parts.byteOfToken[token] = UInt8(byte) }
    }
    let mark = Array("▁".utf8)
    let addsPrefix = stored.addsSpacePrefix ?? true
    parts.normalizer.steps = [.replace([0x20], with: mark)]
    if addsPrefix { parts.normalizer.steps.append(.prepend(mark)) }
    parts.decoding = Decoding(blankMark: mark, dropsFirstBlank: addsPrefix)
    return parts
  }
}
