/// Hashing of bytes and pairs for tables that are only looked up, never walked.
///
/// The seed differs between processes, so that no file can be made to collide; nothing that is
/// printed depends on it.
enum HashSeed {
  static let process: UInt64 = {
    var hasher = Hasher()
    hasher.combine(0x7265_6665)
    return UInt64(bitPattern: Int64(hasher.finalize())) | 1
  }()

  @inline(__always)
  static func mix(_ value: UInt64, _ seed: UInt64) -> UInt64 {
    let product = (value ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ (seed << 1))
    return product.high ^ product.low
  }

  @inline(__always)
  static func hash(_ bytes: UTF8Text, _ seed: UInt64) -> UInt64 {
    var state = seed ^ UInt64(bytes.count)
    let raw = UnsafeRawBufferPointer(bytes)
    var offset = 0
    while offset + 8 <= raw.count {
      state = mix(state ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self), seed)
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < raw.count {
      rest = rest << 8 | UInt64(raw[offset])
      offset += 1
    }
    return mix(state ^ rest, seed)
  }
}
