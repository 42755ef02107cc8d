internal import Foundation
internal import Provenance

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A regular file on disk, read in pieces; never a link inside a folder, a pipe or a device.
struct InputFile {
  /// A document that is parsed as a whole.
  static let maximumDocumentBytes = 128 << 20
  static let chunkBytes = 1 << 20

  /// For opening only; never stored.
  let location: String
  /// Relative to the imported folder, with `/`.
  let path: String
  /// The folders above the file, outermost first, as far as they are inside the imported folder.
  let foldersInside: [String]
  /// All folders above the file.
  let folders: [String]

  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Without its last extension.
  var stem: String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// Calls `body` with pieces of the file, in order.
  /// - Throws: ``ImportError/unreadable(path:reason:)`` and what `body` throws.
  func forEachChunk(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let descriptor = open(location, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ImportError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { _ = close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ImportError.unreadable(path: path, reason: "it is not a regular file")
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = Int(readChunk(descriptor, buffer))
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR { continue }
        throw ImportError.unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// SHA-256 and size.
  func digest() throws -> (digest: SHA256Digest, sizeBytes: Int) {
    var stream = SHA256Stream()
    var size = 0
    try forEachChunk { chunk in
      stream.append(chunk)
      size += chunk.count
    }
    guard let digest = SHA256Digest(hexadecimal: stream.digest.description) else {
      throw ImportError.unreadable(path: path, reason: "it has no digest")
    }
    return (digest, size)
  }

  /// The whole file.
  /// - Throws: ``ImportError/tooLarge(path:limitBytes:)``.
  func contents(limitBytes: Int = maximumDocumentBytes) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachChunk { chunk in
      guard bytes.count + chunk.count <= limitBytes else {
        throw ImportError.tooLarge(path: path, limitBytes: limitBytes)
      }
      bytes.append(contentsOf: chunk)
    }
    return bytes
  }
}

// `read` alone would find a method.
private func readChunk(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}
