internal import CKernels

/// Threads that sleep between jobs and take index after index of a job.
///
/// A task may run on any worker in any order, so a task writes only what its index owns; then the
/// result does not depend on the thread count.
///
/// `@unchecked Sendable`: the C pool serialises jobs with its own mutex; `scratch` is indexed by
/// worker and used by that worker only.
public final class WorkerPool: @unchecked Sendable {
  private let pool: OpaquePointer
  private let scratch: [FloatBuffer]

  /// - Parameter threads: threads that work, the caller included.
  /// - Throws: ``KernelError/threadsUnavailable(requested:)``.
  public init(threads: Int) throws(KernelError) {
    guard (1...1024).contains(threads), let pool = ck_pool_create(threads) else {
      throw .threadsUnavailable(requested: threads)
    }
    self.pool = pool
    scratch = (0..<ck_pool_threads(pool)).map { _ in FloatBuffer(count: 0) }
  }

  deinit { ck_pool_destroy(pool) }

  public var threadCount: Int { ck_pool_threads(pool) }

  /// Runs `task(index, worker)` for every index in `0..<count` and returns when all are done.
  package func run(_ count: Int, _ task: (_ index: Int, _ worker: Int) -> Void) {
    withoutActuallyEscaping(task) { escaping in
      var closure = escaping
      withUnsafeMutablePointer(to: &closure) { pointer in
        ck_pool_run(
          pool, count,
          { context, index, worker in
            guard let context else { return }
            let task = context.assumingMemoryBound(to: ((Int, Int) -> Void).self)
            task.pointee(index, worker)
          }, pointer)
      }
    }
  }

  /// Scratch of one worker, valid until its next call.
  package func scratch(worker: Int, floats: Int) -> UnsafeMutablePointer<Float> {
    scratch[worker].reserve(floats)
    return scratch[worker].pointer
  }
}
