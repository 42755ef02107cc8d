/// A zip file whose bytes depend on names and contents only: members sorted by name, stored without
/// compression, one fixed time, no host's attributes.
public struct DeterministicArchive: Sendable {
  private var members: [String: [UInt8]] = [:]

  public init() {}

  /// Adds a member; a later one of the same name takes its place.
  /// - Parameter name: relative, with `/`.
  public mutating func add(_ name: String, _ bytes: [UInt8]) { members[name] = bytes }

  /// The file; `nil` when it would need the 64-bit format: over 4 GiB or 65,534 members.
  public var bytes: [UInt8]? {
    let total = members.reduce(0) { $0 + $1.value.count + 2 * $1.key.utf8.count + 128 }
    guard total < 0xFFFF_FFFF, members.count < 0xFFFF else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(total)
    var directory: [UInt8] = []
    let names = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in names {
      let content = members[name] ?? []
      let offset = output.count
      // Version 1.0, UTF-8 names, stored, 1980-01-01 00:00.
      var fields: [UInt8] = []
      fields.append(10, width: 2)
      fields.append(0x0800, width: 2)
      fields.append(0, width: 2)
      fields.append(0, width: 2)
      fields.append(0x21, width: 2)
      fields.append(Int(CRC32.of(content)), width: 4)
      fields.append(content.count, width: 4)
      fields.append(content.count, width: 4)
      fields.append(name.utf8.count, width: 2)
      fields.append(0, width: 2)
      output.append(0x0403_4B50, width: 4)
      output += fields + Array(name.utf8) + content
      directory.append(0x0201_4B50, width: 4)
      directory.append(0x031E, width: 2)
      directory += fields
      directory.append(0, width: 2)
      directory.append(0, width: 2)
      directory.append(0, width: 2)
      // A regular file that all may read.
      directory.append(0o100644 << 16, width: 4)
      directory.append(offset, width: 4)
      directory += Array(name.utf8)
    }
    let start = output.count
    output += directory
    output.append(0x0605_4B50, width: 4)
    output.append(0, width: 4)
    output.append(names.count, width: 2)
    output.append(names.count, width: 2)
    output.append(directory.count, width: 4)
    output.append(start, width: 4)
    output.append(0, width: 2)
    return output
  }
}

/// The checksum of zip and gzip (ITU-T V.42, reflected polynomial 0xEDB88320).
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1
    }
  }

  static func of(_ bytes: [UInt8]) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      ~bytes.reduce(~UInt32(0)) { ($0 >> 8) ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }
  }
}

extension [UInt8] {
  /// Little-endian.
  fileprivate mutating func append(_ value: Int, width: Int) {
    for index in 0..<width { append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }
}
