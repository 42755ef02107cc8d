internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Keeps two runs out of one folder; the system releases it with the process.
final class RunLock {
  private var descriptor: Int32

  init(folder: String) throws {
    let name = "run.lock"
    descriptor = open(folder + "/" + name, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw PipelineError.cannotWrite(path: folder + "/" + name, reason: "it cannot be opened")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      descriptor = -1
      throw PipelineError.busy(folder: folder)
    }
  }

  func release() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
  }

  deinit { release() }
}
