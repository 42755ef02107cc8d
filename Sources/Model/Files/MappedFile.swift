internal import Glibc

/// A read-only file mapped into memory; unmapped when the last user is gone.
///
/// Nothing is read until it is touched, and the pages belong to the file cache, not to the process.
/// A file that somebody truncates while it is mapped ends the process (SIGBUS): checkpoints must
/// not be rewritten in place.
///
/// `@unchecked Sendable`: the memory is mapped read-only and never changes.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  package let bytes: UnsafeRawBufferPointer

  /// - Throws: ``ModelError/cannotRead(path:reason:)``.
  package init(path: String) throws {
    self.path = path
    let handle = open(path, O_RDONLY | O_CLOEXEC)
    guard handle >= 0 else {
      throw ModelError.cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(handle) }
    var status = stat()
    guard fstat(handle, &status) == 0 else {
      throw ModelError.cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ModelError.cannotRead(path: path, reason: "it is no regular file")
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let base = mmap(nil, size, PROT_READ, MAP_SHARED, handle, 0), base != MAP_FAILED else {
      throw ModelError.cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    bytes = UnsafeRawBufferPointer(start: base, count: size)
  }

  deinit {
    if let base = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
  }

  /// An error of this file.
  func corrupt(_ problem: String, at offset: Int) -> ModelError {
    .corruptFile(path: path, offset: offset, problem: problem)
  }
}
