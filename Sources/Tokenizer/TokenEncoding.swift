/// The tokens of a text and where each comes from.
public struct TokenEncoding: Equatable, Sendable {
  public internal(set) var tokens: [Int32] = []
  /// For each token the UTF-8 bytes of the original text that it stands for.
  ///
  /// A token inside a character has part of its bytes; tokens of a stretch that normalization
  /// changed all have the whole stretch; tokens that the tokenizer adds (a beginning of sequence)
  /// have an empty range.
  public internal(set) var byteRanges: [Range<Int>] = []

  public var count: Int { tokens.count }

  /// For each token the Unicode scalars (Python's string indices) that it touches.
  ///
  /// - Parameter text: the text that was encoded.
  /// - Complexity: O(bytes + tokens).
  public func scalarRanges(in text: String) -> [Range<Int>] {
    // Number of scalars that start before each byte.
    var starts: [Int32] = []
    starts.reserveCapacity(text.utf8.count + 1)
    var count: Int32 = 0
    for byte in text.utf8 {
      starts.append(count)
      if byte & 0xC0 != 0x80 { count += 1 }
    }
    starts.append(count)
    let bytes = text.utf8.withContiguousStorageIfAvailable { Array($0) } ?? Array(text.utf8)
    return byteRanges.map { range in
      guard !range.isEmpty else {
        let place = Int(starts[range.lowerBound])
        return place..<place
      }
      // A continuation byte belongs to the scalar that started before it.
      let isInside = bytes[range.lowerBound] & 0xC0 == 0x80
      let first = Int(starts[range.lowerBound]) - (isInside ? 1 : 0)
      return first..<Int(starts[range.upperBound])
    }
  }

  mutating func append(_ token: Int32, _ range: Range<Int>) {
    tokens.append(token)
    byteRanges.append(range)
  }
}
