/// A response cut into what the model thought and what it answered.
///
/// Measurements on answers use the answer only: its tokens are those after `</think>`.
public struct ThinkingSections: Equatable, Sendable {
  public static let opening = "<think>"
  public static let closing = "</think>"

  /// `nil` when there is no thinking section.
  public var thinking: String?
  /// Empty while the thinking section is not closed.
  public var answer: String
  /// Whether a section that was opened is closed.
  public var isClosed: Bool

  /// - Parameter isOpen: whether the prompt has opened a section already, see
  ///   ``ChatTemplate/opensThinking(_:)``.
  public init(response: String, isOpen: Bool) {
    var text = Substring(response)
    let blanksDropped = text.drop { $0 == "\n" || $0 == " " }
    let opensItself = blanksDropped.hasPrefix(Self.opening)
    guard isOpen || opensItself else {
      self.init(thinking: nil, answer: response, isClosed: true)
      return
    }
    if opensItself { text = blanksDropped.dropFirst(Self.opening.count) }
    guard let end = text.firstRange(of: Self.closing) else {
      self.init(thinking: String(text).trimmingLines(), answer: "", isClosed: false)
      return
    }
    self.init(
      thinking: String(text[..<end.lowerBound]).trimmingLines(),
      answer: String(text[end.upperBound...]).trimmingLines(end: false), isClosed: true)
  }

  /// The index of the first token after the closing token; 0 without a thinking section, the number
  /// of tokens when a section is not closed.
  ///
  /// - Parameter isOpen: whether the prompt has opened a section already.
  public static func answerStart(
    of response: [Int32], tokenizer: TextTokenizer, isOpen: Bool
  ) throws -> Int {
    guard let opening = tokenizer.id(of: opening), let closing = tokenizer.id(of: closing) else {
      return 0
    }
    let isSection =
      try isOpen
      || response.first { token in
        try tokenizer.decode([token]).contains { !$0.isWhitespace }
      } == opening
    guard isSection else { return 0 }
    guard let end = response.firstIndex(of: closing) else { return response.count }
    return end + 1
  }

  /// A past turn as the templates take it apart: at the first closing mark for the thinking, at the
  /// last one for the answer.
  init?(past content: String) {
    guard let first = content.firstRange(of: Self.closing) else { return nil }
    let head = String(content[..<first.lowerBound]).trimmingLines(start: false)
    let opened = head.ranges(of: Self.opening).last.map { String(head[$0.upperBound...]) } ?? head
    let last = content.ranges(of: Self.closing).last ?? first
    self.init(
      thinking: opened.trimmingLines(end: false),
      answer: String(content[last.upperBound...]).trimmingLines(end: false), isClosed: true)
  }

  private init(thinking: String?, answer: String, isClosed: Bool) {
    self.thinking = thinking
    self.answer = answer
    self.isClosed = isClosed
  }
}
