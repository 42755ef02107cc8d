internal import CanonicalJSON
internal import Provenance

/// The SHA-256 of canonical rows: one RFC 8785 array a row, each ended by a line feed.
struct CanonicalRows {
  private var stream = SHA256Stream()
  private var buffer: [UInt8] = []
  private(set) var count = 0

  init() { buffer.reserveCapacity(1 << 17) }

  /// Starts a row with a text.
  mutating func begin(_ text: String) {
    buffer.append(UInt8(ascii: "["))
    append(text)
  }

  /// A further text of the row.
  mutating func next(_ text: String) {
    buffer.append(UInt8(ascii: ","))
    append(text)
  }

  mutating func next(_ value: Bool) { next(literal: value ? "true" : "false") }

  mutating func next(_ value: Double) { next(literal: JSONValue.canonicalNumber(value)) }

  mutating func next(_ value: Int) { next(literal: String(value)) }

  mutating func nextNull() { next(literal: "null") }

  mutating func end() {
    buffer.append(UInt8(ascii: "]"))
    buffer.append(0x0A)
    count += 1
    if buffer.count > 1 << 16 { flush() }
  }

  /// Canonical JSON that was made elsewhere.
  mutating func next(literal: String) {
    buffer.append(UInt8(ascii: ","))
    buffer.append(contentsOf: literal.utf8)
  }

  mutating func digest() -> String {
    flush()
    return stream.digest.description
  }

  private mutating func flush() {
    buffer.withUnsafeBytes { stream.append($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ text: String) {
    var text = text
    let isPlain = text.withUTF8 { bytes in
      bytes.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
    if isPlain {
      buffer.append(UInt8(ascii: "\""))
      text.withUTF8 { buffer.append(contentsOf: $0) }
      buffer.append(UInt8(ascii: "\""))
    } else if let escaped = try? JSONValue.string(text).canonicalText() {
      // A text always has a canonical form; only numbers may have none.
      buffer.append(contentsOf: escaped.utf8)
    }
  }
}
