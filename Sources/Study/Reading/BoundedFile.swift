internal import Provenance

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A text file of a study folder, read once, with limits: a regular file (never a link, a pipe or
/// a device), valid UTF-8, no line over ``maximumLineBytes``, no more bytes than asked for.
struct BoundedFile {
  /// 1 MiB: a line of a table is a few hundred bytes.
  static let maximumLineBytes = 1 << 20

  let name: String
  let text: String
  let sha256: SHA256Hex
  let sizeBytes: Int

  enum Presence { case required, optional }

  /// Returns `nil` when the file is absent or unusable; the latter is logged.
  static func read(
    folder: String, name: String, presence: Presence, maximumBytes: Int, log: inout ProblemLog
  ) -> BoundedFile? {
    let path = folder + "/" + name
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if presence == .required || errno != ENOENT {
        log.error(
          name, nil, nil, errno == ENOENT ? "the file is missing" : "the file cannot be reached",
          remedy: errno == ENOENT
            ? "write it as the format's documentation says" : "check its permissions")
      }
      return nil
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      log.error(
        name, nil, nil, "this is not a regular file but \(kind(of: status.st_mode))",
        remedy: "put the file itself into the folder")
      return nil
    }
    // The file may have been exchanged since: no link is followed, and no pipe can block.
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      log.error(name, nil, nil, "the file cannot be opened", remedy: "check its permissions")
      return nil
    }
    defer { _ = close(descriptor) }
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      log.error(
        name, nil, nil, "this is not a regular file", remedy: "put the file itself into the folder")
      return nil
    }
    guard let bytes = readAll(descriptor, name: name, maximumBytes: maximumBytes, log: &log)
    else { return nil }
    return decode(bytes, name: name, log: &log)
  }

  private static func readAll(
    _ descriptor: Int32, name: String, maximumBytes: Int, log: inout ProblemLog
  ) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var line = 1
    var lineBytes = 0
    while true {
      let count = chunk.withUnsafeMutableBytes { Int(readChunk(descriptor, $0)) }
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EINTR { continue }
        log.error(name, line, nil, "the file cannot be read", remedy: "check the disk")
        return nil
      }
      for byte in chunk[..<count] {
        if byte == 0x0A {
          line += 1
          lineBytes = 0
        } else {
          lineBytes += 1
          if lineBytes > maximumLineBytes {
            log.error(
              name, line, nil, "the line is longer than 1 MiB",
              remedy: "check that this is the right file and that its line ends are intact")
            return nil
          }
        }
      }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= maximumBytes else {
        log.error(
          name, line, nil, "the file is larger than \(maximumBytes >> 20) MiB",
          remedy: "check that this is the right file; a published study is a few kilobytes")
        return nil
      }
    }
  }

  private static func decode(
    _ bytes: [UInt8], name: String, log: inout ProblemLog
  ) -> BoundedFile? {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let body = bytes.dropFirst(hasMark ? 3 : 0)
    guard let text = String(validating: body, as: UTF8.self) else {
      let line = firstInvalidLine(body)
      log.error(
        name, line, nil, "the text is not valid UTF-8", remedy: "save the file as UTF-8")
      return nil
    }
    if let zero = body.firstIndex(of: 0) {
      let line = body[..<zero].count { $0 == 0x0A } + 1
      log.error(
        name, line, nil, "the file holds a zero byte", remedy: "save the file as plain UTF-8 text")
      return nil
    }
    return BoundedFile(
      name: name, text: text, sha256: SHA256Hex(of: bytes), sizeBytes: bytes.count)
  }

  private static func firstInvalidLine(_ bytes: ArraySlice<UInt8>) -> Int {
    var line = 1
    for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil { return line }
      line += 1
    }
    return line
  }

  private static func kind(of mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFLNK: "a symbolic link"
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}

// `read` alone would find the static function above.
private func readChunk(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}
