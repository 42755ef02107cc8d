/// The changes that a tokenizer makes to a text before it looks for words.
struct TextNormalizer: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    /// Unicode normalization form C.
    case composed
    case prepend([UInt8])
    case replace([UInt8], with: [UInt8])
  }

  var steps: [Step] = []

  /// Whether a text stays as it is; cheap, so that most texts are never copied.
  func keeps(_ text: UTF8Text) -> Bool {
    steps.allSatisfy { step in
      switch step {
      case .composed: Self.isComposed(text)
      case .prepend: text.isEmpty
      case .replace(let target, _): !Self.contains(text, target)
      }
    }
  }

  /// The changed text; `offset` is the place of `text` in the original.
  func apply(_ text: UTF8Text, offset: Int) -> AlignedText {
    var aligned = AlignedText()
    aligned.appendEqual(text, original: offset..<offset + text.count)
    return apply(aligned)
  }

  func apply(_ text: AlignedText) -> AlignedText {
    steps.reduce(text) { text, step in
      switch step {
      case .composed: Self.compose(text)
      case .prepend(let prefix): Self.prepend(prefix, to: text)
      case .replace(let target, let replacement): Self.replace(target, replacement, in: text)
      }
    }
  }

  /// What added tokens that are matched in changed text look like there.
  func applied(to bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBufferPointer { apply($0, offset: 0).bytes }
  }

  private static func isComposed(_ text: UTF8Text) -> Bool {
    var position = 0
    while position < text.count {
      // Everything below U+0300 is composed; its first byte is below 0xCC.
      if text[position] < 0xCC {
        position += 1
        continue
      }
      let (scalar, length) = text.scalar(at: position)
      if !ScalarClass(scalar).isDisjoint(with: [.combinesBackwards, .changes]) { return false }
      position += length
    }
    return true
  }

  private static func contains(_ text: UTF8Text, _ target: [UInt8]) -> Bool {
    guard let first = target.first, text.count >= target.count else { return false }
    return (0...text.count - target.count).contains { start in
      text[start] == first && text[start..<start + target.count].elementsEqual(target)
    }
  }

  private static func compose(_ text: AlignedText) -> AlignedText {
    var result = AlignedText()
    text.bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      while start < bytes.count {
        var scalars: [UInt32] = []
        var isStable = true
        var end = start
        while end < bytes.count {
          let (scalar, length) = bytes.scalar(at: end)
          let kind = ScalarClass(scalar)
          if end > start, !kind.contains(.combinesBackwards) { break }
          if !kind.isDisjoint(with: [.combinesBackwards, .changes]) { isStable = false }
          scalars.append(scalar)
          end += length
        }
        let original = text.original(start..<end)
        let composed = isStable ? scalars : CanonicalComposition.compose(scalars)
        if composed == scalars, original.count == end - start {
          result.appendEqual(bytes[start..<end], original: original)
        } else {
          var changed: [UInt8] = []
          for scalar in composed { changed.append(scalar: scalar) }
          result.appendChanged(changed, original: original)
        }
        start = end
      }
    }
    return result
  }

  private static func prepend(_ prefix: [UInt8], to text: AlignedText) -> AlignedText {
    guard !text.bytes.isEmpty else { return text }
    let start = text.original(0..<1).lowerBound
    var result = AlignedText()
    result.appendChanged(prefix, original: start..<start)
    copy(text, 0..<text.bytes.count, to: &result)
    return result
  }

  private static func replace(
    _ target: [UInt8], _ replacement: [UInt8], in text: AlignedText
  ) -> AlignedText {
    guard let first = target.first else { return text }
    var result = AlignedText()
    var (start, position) = (0, 0)
    while position + target.count <= text.bytes.count {
      if text.bytes[position] == first,
        text.bytes[position..<position + target.count].elementsEqual(target)
      {
        copy(text, start..<position, to: &result)
        let range = position..<position + target.count
        result.appendChanged(replacement, original: text.original(range))
        position = range.upperBound
        start = position
      } else {
        position += 1
      }
    }
    copy(text, start..<text.bytes.count, to: &result)
    return result
  }

  private static func copy(_ text: AlignedText, _ range: Range<Int>, to result: inout AlignedText) {
    result.append(text.part(range))
  }
}
