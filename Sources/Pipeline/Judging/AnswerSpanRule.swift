/// Locates the words of a response that state the answer, without a model.
///
/// A right answer is where its alias stands. Otherwise the answer is the longest run of words of the
/// first sentence that the question does not hold and that are no function words: what a statement
/// adds to its question is its answer.
public struct AnswerSpanRule: Hashable, Sendable {
  public enum Method: String, Hashable, Sendable, CaseIterable { case alias, novelWords, whole }

  public struct Span: Hashable, Sendable {
    /// UTF-8 bytes of the response.
    public let bytes: Range<Int>
    public let method: Method

    public init(bytes: Range<Int>, method: Method) {
      self.bytes = bytes
      self.method = method
    }
  }

  private static let functionWords: Set<String> = [
    "a", "an", "and", "are", "as", "at", "be", "by", "called", "for", "from", "has", "have", "i",
    "in", "is", "it", "its", "lies", "my", "name", "of", "on", "s", "that", "the", "they", "this",
    "to", "use", "used", "uses", "was", "which", "with", "you",
  ]

  public init() {}

  /// - Returns: `nil` for a response without a word.
  public func span(in response: String, to question: Question) -> Span? {
    let words = Self.words(response)
    guard !words.isEmpty else { return nil }
    for alias in question.aliases {
      let wanted = Self.words(alias).map(\.key)
      guard !wanted.isEmpty, wanted.count <= words.count else { continue }
      for start in 0...(words.count - wanted.count)
      where words[start..<start + wanted.count].map(\.key) == wanted {
        return Span(
          bytes: words[start].bytes.lowerBound..<words[start + wanted.count - 1].bytes.upperBound,
          method: .alias)
      }
    }
    let known = Set(question.turns.flatMap { Self.words($0.content).map(\.key) })
    var best: Range<Int>?
    var start: Int?
    let sentence = words.prefix { $0.sentence == words[0].sentence }
    for index in 0...sentence.count {
      let isNew =
        index < sentence.count && !known.contains(sentence[index].key)
        && !Self.functionWords.contains(sentence[index].key)
      if isNew {
        start = start ?? index
      } else if let first = start {
        if index - first > best?.count ?? 0 { best = first..<index }
        start = nil
      }
    }
    guard let run = best else {
      return Span(
        bytes: words[0].bytes.lowerBound..<words[sentence.count - 1].bytes.upperBound,
        method: .whole)
    }
    return Span(
      bytes: sentence[run.lowerBound].bytes
        .lowerBound..<sentence[run.upperBound - 1].bytes.upperBound,
      method: .novelWords)
  }

  private struct Word {
    let key: String
    let bytes: Range<Int>
    let sentence: Int
  }

  /// Runs of letters, digits and signs that belong to names and codes; a full stop, question or
  /// exclamation mark before a blank or the end closes a sentence.
  private static func words(_ text: String) -> [Word] {
    var words: [Word] = []
    var (offset, sentence) = (0, 0)
    var current = String.UnicodeScalarView()
    var start = 0
    func close() {
      guard !current.isEmpty else { return }
      words.append(
        Word(key: String(current).lowercased(), bytes: start..<offset, sentence: sentence))
      current = String.UnicodeScalarView()
    }
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let width = String(scalar).utf8.count
      let isInner =
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || scalar.properties.generalCategory == .nonspacingMark || scalar == "+"
      if isInner {
        if current.isEmpty { start = offset }
        current.append(scalar)
      } else {
        // The word ends before this scalar.
        close()
        let isLast = index + 1 == scalars.count
        if ".?!".unicodeScalars.contains(scalar),
          isLast || scalars[index + 1].properties.isWhitespace
        {
          sentence += 1
        }
      }
      offset += width
    }
    close()
    return words
  }
}
