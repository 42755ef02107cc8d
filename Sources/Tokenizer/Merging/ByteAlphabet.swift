/// The printable spelling of bytes in the files of byte-level vocabularies.
///
/// - Source: Radford et al. (2019), GPT-2 `encoder.py`, `bytes_to_unicode`.
enum ByteAlphabet {
  /// The scalar of each byte.
  static let scalars: [UInt32] = {
    var next: UInt32 = 0x100
    return (0..<256).map { (byte: UInt32) in
      switch byte {
      case 33...126, 161...172, 174...255: return byte
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  private static let bytes: [UInt32: UInt8] = {
    Dictionary(uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })
  }()

  /// The bytes of a spelled token; `nil` when a scalar is not in the alphabet.
  static func decode(_ spelling: UTF8Text, into result: inout [UInt8]) -> Bool {
    var position = 0
    while position < spelling.count {
      let (scalar, length) = spelling.scalar(at: position)
      if (33...126).contains(scalar) {
        result.append(UInt8(scalar))
      } else if let byte = bytes[scalar] {
        result.append(byte)
      } else {
        return false
      }
      position += length
    }
    return true
  }

  static func spelling(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      if let scalar = Unicode.Scalar(scalars[Int(byte)]) { text.unicodeScalars.append(scalar) }
    }
    return text
  }
}
