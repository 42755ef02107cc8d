/// A text that was changed, with the way back to the bytes of the original.
struct AlignedText {
  /// A stretch of the text and where it comes from. Inside an equal stretch offsets correspond one
  /// to one; a changed stretch corresponds as a whole.
  struct Stretch {
    let start: Int
    let original: Range<Int>
    let isEqual: Bool
  }

  private(set) var bytes: [UInt8] = []
  private var stretches: [Stretch] = []

  /// Appends bytes of the original unchanged.
  mutating func appendEqual(_ text: some Collection<UInt8>, original: Range<Int>) {
    guard !text.isEmpty else { return }
    if let last = stretches.last, last.isEqual,
      last.original.upperBound == original.lowerBound
    {
      stretches[stretches.count - 1] = Stretch(
        start: last.start, original: last.original.lowerBound..<original.upperBound,
        isEqual: true)
    } else {
      stretches.append(Stretch(start: bytes.count, original: original, isEqual: true))
    }
    bytes += text
  }

  /// Appends bytes that stand for a stretch of the original, which may be empty.
  mutating func appendChanged(_ text: some Collection<UInt8>, original: Range<Int>) {
    guard !text.isEmpty else { return }
    stretches.append(Stretch(start: bytes.count, original: original, isEqual: false))
    bytes += text
  }

  /// Appends another text with its way back.
  mutating func append(_ other: AlignedText) {
    for (position, stretch) in other.stretches.enumerated() {
      let next = position + 1
      let end = next < other.stretches.count ? other.stretches[next].start : other.bytes.count
      let own = other.bytes[stretch.start..<end]
      if stretch.isEqual {
        appendEqual(own, original: stretch.original)
      } else {
        appendChanged(own, original: stretch.original)
      }
    }
  }

  /// Where bytes of this text come from.
  func original(_ range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty, !stretches.isEmpty else { return 0..<0 }
    let (first, last) = (index(of: range.lowerBound), index(of: range.upperBound - 1))
    let (head, tail) = (stretches[first], stretches[last])
    let start =
      head.isEqual
      ? head.original.lowerBound + range.lowerBound - head.start : head.original.lowerBound
    let end =
      tail.isEqual
      ? tail.original.lowerBound + range.upperBound - tail.start : tail.original.upperBound
    return start..<max(start, end)
  }

  private func index(of offset: Int) -> Int {
    var (low, high) = (0, stretches.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if stretches[middle].start <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Cuts out a part, with the way back kept.
  func part(_ range: Range<Int>) -> AlignedText {
    guard !range.isEmpty else { return AlignedText() }
    var part = AlignedText()
    for position in index(of: range.lowerBound)...index(of: range.upperBound - 1) {
      let stretch = stretches[position]
      let end = position + 1 < stretches.count ? stretches[position + 1].start : bytes.count
      let own = max(stretch.start, range.lowerBound)..<min(end, range.upperBound)
      if stretch.isEqual {
        part.appendEqual(bytes[own], original: original(own))
      } else {
        part.appendChanged(bytes[own], original: stretch.original)
      }
    }
    return part
  }
}
