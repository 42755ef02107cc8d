internal import Crypto

/// A SHA-256 digest as 32 bytes without a heap allocation: one stands in every row.
public struct SHA256Digest: Hashable, Sendable {
  /// The bytes, four by eight, in memory order.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  /// The digest of some bytes.
  public init(of bytes: UnsafeRawBufferPointer) {
    self = SHA256.hash(data: bytes).withUnsafeBytes { SHA256Digest(loading: $0) }
  }

  /// The digest of the UTF-8 of a text.
  public init(of text: String) {
    var text = text
    self = text.withUTF8 { SHA256Digest(of: UnsafeRawBufferPointer($0)) }
  }

  /// A stored digest; `nil` unless there are 32 bytes.
  public init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 32 else { return nil }
    self.init(loading: bytes)
  }

  /// A digest of 64 hexadecimal digits; `nil` for anything else.
  public init?(hexadecimal text: String) {
    var bytes: [UInt8] = []
    for digit in text.utf8 {
      switch digit {
      case 0x30...0x39: bytes.append(digit - 0x30)
      case 0x41...0x46: bytes.append(digit - 0x37)
      case 0x61...0x66: bytes.append(digit - 0x57)
      default: return nil
      }
      if bytes.count > 64 { return nil }
    }
    guard bytes.count == 64 else { return nil }
    let pairs = stride(from: 0, to: 64, by: 2).map { bytes[$0] << 4 | bytes[$0 + 1] }
    self = pairs.withUnsafeBytes { SHA256Digest(loading: $0) }
  }

  private init(loading bytes: UnsafeRawBufferPointer) {
    first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    third = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    fourth = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
  }

  /// Calls `body` with the 32 bytes.
  public func withBytes<Value>(
    _ body: (UnsafeRawBufferPointer) throws -> Value
  ) rethrows -> Value {
    try withUnsafeBytes(of: self, body)
  }

  /// 64 lower-case hexadecimal digits.
  public var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return withBytes { bytes in
      String(
        decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
  }
}

extension SHA256Digest {
  /// The order of the bytes.
  public func precedes(_ other: SHA256Digest) -> Bool {
    let (left, right) = (first.bigEndian, other.first.bigEndian)
    if left != right { return left < right }
    return hexadecimal < other.hexadecimal
  }
}
