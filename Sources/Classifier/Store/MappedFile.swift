import Glibc

/// A read-only memory map of a whole file, or bytes owned in memory with the same face.
///
/// `@unchecked Sendable`: the bytes are never written after initialisation.
final class MappedFile: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  let isMapped: Bool
  let path: String
  private let descriptor: Int32

  init(path: String) throws(ClassifierError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path, "open") }
    var isKept = false
    defer { if !isKept { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path, "inspect") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .fileSystem(path: path, operation: "map", reason: "not a regular file")
    }
    self.path = path
    let size = Int(status.st_size)
    if size == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      isMapped = false
      self.descriptor = -1
      return
    }
    let address = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw .system(path, "map") }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
    isMapped = true
    self.descriptor = descriptor
    isKept = true
  }

  /// Takes ownership of memory from `malloc`.
  init(owning memory: UnsafeMutableRawPointer?, count: Int) {
    bytes = UnsafeRawBufferPointer(start: memory, count: memory == nil ? 0 : count)
    isMapped = false
    path = "memory"
    descriptor = -1
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    guard let start = bytes.baseAddress else { return }
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    } else {
      free(UnsafeMutableRawPointer(mutating: start))
    }
  }

  /// Drops the pages of a range from this process (they stay in the page cache).
  func release(_ range: Range<Int>) {
    guard isMapped, let start = bytes.baseAddress, !range.isEmpty else { return }
    let page = 4096
    let first = (range.lowerBound + page - 1) / page * page
    let last = range.upperBound / page * page
    guard last > first else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), last - first, MADV_DONTNEED)
  }

  /// Copies a range of the file.
  func read(
    _ range: Range<Int>, into target: UnsafeMutableRawPointer
  ) throws(ClassifierError) {
    var done = 0
    while done < range.count {
      let got = pread(
        descriptor, target + done, range.count - done, off_t(range.lowerBound + done))
      if got < 0 {
        if errno == EINTR { continue }
        throw .system(path, "read")
      }
      guard got > 0 else {
        throw .damagedStore(path: path, message: "the file ends at byte \(range.lowerBound + done)")
      }
      done += got
    }
  }
}

extension ClassifierError {
  /// The current `errno` as an error.
  static func system(_ path: String, _ operation: String) -> ClassifierError {
    .fileSystem(path: path, operation: operation, reason: String(cString: strerror(errno)))
  }
}
