import Glibc

/// A read-only memory map of a whole file, or bytes owned in memory with the same face.
///
/// `@unchecked Sendable`: the bytes are never written after initialisation.
final class MappedFile: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  let isMapped: Bool

  init(path: String) throws(ClassifierError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path, "open") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path, "inspect") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .fileSystem(path: path, operation: "map", reason: "not a regular file")
    }
    let size = Int(status.st_size)
    if size == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      isMapped = false
      return
    }
    let address = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw .system(path, "map") }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
    isMapped = true
  }

  /// Takes ownership of memory from `malloc`.
  init(owning memory: UnsafeMutableRawPointer?, count: Int) {
    bytes = UnsafeRawBufferPointer(start: memory, count: memory == nil ? 0 : count)
    isMapped = false
  }

  deinit {
    guard let start = bytes.baseAddress else { return }
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    } else {
      free(UnsafeMutableRawPointer(mutating: start))
    }
  }

  /// Drops the pages of a range from this process (they stay in the page cache).
  func release(_ range: Range<Int>) {
    advise(range, MADV_DONTNEED)
  }

  /// Asks for a range ahead of its use.
  func prefetch(_ range: Range<Int>) {
    advise(range, MADV_WILLNEED)
  }

  private func advise(_ range: Range<Int>, _ advice: Int32) {
    guard isMapped, let start = bytes.baseAddress, !range.isEmpty else { return }
    let page = 4096
    let first =
      advice == MADV_DONTNEED
      ? (range.lowerBound + page - 1) / page * page : range.lowerBound / page * page
    let last =
      advice == MADV_DONTNEED
      ? range.upperBound / page * page : range.upperBound
    guard last > first else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), last - first, advice)
  }
}

extension ClassifierError {
  /// The current `errno` as an error.
  static func system(_ path: String, _ operation: String) -> ClassifierError {
    .fileSystem(path: path, operation: operation, reason: String(cString: strerror(errno)))
  }
}
