/// The family of regular expressions that cut a text into words before byte-level merging.
///
/// All published patterns are the same seven alternatives with a few choices; a scanner of one pass
/// follows them without backtracking:
/// ```
/// 's|'t|'re|'ve|'m|'ll|'d                       contractions
/// [^\r\n\p{L}\p{N}]?\p{L}+   or   " "?\p{L}+    words
/// \p{N}{1,k}                 or   " "?\p{N}+    numbers
/// " "?[^\s\p{L}\p{N}]+  [\r\n]*                 everything else
/// \s*[\r\n]+                                    line ends
/// \s+(?!\S)|\s+                                 blanks; the last one goes to the next word
/// ```
/// - Source: GPT-2 (Radford et al. 2019, `encoder.py`); the variants of Llama-3, Qwen2 and Qwen3.5
///   from their `tokenizer.json`. Oracle: Hugging Face tokenizers 0.23.
struct SplitPattern: Equatable, Sendable {
  enum WordPrefix: Sendable {
    case space
    /// Any one scalar that is no letter, number, CR or LF.
    case anything
  }

  enum Numbers: Equatable, Sendable {
    case runsWithSpace
    case groups(of: Int)
  }

  var anyCaseContractions: Bool
  var wordPrefix: WordPrefix
  /// Whether combining marks count as letters.
  var marksAreLetters = false
  var numbers: Numbers
  /// Whether line ends after symbols belong to them.
  var symbolsTakeLineEnds: Bool
  /// Whether blanks up to the last line end are a word of their own.
  var cutsAtLineEnds: Bool

  static let gpt2 = SplitPattern(
    anyCaseContractions: false, wordPrefix: .space, numbers: .runsWithSpace,
    symbolsTakeLineEnds: false, cutsAtLineEnds: false)

  static let llama3 = SplitPattern(
    anyCaseContractions: true, wordPrefix: .anything, numbers: .groups(of: 3),
    symbolsTakeLineEnds: true, cutsAtLineEnds: true)

  static let qwen2 = SplitPattern(
    anyCaseContractions: true, wordPrefix: .anything, numbers: .groups(of: 1),
    symbolsTakeLineEnds: true, cutsAtLineEnds: true)

  static let qwen35 = SplitPattern(
    anyCaseContractions: true, wordPrefix: .anything, marksAreLetters: true,
    numbers: .groups(of: 1), symbolsTakeLineEnds: true, cutsAtLineEnds: true)

  /// The pattern written as a regular expression in a `tokenizer.json`.
  init?(regularExpression: String) {
    let head = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?"#
    let tail = #" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    let known: [(String, SplitPattern)] = [
      (
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .gpt2
      ),
      (head + #"\p{L}+|\p{N}{1,3}|"# + tail, .llama3),
      (head + #"\p{L}+|\p{N}|"# + tail, .qwen2),
      (
        head + #"[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
        .qwen35
      ),
    ]
    // Spelled out, as older files do.
    let plain = regularExpression.replacing(
      "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])",
      with: "(?i:'s|'t|'re|'ve|'m|'ll|'d)")
    guard let match = known.first(where: { $0.0 == plain }) else { return nil }
    self = match.1
  }

  private init(
    anyCaseContractions: Bool, wordPrefix: WordPrefix, marksAreLetters: Bool = false,
    numbers: Numbers, symbolsTakeLineEnds: Bool, cutsAtLineEnds: Bool
  ) {
    self.anyCaseContractions = anyCaseContractions
    self.wordPrefix = wordPrefix
    self.marksAreLetters = marksAreLetters
    self.numbers = numbers
    self.symbolsTakeLineEnds = symbolsTakeLineEnds
    self.cutsAtLineEnds = cutsAtLineEnds
  }

  private var letters: ScalarClass { marksAreLetters ? [.letter, .mark] : .letter }

  /// The end of the word that starts at `start`; `end` is the end of the text.
  func wordEnd(_ text: UTF8Text, from start: Int, to end: Int) -> Int {
    let (scalar, length) = text.scalar(at: start)
    if scalar == 0x27, let contraction = contractionEnd(text, after: start + 1, to: end) {
      return contraction
    }
    let kind = ScalarClass(scalar)
    let letters = self.letters
    if !kind.isDisjoint(with: letters) {
      return run(text, from: start + length, to: end) { !$0.isDisjoint(with: letters) }
    }
    let next = start + length
    let nextKind = next < end ? ScalarClass(text.scalar(at: next).value) : []
    let isLineEnd = scalar == 0x0A || scalar == 0x0D
    let canLeadWord =
      wordPrefix == .space
      ? scalar == 0x20 : !isLineEnd && kind.isDisjoint(with: [.letter, .number])
    if canLeadWord, next < end, !nextKind.isDisjoint(with: letters) {
      return run(text, from: next, to: end) { !$0.isDisjoint(with: letters) }
    }
    if kind.contains(.number) { return numberEnd(text, from: start, to: end) }
    if scalar == 0x20, numbers == .runsWithSpace, nextKind.contains(.number) {
      return run(text, from: next, to: end) { $0.contains(.number) }
    }
    let others = letters.union([.number, .whitespace])
    if kind.isDisjoint(with: others)
      || (scalar == 0x20 && next < end && nextKind.isDisjoint(with: others))
    {
      let symbols = run(text, from: next, to: end) { $0.isDisjoint(with: others) }
      return symbolsTakeLineEnds ? lineEnds(text, from: symbols, to: end) : symbols
    }
    return blankEnd(text, from: start, to: end)
  }

  /// The end of the scalars from `start` that satisfy a condition.
  @inline(__always)
  private func run(
    _ text: UTF8Text, from start: Int, to end: Int, while isPart: (ScalarClass) -> Bool
  ) -> Int {
    var position = start
    while position < end {
      let (scalar, length) = text.scalar(at: position)
      guard isPart(ScalarClass(scalar)) else { break }
      position += length
    }
    return position
  }

  private func lineEnds(_ text: UTF8Text, from start: Int, to end: Int) -> Int {
    var position = start
    while position < end, text[position] == 0x0A || text[position] == 0x0D { position += 1 }
    return position
  }

  private func numberEnd(_ text: UTF8Text, from start: Int, to end: Int) -> Int {
    guard case .groups(let size) = numbers else {
      return run(text, from: start, to: end) { $0.contains(.number) }
    }
    var left = size
    return run(text, from: start, to: end) { kind in
      left -= 1
      return left >= 0 && kind.contains(.number)
    }
  }

  /// After an apostrophe: s, t, m, d, re, ve, ll.
  private func contractionEnd(_ text: UTF8Text, after start: Int, to end: Int) -> Int? {
    guard start < end else { return nil }
    // U+017F folds to s; no other scalar beyond ASCII folds to a letter of the contractions.
    if anyCaseContractions, end - start >= 2, text[start] == 0xC5, text[start + 1] == 0xBF {
      return start + 2
    }
    let fold: UInt8 = anyCaseContractions ? 0x20 : 0
    func letter(_ offset: Int) -> UInt8 {
      guard offset < end else { return 0 }
      let byte = text[offset]
      return (0x41...0x5A).contains(byte) ? byte | fold : byte
    }
    switch letter(start) {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 1
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return letter(start + 1) == UInt8(ascii: "e") ? start + 2 : nil
    case UInt8(ascii: "l"):
      return letter(start + 1) == UInt8(ascii: "l") ? start + 2 : nil
    default: return nil
    }
  }

  private func blankEnd(_ text: UTF8Text, from start: Int, to end: Int) -> Int {
    var (position, last, afterLineEnd) = (start, start, start)
    while position < end {
      let (scalar, length) = text.scalar(at: position)
      guard ScalarClass(scalar).contains(.whitespace) else { break }
      last = position
      position += length
      if scalar == 0x0A || scalar == 0x0D { afterLineEnd = position }
    }
    if cutsAtLineEnds, afterLineEnd > start { return afterLineEnd }
    // The last blank before something else is left for the next word, unless it is the only one.
    return position < end && last > start ? last : position
  }
}
