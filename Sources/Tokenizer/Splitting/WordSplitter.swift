/// The steps that cut a text into words; merges never cross a word.
struct WordSplitter: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    case pattern(SplitPattern)
    /// Cuts numbers out: each numeral alone, or runs of them.
    case digits(alone: Bool)
    /// Cuts before (`true`) or after each occurrence of a text.
    case literal([UInt8], before: Bool)
  }

  var steps: [Step]

  /// Calls `body` with the words of `range` in order.
  func words(
    of text: UTF8Text, in range: Range<Int>, body: (Range<Int>) throws -> Void
  ) throws {
    try words(of: text, in: range, step: 0, body: body)
  }

  private func words(
    of text: UTF8Text, in range: Range<Int>, step: Int, body: (Range<Int>) throws -> Void
  ) throws {
    guard step < steps.count else {
      if !range.isEmpty { try body(range) }
      return
    }
    var start = range.lowerBound
    while start < range.upperBound {
      let end =
        switch steps[step] {
        case .pattern(let pattern): pattern.wordEnd(text, from: start, to: range.upperBound)
        case .digits(let alone): digitsEnd(text, from: start, to: range.upperBound, alone: alone)
        case .literal(let literal, let before):
          literalEnd(text, from: start, to: range.upperBound, literal, before: before)
        }
      try words(of: text, in: start..<end, step: step + 1, body: body)
      start = end
    }
  }

  private func digitsEnd(_ text: UTF8Text, from start: Int, to end: Int, alone: Bool) -> Int {
    let (first, length) = text.scalar(at: start)
    let isNumber = ScalarClass(first).contains(.number)
    var position = start + length
    if isNumber && alone { return position }
    while position < end {
      let (scalar, length) = text.scalar(at: position)
      guard ScalarClass(scalar).contains(.number) == isNumber else { break }
      position += length
    }
    return position
  }

  private func literalEnd(
    _ text: UTF8Text, from start: Int, to end: Int, _ literal: [UInt8], before: Bool
  ) -> Int {
    guard let first = literal.first else { return end }
    var position = before ? start + 1 : start
    while position + literal.count <= end {
      if text[position] == first, text[position..<position + literal.count].elementsEqual(literal) {
        return before ? position : position + literal.count
      }
      position += 1
    }
    return end
  }
}
