internal import CanonicalJSON

/// Reads the parts of a `tokenizer.json` besides its model.
struct TokenizerComponents {
  let file: TokenizerJSON

  private func type(_ value: JSONValue) -> String {
    String((value["type"]?.stringValue ?? "?").prefix(60))
  }

  func normalizer(_ value: JSONValue) throws -> TextNormalizer {
    TextNormalizer(steps: try normalizerSteps(value, depth: 0))
  }

  private func normalizerSteps(_ value: JSONValue, depth: Int) throws -> [TextNormalizer.Step] {
    if value.isNull { return [] }
    switch type(value) {
    case "NFC": return [.composed]
    case "Prepend": return [.prepend(Array((value["prepend"]?.stringValue ?? "").utf8))]
    case "Replace":
      guard let pattern = value["pattern"]?["String"]?.stringValue, !pattern.isEmpty,
        let content = value["content"]?.stringValue
      else { throw file.unsupported("a normalizer that replaces a regular expression") }
      return [.replace(Array(pattern.utf8), with: Array(content.utf8))]
    case "Sequence" where depth < 8:
      return try (value["normalizers"]?.arrayValue ?? []).flatMap {
        try normalizerSteps($0, depth: depth + 1)
      }
    default: throw file.unsupported("the normalizer \(type(value))")
    }
  }

  struct Split {
    var steps: [WordSplitter.Step] = []
    var isByteLevel = false
    var blankMark: TextTokenizer.BlankMark?
  }

  func preTokenizer(_ value: JSONValue) throws -> Split {
    var split = Split()
    try addPreTokenizer(value, to: &split, depth: 0)
    return split
  }

  private func addPreTokenizer(_ value: JSONValue, to split: inout Split, depth: Int) throws {
    if value.isNull { return }
    switch type(value) {
    case "Sequence" where depth < 8:
      for part in value["pretokenizers"]?.arrayValue ?? [] {
        try addPreTokenizer(part, to: &split, depth: depth + 1)
      }
    case "ByteLevel":
      guard value["add_prefix_space"]?.boolValue != true else {
        throw file.unsupported("a byte-level pre-tokenizer that adds a space")
      }
      split.isByteLevel = true
      if value["use_regex"]?.boolValue ?? true { split.steps.append(.pattern(.gpt2)) }
    case "Digits":
      split.steps.append(.digits(alone: value["individual_digits"]?.boolValue ?? false))
    case "Split": split.steps.append(try step(value))
    case "Metaspace":
      guard split.steps.isEmpty, split.blankMark == nil else {
        throw file.unsupported("a Metaspace pre-tokenizer after another one")
      }
      let mark = Array((value["replacement"]?.stringValue ?? "▁").utf8)
      let scheme = value["prepend_scheme"]?.stringValue
      let prefix: TextTokenizer.BlankMark.Prefix =
        switch scheme {
        case "first": .first
        case "never": .never
        case nil where value["add_prefix_space"]?.boolValue == false: .never
        default: .always
        }
      split.blankMark = TextTokenizer.BlankMark(mark: mark, prefix: prefix)
      if value["split"]?.boolValue ?? true { split.steps.append(.literal(mark, before: true)) }
    default: throw file.unsupported("the pre-tokenizer \(type(value))")
    }
  }

  private func step(_ value: JSONValue) throws -> WordSplitter.Step {
    let behavior = value["behavior"]?.stringValue ?? ""
    let isInverted = value["invert"]?.boolValue ?? false
    if let literal = value["pattern"]?["String"]?.stringValue, !literal.isEmpty, !isInverted,
      behavior == "MergedWithPrevious" || behavior == "MergedWithNext"
    {
      return .literal(Array(literal.utf8), before: behavior == "MergedWithNext")
    }
    // The patterns match every character, so these two mean the same.
    guard (behavior == "Isolated" && !isInverted) || (behavior == "Removed" && isInverted) else {
      throw file.unsupported("a split of the behavior \(behavior.prefix(40))")
    }
    let expression = value["pattern"]?["Regex"]?.stringValue ?? ""
    guard let pattern = SplitPattern(regularExpression: expression) else {
      throw file.unsupported("the split pattern \(expression.prefix(200))")
    }
    return .pattern(pattern)
  }

  /// Ids before and after a single text.
  func template(_ value: JSONValue) throws -> (prefix: [Int32], suffix: [Int32]) {
    if value.isNull { return ([], []) }
    switch type(value) {
    case "ByteLevel": return ([], [])
    case "Sequence":
      var result: (prefix: [Int32], suffix: [Int32]) = ([], [])
      for part in value["processors"]?.arrayValue ?? [] where type(part) != "Sequence" {
        let found = try template(part)
        result.prefix = found.prefix + result.prefix
        result.suffix += found.suffix
      }
      return result
    case "TemplateProcessing":
      var result: (prefix: [Int32], suffix: [Int32]) = ([], [])
      var isAfterText = false
      for part in value["single"]?.arrayValue ?? [] {
        if part["Sequence"] != nil {
          isAfterText = true
        } else if let name = part["SpecialToken"]?["id"]?.stringValue {
          let ids = value["special_tokens"]?[name]?["ids"]?.arrayValue ?? []
          let tokens = ids.compactMap { $0.intValue.flatMap { Int32(exactly: $0) } }
          guard !tokens.isEmpty, tokens.count == ids.count, tokens.allSatisfy({ $0 >= 0 }) else {
            throw file.corrupt("the post-processor adds a token without an id")
          }
          if isAfterText { result.suffix += tokens } else { result.prefix += tokens }
        }
      }
      return result
    default: throw file.unsupported("the post-processor \(type(value))")
    }
  }

  func decoding(_ value: JSONValue, isByteLevel: Bool) throws -> TextTokenizer.Decoding {
    var decoding = TextTokenizer.Decoding()
    if !isByteLevel { try addDecoder(value, to: &decoding, depth: 0) }
    return decoding
  }

  private func addDecoder(
    _ value: JSONValue, to decoding: inout TextTokenizer.Decoding, depth: Int
  ) throws {
    if value.isNull { return }
    switch type(value) {
    case "Sequence" where depth < 8:
      for part in value["decoders"]?.arrayValue ?? [] {
        try addDecoder(part, to: &decoding, depth: depth + 1)
      }
    case "Replace" where value["content"]?.stringValue == " ":
      decoding.blankMark = (value["pattern"]?["String"]?.stringValue).map { Array($0.utf8) }
    case "Metaspace":
      decoding.blankMark = Array((value["replacement"]?.stringValue ?? "▁").utf8)
      decoding.dropsFirstBlank = value["prepend_scheme"]?.stringValue != "never"
    case "ByteFallback", "Fuse": break
    case "Strip" where value["content"]?.stringValue == " ":
      decoding.dropsFirstBlank = (value["start"]?.intValue ?? 0) > 0
    default: throw file.unsupported("the decoder \(type(value))")
    }
  }
}
