public import Foundation

/// The arrays of a `.npz` file, by name; each is decompressed when asked for.
public struct NumpyArchive: Sendable {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private let bytes: [UInt8]
  private let entries: [String: Entry]

  public init(url: URL) throws {
    bytes = Array(try Data(contentsOf: url))
    var entries: [String: Entry] = [:]
    for entry in try Self.directory(bytes) {
      let name = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
      entries[name] = entry
    }
    self.entries = entries
  }

  public var names: [String] { entries.keys.sorted() }

  public subscript(name: String) -> NumpyArray {
    get throws {
      guard let entry = entries[name] else { throw Failure(description: "no array \(name)") }
      return try NumpyArray(npy: entry.contents(of: bytes))
    }
  }

  private struct Entry: Sendable {
    let name: String
    let method: Int
    let compressedSize: Int
    let size: Int
    let headerOffset: Int

    func contents(of bytes: [UInt8]) throws -> [UInt8] {
      let start =
        headerOffset + 30 + NumpyArchive.integer(bytes, headerOffset + 26, 2)
        + NumpyArchive.integer(bytes, headerOffset + 28, 2)
      let data = bytes[start..<start + compressedSize]
      switch method {
      case 0: return Array(data)
      case 8: return try Inflate.decompress(data, size: size)
      default: throw Failure(description: "zip method \(method)")
      }
    }
  }

  fileprivate static func integer(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int {
    (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  private static func directory(_ bytes: [UInt8]) throws -> [Entry] {
    guard bytes.count >= 22,
      let end = (0...(bytes.count - 22)).last(where: { integer(bytes, $0, 4) == 0x0605_4b50 })
    else { throw Failure(description: "no zip directory") }
    var offset = integer(bytes, end + 16, 4)
    var entries: [Entry] = []
    for _ in 0..<integer(bytes, end + 10, 2) {
      let nameLength = integer(bytes, offset + 28, 2)
      let name = String(decoding: bytes[offset + 46..<offset + 46 + nameLength], as: UTF8.self)
      entries.append(
        Entry(
          name: name, method: integer(bytes, offset + 10, 2),
          compressedSize: integer(bytes, offset + 20, 4), size: integer(bytes, offset + 24, 4),
          headerOffset: integer(bytes, offset + 42, 4)))
      offset += 46 + nameLength + integer(bytes, offset + 30, 2) + integer(bytes, offset + 32, 2)
    }
    return entries
  }
}
