public import CanonicalJSON
internal import Crypto

/// A SHA-256 digest as 64 lower-case hexadecimal digits.
public struct SHA256Hex: Hashable, Sendable, CustomStringConvertible {
  /// The digits.
  public let description: String

  /// The digest of some bytes.
  public init(of bytes: some Sequence<UInt8>) {
    var stream = SHA256Stream()
    stream.append(Array(bytes))
    self = stream.digest
  }

  /// The digest of the UTF-8 of a text.
  public init(of text: String) { self.init(of: Array(text.utf8)) }

  /// The digest of the canonical form (RFC 8785) of a document, so that key order, blanks and
  /// number spelling do not matter.
  /// - Throws: ``CanonicalJSON/JSONEncodingError`` when a number is not finite.
  public init(ofCanonical value: JSONValue) throws { self.init(of: try value.canonicalText()) }

  init(digits: String) { description = digits }
}

/// A SHA-256 digest taken piece by piece, for files that need not fit in memory.
public struct SHA256Stream {
  private var state = SHA256()

  public init() {}

  public mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { state.update(bufferPointer: $0) }
  }

  /// Appends bytes that need not be copied first.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    state.update(bufferPointer: bytes)
  }

  /// The digest of everything appended so far.
  public var digest: SHA256Hex {
    let hex = Array("0123456789abcdef".utf8)
    var digits: [UInt8] = []
    for byte in state.finalize() {
      digits.append(hex[Int(byte >> 4)])
      digits.append(hex[Int(byte & 15)])
    }
    return SHA256Hex(digits: String(decoding: digits, as: UTF8.self))
  }
}

extension SHA256Hex {
  /// The 32 bytes of the digest, for formats that want it in another alphabet.
  public var bytes: [UInt8] {
    let digits = Array(description.utf8).map { $0 <= 57 ? $0 &- 48 : $0 &- 87 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
