internal import CanonicalJSON

/// Walks a JSON text without building it: a vocabulary is half a million strings, and its keys
/// differ in bytes that `String` considers equal.
struct JSONScanner {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private let end: Int
  private let path: String

  init(_ bytes: UnsafeRawBufferPointer, range: Range<Int>, path: String) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    self.path = path
  }

  func error(_ problem: String, at offset: Int? = nil) -> TokenizerError {
    .corruptFile(path: path, offset: offset ?? position, problem: problem)
  }

  private mutating func skipBlanks() {
    while position < end, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
  }

  /// The first byte of the next value or sign.
  mutating func peek() -> UInt8? {
    skipBlanks()
    return position < end ? bytes[position] : nil
  }

  private mutating func expect(_ sign: UInt8) throws {
    guard peek() == sign else {
      throw error("expected '\(Character(Unicode.Scalar(sign)))'")
    }
    position += 1
  }

  mutating func requireEnd() throws {
    guard peek() == nil else { throw error("text after the end of the document") }
  }

  /// Calls `body` at each value of an object with its key as bytes; `body` must consume the value.
  mutating func members(_ body: (inout JSONScanner, [UInt8]) throws -> Void) throws {
    try expect(UInt8(ascii: "{"))
    guard peek() != UInt8(ascii: "}") else {
      position += 1
      return
    }
    var key: [UInt8] = []
    while true {
      try string(into: &key)
      try expect(UInt8(ascii: ":"))
      try body(&self, key)
      if peek() == UInt8(ascii: ",") {
        position += 1
      } else {
        return try expect(UInt8(ascii: "}"))
      }
    }
  }

  /// Calls `body` at each element of an array; `body` must consume the element.
  mutating func elements(_ body: (inout JSONScanner) throws -> Void) throws {
    try expect(UInt8(ascii: "["))
    guard peek() != UInt8(ascii: "]") else {
      position += 1
      return
    }
    while true {
      try body(&self)
      if peek() == UInt8(ascii: ",") {
        position += 1
      } else {
        return try expect(UInt8(ascii: "]"))
      }
    }
  }

  /// Skips a value and returns where it stands.
  mutating func skip() throws -> Range<Int> {
    guard let first = peek() else { throw error("the document ends where a value should be") }
    let start = position
    switch first {
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      var depth = 0
      repeat {
        guard let byte = peek() else { throw error("a value has no end", at: start) }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          depth += 1
          position += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          depth -= 1
          position += 1
        case UInt8(ascii: "\""): try skipString()
        default: position += 1
        }
      } while depth > 0
    default:
      while position < end, !Self.endsWord(bytes[position]) { position += 1 }
      guard position > start else { throw error("a value cannot start with this character") }
    }
    return start..<position
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"), 0...0x20:
      true
    default: false
    }
  }

  private mutating func skipString() throws {
    let start = position
    position += 1
    while position < end, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < end else { throw error("a string has no end", at: start) }
    position += 1
  }

  /// Skips a value and parses it.
  mutating func value() throws -> JSONValue {
    let range = try skip()
    do throws(JSONError) {
      return try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: bytes[range]))
    } catch {
      throw self.error("\(error.message)", at: range.lowerBound)
    }
  }

  mutating func integer() throws -> Int {
    let range = try skip()
    guard let text = String(validating: bytes[range], as: UTF8.self), let number = Int(text) else {
      throw error("expected an integer", at: range.lowerBound)
    }
    return number
  }

  /// Reads a string into a buffer, whose contents are replaced.
  mutating func string(into buffer: inout [UInt8]) throws {
    buffer.removeAll(keepingCapacity: true)
    guard peek() == UInt8(ascii: "\"") else { throw error("expected a string") }
    let start = position
    position += 1
    while true {
      guard position < end else { throw error("a string has no end", at: start) }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return
      case UInt8(ascii: "\\"): try escape(into: &buffer)
      case 0..<0x20: throw error("a control character in a string must be escaped")
      default: buffer.append(byte)
      }
    }
  }

  private mutating func escape(into buffer: inout [UInt8]) throws {
    guard position < end else { throw error("a string has no end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"):
      var code = try fourDigits()
      if (0xD800..<0xDC00).contains(code), position + 1 < end,
        bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try fourDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw error("an unpaired surrogate") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard Unicode.Scalar(code) != nil else { throw error("an unpaired surrogate") }
      buffer.append(scalar: code)
    default: throw error("unknown escape in a string", at: position - 1)
    }
  }

  private mutating func fourDigits() throws -> UInt32 {
    guard position + 4 <= end,
      let digits = String(validating: bytes[position..<position + 4], as: UTF8.self),
      digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let code = UInt32(digits, radix: 16)
    else { throw error("\\u needs four hexadecimal digits") }
    position += 4
    return code
  }
}
