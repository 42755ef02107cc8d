import Crypto
import Foundation

/// A SHA-256 digest, the only hash that Referee prints.
public struct ContentHash: Hashable, Sendable, CustomStringConvertible {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// The digest of some bytes.
  public static func sha256(_ bytes: [UInt8]) -> ContentHash {
    ContentHash(bytes: Array(SHA256.hash(data: bytes)))
  }

  /// 64 lower-case hexadecimal digits.
  public var hexadecimal: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// Standard base64 with padding, as content-security policies want it.
  public var base64: String { Data(bytes).base64EncodedString() }

  /// `sha256:` and the digits.
  public var description: String { "sha256:" + hexadecimal }
}
