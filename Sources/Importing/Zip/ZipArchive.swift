internal import CZlib
internal import CZstd
internal import Foundation

/// Reads the members of a zip file with bounds on everything that the file says about itself.
///
/// Methods 0 (stored), 8 (DEFLATE) and 93 (Zstandard); zip64 directories. Each member's size is
/// bounded before memory is taken, decompression stops at the stated size, and the CRC is checked.
/// Overlapping members, encryption and further methods are refused.
struct ZipArchive {
  static let maximumArchiveBytes = 1 << 30
  static let maximumMemberBytes = 128 << 20
  /// Of all members together: a zip bomb of many small members stops here.
  static let maximumTotalBytes = 4 << 30
  static let maximumMembers = 1 << 20

  struct Member {
    let name: String
    fileprivate let method: Int
    fileprivate let checksum: UInt32
    fileprivate let compressedSize: Int
    let size: Int
    fileprivate let headerOffset: Int
  }

  struct Failure: Error {
    let reason: String
  }

  private let bytes: [UInt8]
  /// In the order of the directory; of members with one name the last one counts.
  let members: [Member]

  init(_ bytes: [UInt8]) throws(Failure) {
    self.bytes = bytes
    let reader = Directory(bytes: bytes)
    var byName: [String: Int] = [:]
    var members: [Member] = []
    var total = 0
    for member in try reader.members() {
      guard (0...Self.maximumMemberBytes).contains(member.size) else {
        throw Failure(reason: "\(member.name) unpacks to more than 128 MiB")
      }
      total += member.size
      guard total <= Self.maximumTotalBytes else {
        throw Failure(reason: "its members unpack to more than 4 GiB")
      }
      if let earlier = byName[member.name] {
        members[earlier] = member
      } else {
        byName[member.name] = members.count
        members.append(member)
      }
    }
    self.members = members
  }

  func member(_ name: String) -> Member? { members.first { $0.name == name } }

  /// The unpacked bytes of a member.
  func contents(_ member: Member) throws(Failure) -> [UInt8] {
    let header = member.headerOffset
    guard header >= 0, header <= bytes.count - 30, bytes.number(header, 4) == 0x0403_4B50 else {
      throw Failure(reason: "\(member.name) has no header")
    }
    let start = header + 30 + bytes.number(header + 26, 2) + bytes.number(header + 28, 2)
    guard member.compressedSize >= 0, start <= bytes.count,
      member.compressedSize <= bytes.count - start
    else { throw Failure(reason: "\(member.name) reaches beyond the end of the file") }
    let packed = bytes[start..<start + member.compressedSize]
    var output = [UInt8](repeating: 0, count: member.size)
    let isWhole = packed.withUnsafeBufferPointer { packed in
      output.withUnsafeMutableBufferPointer { output in
        Self.unpack(packed, into: output, method: member.method)
      }
    }
    guard let isWhole else { throw Failure(reason: "method \(member.method) is not supported") }
    guard isWhole else { throw Failure(reason: "\(member.name) cannot be unpacked") }
    let checksum = output.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, UInt32($0.count)))
    }
    // zlib returns the start value for a null pointer, which is the CRC of nothing.
    guard checksum == member.checksum else {
      throw Failure(reason: "the checksum of \(member.name) is wrong")
    }
    return output
  }

  /// Whether the bytes unpack to exactly the output; `nil` for an unknown method.
  private static func unpack(
    _ packed: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>,
    method: Int
  ) -> Bool? {
    switch method {
    case 0:
      guard packed.count == output.count else { return false }
      _ = output.update(fromContentsOf: packed)
      return true
    case 8:
      return referee_inflate(packed.baseAddress, packed.count, output.baseAddress, output.count)
        == 1
    case 93:
      let written = ZSTD_decompress(
        output.baseAddress, output.count, packed.baseAddress, packed.count)
      return ZSTD_isError(written) == 0 && written == output.count
    default: return nil
    }
  }

  // MARK: - Directory

  private struct Directory {
    let bytes: [UInt8]

    func members() throws(Failure) -> [Member] {
      var (count, offset) = try end()
      guard count <= ZipArchive.maximumMembers else {
        throw Failure(reason: "it has more than a million members")
      }
      var members: [Member] = []
      while count > 0 {
        guard offset >= 0, offset <= bytes.count - 46, bytes.number(offset, 4) == 0x0201_4B50
        else { throw Failure(reason: "its directory is damaged") }
        let nameLength = bytes.number(offset + 28, 2)
        let extraLength = bytes.number(offset + 30, 2)
        let next = offset + 46 + nameLength + extraLength + bytes.number(offset + 32, 2)
        guard next <= bytes.count,
          let name = String(
            validating: bytes[offset + 46..<offset + 46 + nameLength], as: UTF8.self)
        else { throw Failure(reason: "its directory is damaged") }
        guard bytes.number(offset + 8, 2) & 1 == 0 else {
          throw Failure(reason: "\(name) is encrypted")
        }
        var sizes = [
          bytes.number(offset + 24, 4), bytes.number(offset + 20, 4), bytes.number(offset + 42, 4),
        ]
        widen(&sizes, from: offset + 46 + nameLength, count: extraLength)
        members.append(
          Member(
            name: name, method: bytes.number(offset + 10, 2),
            checksum: UInt32(truncatingIfNeeded: bytes.number(offset + 16, 4)),
            compressedSize: sizes[1], size: sizes[0], headerOffset: sizes[2]))
        offset = next
        count -= 1
      }
      return members
    }

    /// Sizes of 2³² - 1 stand in the zip64 field, in the order size, packed size, offset.
    private func widen(_ sizes: inout [Int], from start: Int, count: Int) {
      var offset = start
      while offset + 4 <= start + count {
        let length = bytes.number(offset + 2, 2)
        guard offset + 4 + length <= start + count else { return }
        if bytes.number(offset, 2) == 1 {
          var position = offset + 4
          for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
            guard position + 8 <= offset + 4 + length else { return }
            sizes[index] = bytes.number(position, 8)
            position += 8
          }
          return
        }
        offset += 4 + length
      }
    }

    /// Number of members and where the directory starts.
    private func end() throws(Failure) -> (count: Int, offset: Int) {
      guard bytes.count >= 22 else { throw Failure(reason: "it is no zip file") }
      let earliest = max(0, bytes.count - 22 - 65_535)
      guard
        let end = (earliest...bytes.count - 22).last(where: { bytes.number($0, 4) == 0x0605_4B50 })
      else { throw Failure(reason: "it is no zip file, or it was cut off") }
      let count = bytes.number(end + 10, 2)
      let offset = bytes.number(end + 16, 4)
      guard count == 0xFFFF || offset == 0xFFFF_FFFF else { return (count, offset) }
      guard end >= 20, bytes.number(end - 20, 4) == 0x0706_4B50 else { return (count, offset) }
      let wide = bytes.number(end - 12, 8)
      guard wide >= 0, wide <= bytes.count - 56, bytes.number(wide, 4) == 0x0606_4B50 else {
        throw Failure(reason: "its directory is damaged")
      }
      return (bytes.number(wide + 32, 8), bytes.number(wide + 48, 8))
    }
  }
}

extension [UInt8] {
  /// A little-endian number; -1 when it is beyond `Int` or outside the bytes.
  fileprivate func number(_ offset: Int, _ width: Int) -> Int {
    guard offset >= 0, offset + width <= count else { return -1 }
    var value: UInt64 = 0
    for index in (0..<width).reversed() { value = value << 8 | UInt64(self[offset + index]) }
    return Int(exactly: value) ?? -1
  }
}
