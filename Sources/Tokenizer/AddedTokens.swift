/// Tokens that are found in a text before anything else, the longest first.
struct AddedTokens: Sendable {
  struct Entry: Equatable, Sendable {
    var content: [UInt8]
    var id: Int32
    /// Not printed when a response is decoded.
    var isSpecial = false
    /// Matched in the normalized text instead of the original.
    var isNormalized = false
    var takesBlanksBefore = false
    var takesBlanksAfter = false
    var isWholeWord = false
  }

  struct Match {
    let entry: Entry
    let range: Range<Int>
  }

  let entries: [Entry]
  private let children: [UInt64: Int32]
  /// Entry that ends at a node, or −1.
  private let ends: [Int32]
  private let isFirst: [Bool]

  /// - Parameter entries: contents are not empty; of equal contents the last counts.
  init(_ entries: [Entry]) {
    self.entries = entries
    var children: [UInt64: Int32] = [:]
    var ends: [Int32] = [-1]
    var isFirst = [Bool](repeating: false, count: 256)
    for (index, entry) in entries.enumerated() where !entry.content.isEmpty {
      isFirst[Int(entry.content[0])] = true
      var node: Int32 = 0
      for byte in entry.content {
        let key = UInt64(node) << 8 | UInt64(byte)
        if let child = children[key] {
          node = child
        } else {
          node = Int32(ends.count)
          children[key] = node
          ends.append(-1)
        }
      }
      ends[Int(node)] = Int32(index)
    }
    self.children = children
    self.ends = ends
    self.isFirst = isFirst
  }

  /// All matches from left to right, none overlapping.
  ///
  /// - Parameter isAllowed: which entries count; others are as if they were not there.
  func matches(in text: UTF8Text, isAllowed: (Entry) -> Bool = { _ in true }) -> [Match] {
    guard !children.isEmpty else { return [] }
    var matches: [Match] = []
    var (position, done) = (0, 0)
    while position < text.count {
      guard isFirst[Int(text[position])],
        let (entry, end) = longest(in: text, at: position, isAllowed: isAllowed)
      else {
        position += 1
        continue
      }
      if entry.isWholeWord, !isWholeWord(position..<end, in: text) {
        position = end
        continue
      }
      var range = position..<end
      if entry.takesBlanksBefore {
        range = max(done, blanksBefore(range.lowerBound, in: text))..<range.upperBound
      }
      if entry.takesBlanksAfter {
        range = range.lowerBound..<blanksAfter(range.upperBound, in: text)
      }
      matches.append(Match(entry: entry, range: range))
      position = range.upperBound
      done = position
    }
    return matches
  }

  private func longest(
    in text: UTF8Text, at start: Int, isAllowed: (Entry) -> Bool
  ) -> (Entry, end: Int)? {
    var (node, position): (Int32, Int) = (0, start)
    var best: (Entry, end: Int)?
    while position < text.count,
      let child = children[UInt64(node) << 8 | UInt64(text[position])]
    {
      node = child
      position += 1
      if ends[Int(node)] >= 0, isAllowed(entries[Int(ends[Int(node)])]) {
        best = (entries[Int(ends[Int(node)])], position)
      }
    }
    return best
  }

  private func isWholeWord(_ range: Range<Int>, in text: UTF8Text) -> Bool {
    func isWord(at offset: Int) -> Bool {
      guard let scalar = Unicode.Scalar(text.scalar(at: offset).value) else { return false }
      let properties = scalar.properties
      switch properties.generalCategory {
      case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
        return true
      default: return properties.isAlphabetic || properties.isJoinControl
      }
    }
    if range.lowerBound > 0, isWord(at: text.start(ofScalarBefore: range.lowerBound)) {
      return false
    }
    return range.upperBound == text.count || !isWord(at: range.upperBound)
  }

  private func blanksBefore(_ offset: Int, in text: UTF8Text) -> Int {
    var position = offset
    while position > 0 {
      let start = text.start(ofScalarBefore: position)
      guard ScalarClass(text.scalar(at: start).value).contains(.whitespace) else { break }
      position = start
    }
    return position
  }

  private func blanksAfter(_ offset: Int, in text: UTF8Text) -> Int {
    var position = offset
    while position < text.count {
      let (scalar, length) = text.scalar(at: position)
      guard ScalarClass(scalar).contains(.whitespace) else { break }
      position += length
    }
    return position
  }
}
