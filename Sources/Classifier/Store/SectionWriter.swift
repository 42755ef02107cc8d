import Crypto
import Glibc

/// Appends bytes to a file or to memory.
///
/// Files are written as `NAME.partial`; ``finish()`` flushes, syncs and renames, so that a file with
/// its final name is always whole.
final class SectionWriter {
  private(set) var offset = 0
  private let path: String?
  private var descriptor: Int32 = -1
  private var memory: UnsafeMutableRawPointer?
  private var capacity = 0
  private var used = 0
  private var hasher = SHA256()
  private static let flushSize = 1 << 20

  /// - Parameter path: the final name, or `nil` for memory.
  init(path: String?) throws(ClassifierError) {
    self.path = path
    guard let path else { return }
    descriptor = open(path + ".partial", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system(path, "create") }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    free(memory)
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(ClassifierError) {
    hasher.update(bufferPointer: bytes)
    offset += bytes.count
    if path != nil, used + bytes.count > Self.flushSize {
      try flush()
      if bytes.count >= Self.flushSize {
        try write(bytes)
        return
      }
    }
    if used + bytes.count > capacity {
      let wanted = max(used + bytes.count, path == nil ? capacity * 2 : Self.flushSize)
      guard let grown = realloc(memory, wanted) else {
        throw .fileSystem(path: path ?? "memory", operation: "grow", reason: "out of memory")
      }
      memory = grown
      capacity = wanted
    }
    if let source = bytes.baseAddress, let memory { memcpy(memory + used, source, bytes.count) }
    used += bytes.count
  }

  func append<Element: BitwiseCopyable>(_ elements: [Element]) throws(ClassifierError) {
    // Typed throws do not pass through `withUnsafeBytes` of an array in an untyped closure.
    let result: Result<Void, ClassifierError> = elements.withUnsafeBytes { bytes in
      do throws(ClassifierError) { return .success(try append(bytes)) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Pads with zeros to a multiple of `alignment`.
  func align(_ alignment: Int) throws(ClassifierError) {
    let rest = offset % alignment
    if rest > 0 { try append([UInt8](repeating: 0, count: alignment - rest)) }
  }

  /// SHA-256 of everything appended, as lowercase hexadecimal.
  func digest() -> String { hexadecimal(hasher.finalize()) }

  /// Syncs and renames a file.
  func finish() throws(ClassifierError) {
    guard let path else { return }
    try flush()
    guard fsync(descriptor) == 0 else { throw .system(path, "sync") }
    close(descriptor)
    descriptor = -1
    guard rename(path + ".partial", path) == 0 else { throw .system(path, "rename") }
  }

  /// Hands the memory over as a readable section.
  func takeMemory() -> MappedFile {
    let file = MappedFile(owning: memory, count: used)
    memory = nil
    return file
  }

  private func flush() throws(ClassifierError) {
    guard used > 0, let memory else { return }
    try write(UnsafeRawBufferPointer(start: memory, count: used))
    used = 0
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(ClassifierError) {
    var position = 0
    while position < bytes.count, let start = bytes.baseAddress {
      let written = Glibc.write(descriptor, start + position, bytes.count - position)
      if written < 0 {
        if errno == EINTR { continue }
        throw .system(path ?? "", "write")
      }
      position += written
    }
  }
}

/// Syncs a folder, so that the names in it survive a crash.
func syncFolder(_ path: String) throws(ClassifierError) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .system(path, "open") }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw .system(path, "sync") }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
