internal import CanonicalJSON

/// A `tokenizer.json` of Hugging Face's tokenizers on its way to a ``TextTokenizer``.
///
/// - Source: the serialization of tokenizers 0.23 (`tokenizers/src/tokenizer/serialization.rs` and
///   the modules it names).
struct TokenizerJSON {
  static let maximumBytes = 256 << 20

  let path: String
  private let bytes: UnsafeRawBufferPointer
  private var sections: [String: Range<Int>] = [:]
  private var model: [String: Range<Int>] = [:]
  /// Whether tokens are spelled in the byte alphabet.
  private var isByteLevel = false
  private var added: [AddedTokens.Entry] = []

  init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
    self.path = path
    self.bytes = bytes
    guard bytes.count <= Self.maximumBytes else {
      throw TokenizerError.corruptFile(
        path: path, offset: 0, problem: "\(bytes.count) bytes are too many")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw TokenizerError.corruptFile(path: path, offset: 0, problem: "it is not valid UTF-8")
    }
    var scanner = scanner(0..<bytes.count)
    sections = try Self.ranges(&scanner)
    try scanner.requireEnd()
    guard let range = sections["model"] else { throw corrupt("it has no model") }
    var inner = self.scanner(range)
    model = try Self.ranges(&inner)
  }

  private static func ranges(_ scanner: inout JSONScanner) throws -> [String: Range<Int>] {
    var ranges: [String: Range<Int>] = [:]
    try scanner.members { scanner, key in
      let start = scanner.position
      let range = try scanner.skip()
      guard ranges.updateValue(range, forKey: String(decoding: key, as: UTF8.self)) == nil else {
        throw scanner.error("a key stands twice in this object", at: start)
      }
    }
    return ranges
  }

  private func scanner(_ range: Range<Int>) -> JSONScanner {
    JSONScanner(bytes, range: range, path: path)
  }

  func corrupt(_ problem: String, at offset: Int? = nil) -> TokenizerError {
    .corruptFile(path: path, offset: offset, problem: problem)
  }

  func unsupported(_ part: String) -> TokenizerError { .unsupported(path: path, part: part) }

  /// A section as a value; `null` when it is absent.
  private func section(_ name: String) throws -> JSONValue {
    guard let range = sections[name] else { return .null }
    var scanner = scanner(range)
    return try scanner.value()
  }

  private func modelValue(_ name: String) throws -> JSONValue {
    guard let range = model[name] else { return .null }
    var scanner = scanner(range)
    return try scanner.value()
  }

  mutating func parts() throws -> TextTokenizer.Parts {
    let type = try modelValue("type").stringValue ?? "BPE"
    guard type == "BPE" else { throw unsupported("the model \(type.prefix(40))") }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let affix = try modelValue(name).stringValue, !affix.isEmpty {
        throw unsupported("\(name) \"\(affix.prefix(40))\"")
      }
    }
    if let dropout = try modelValue("dropout").doubleValue, dropout > 0 {
      throw unsupported("dropout \(dropout)")
    }
    let components = TokenizerComponents(file: self)
    let split = try components.preTokenizer(try section("pre_tokenizer"))
    isByteLevel = split.isByteLevel
    added = try addedTokens()
    let vocabulary = try vocabulary()
    var encoder = BytePairEncoder(
      merges: try merges(vocabulary), units: isByteLevel ? .bytes : .scalars,
      byteTokens: byteTokens(vocabulary))
    encoder.ignoresMerges = try modelValue("ignore_merges").boolValue ?? false
    encoder.fusesUnknown = try modelValue("fuse_unk").boolValue ?? false
    let fallsBack = try modelValue("byte_fallback").boolValue ?? false
    if !isByteLevel, !fallsBack { encoder.byteTokens = Array(repeating: nil, count: 256) }
    if let unknown = try modelValue("unk_token").stringValue {
      encoder.unknown = vocabulary.id(of: Array(unknown.utf8))
    }
    var parts = TextTokenizer.Parts(vocabulary: vocabulary, algorithm: .bytePair(encoder))
    parts.normalizer = try components.normalizer(try section("normalizer"))
    parts.blankMark = split.blankMark
    parts.splitter = WordSplitter(steps: split.steps)
    parts.addedTokens = added
    parts.decoding = try components.decoding(
      try section("decoder"), isByteLevel: isByteLevel)
    if fallsBack {
      for (byte, token) in encoder.byteTokens.enumerated() {
        if let token { parts.byteOfToken[token] = UInt8(byte) }
      }
    }
    let template = try components.template(try section("post_processor"))
    for token in template.prefix + template.suffix where !vocabulary.hasToken(Int(token)) {
      throw corrupt("the post-processor adds the token \(token), which does not exist")
    }
    parts.prefixTokens = template.prefix
    parts.suffixTokens = template.suffix
    return parts
  }

  private func addedTokens() throws -> [AddedTokens.Entry] {
    guard let range = sections["added_tokens"] else { return [] }
    var entries: [AddedTokens.Entry] = []
    var scanner = scanner(range)
    guard scanner.peek() == UInt8(ascii: "[") else { return [] }
    try scanner.elements { scanner in
      let start = scanner.position
      let token = try scanner.value()
      guard let content = token["content"]?.stringValue, let id = token["id"]?.intValue,
        id >= 0, let exact = Int32(exactly: id)
      else { throw scanner.error("an added token needs a content and an id from 0 on", at: start) }
      guard content.utf8.count <= Vocabulary.maximumTokenBytes else {
        throw scanner.error("an added token is too long", at: start)
      }
      func flag(_ name: String) -> Bool { token[name]?.boolValue ?? false }
      guard !content.isEmpty else { return }
      entries.append(
        AddedTokens.Entry(
          content: Array(content.utf8), id: exact, isSpecial: flag("special"),
          isNormalized: flag("normalized"), takesBlanksBefore: flag("lstrip"),
          takesBlanksAfter: flag("rstrip"), isWholeWord: flag("single_word")))
    }
    return entries
  }

  private func vocabulary() throws -> Vocabulary {
    guard let range = model["vocab"] else { throw corrupt("the model has no vocab") }
    let byID = Dictionary(added.map { (Int($0.id), $0.content) }) { _, last in last }
    var missing = byID
    var builder = Vocabulary.Builder()
    var decoded: [UInt8] = []
    var scanner = scanner(range)
    do {
      try scanner.members { scanner, spelling in
        let start = scanner.position
        let id = try scanner.integer()
        if let content = byID[id] {
          guard content == spelling else {
            throw scanner.error("the id \(id) stands for two tokens", at: start)
          }
          missing[id] = nil
        }
        decoded.removeAll(keepingCapacity: true)
        var isSpelled = false
        if isByteLevel {
          isSpelled = spelling.withUnsafeBufferPointer { ByteAlphabet.decode($0, into: &decoded) }
        }
        if isSpelled, byID[id].map({ $0 == decoded }) ?? true {
          try builder.add(decoded, id: id, isFindable: true)
        } else {
          try builder.add(spelling, id: id, isFindable: !isByteLevel)
        }
      }
      for id in missing.keys.sorted() {
        if let content = missing[id] { try builder.add(content, id: id, isFindable: false) }
      }
      return try Vocabulary(builder)
    } catch let problem as VocabularyProblem {
      throw corrupt(problem.sentence, at: range.lowerBound)
    }
  }

  private func merges(_ vocabulary: Vocabulary) throws -> MergeTable {
    guard let range = model["merges"] else { throw corrupt("the model has no merges") }
    // A merge takes at least five bytes.
    var table = MergeTable(capacity: range.count / 5 + 1)
    var pair: (left: [UInt8], right: [UInt8]) = ([], [])
    var scanner = scanner(range)
    var rank: UInt32 = 0
    try scanner.elements { scanner in
      let start = scanner.position
      if scanner.peek() == UInt8(ascii: "[") {
        var count = 0
        try scanner.elements { scanner in
          if count == 0 { try scanner.string(into: &pair.left) }
          if count == 1 { try scanner.string(into: &pair.right) }
          guard count < 2 else { throw scanner.error("a merge has two parts", at: start) }
          count += 1
        }
        guard count == 2 else { throw scanner.error("a merge has two parts", at: start) }
      } else {
        try scanner.string(into: &pair.left)
        guard let blank = pair.left.firstIndex(of: 0x20),
          pair.left.lastIndex(of: 0x20) == blank
        else { throw scanner.error("a merge has two parts", at: start) }
        pair.right = Array(pair.left[(blank + 1)...])
        pair.left.removeSubrange(blank...)
      }
      guard let left = findable(pair.left, vocabulary),
        let right = findable(pair.right, vocabulary),
        let merged = findable(pair.left + pair.right, vocabulary)
      else {
        throw scanner.error("merge \(rank) needs a token that the vocabulary lacks", at: start)
      }
      table.insert(left, right, rank: rank, token: merged)
      rank += 1
    }
    return table
  }

  private func findable(_ spelling: [UInt8], _ vocabulary: Vocabulary) -> Int32? {
    guard isByteLevel else { return vocabulary.id(of: spelling) }
    var decoded: [UInt8] = []
    guard spelling.withUnsafeBufferPointer({ ByteAlphabet.decode($0, into: &decoded) }) else {
      return nil
    }
    return vocabulary.id(of: decoded)
  }

  private func byteTokens(_ vocabulary: Vocabulary) -> [Int32?] {
    isByteLevel ? vocabulary.singleBytes() : vocabulary.spelledBytes()
  }
}
