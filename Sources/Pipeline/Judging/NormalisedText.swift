/// Text as the rule judge compares it: underscores and punctuation become blanks, lower case,
/// without articles, blanks collapsed.
///
/// - Source: the evaluation script of TriviaQA (Joshi et al. 2017, doi:10.18653/v1/P17-1147),
///   `normalize_answer`. On the 35,000 judged responses of a public replication it gives every label
///   of its authors; variants that drop punctuation, or that treat other punctuation, miss 4 to 43.
public struct NormalisedText: Hashable, Sendable {
  public let words: String

  private static let punctuation: Set<Unicode.Scalar> = Set(
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\u{2018}\u{2019}\u{B4}".unicodeScalars)
  private static let articles: Set<Substring> = ["a", "an", "the"]

  public init(_ text: String) {
    var scalars = String.UnicodeScalarView()
    for scalar in text.lowercased().unicodeScalars {
      scalars.append(
        Self.punctuation.contains(scalar) || scalar.properties.isWhitespace ? " " : scalar)
    }
    words = String(scalars).split(separator: " ")
      .filter { !Self.articles.contains($0) }.joined(separator: " ")
  }

  public var isEmpty: Bool { words.isEmpty }

  /// How an alias must stand in a text.
  public enum Containment: String, Hashable, Sendable, CaseIterable {
    /// Anywhere, as upstream: `niger` is found in `nigeria`.
    case substring
    /// At the borders of words.
    case words
  }

  /// Where another text stands in this one first, in bytes; `nil` when it does not or is empty.
  public func position(of other: NormalisedText, _ containment: Containment) -> Int? {
    guard !other.isEmpty else { return nil }
    let text = Array(words.utf8)
    let key = Array(other.words.utf8)
    guard key.count <= text.count else { return nil }
    for start in 0...(text.count - key.count)
    where text[start..<start + key.count].elementsEqual(key) {
      guard containment == .words else { return start }
      let end = start + key.count
      let opens = start == 0 || text[start - 1] == 0x20
      if opens, end == text.count || text[end] == 0x20 { return start }
    }
    return nil
  }
}
