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
  /// One buffer a worker; not an array, whose reading would count references in every task.
  private let scratch: UnsafeMutablePointer<Scratch>

  private struct Scratch {
    var floats: UnsafeMutablePointer<Float>
    var count: Int
  }

  /// - Parameter threads: threads that work, the caller included.
  /// - Throws: ``KernelError/threadsUnavailable(requested:)``.
  public init(threads: Int) throws(KernelError) {
    guard (1...1024).contains(threads), let pool = ck_pool_create(threads) else {
      throw .threadsUnavailable(requested: threads)
    }
    self.pool = pool
    scratch = .allocate(capacity: ck_pool_threads(pool))
    for worker in 0..<ck_pool_threads(pool) {
      (scratch + worker).initialize(to: Scratch(floats: FloatBuffer.allocate(0), count: 0))
    }
  }

  deinit {
    for worker in 0..<threadCount { scratch[worker].floats.deallocate() }
    scratch.deallocate()
    ck_pool_destroy(pool)
  }

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
    let mine = scratch + worker
    if mine.pointee.count < floats {
      mine.pointee.floats.deallocate()
      mine.pointee = Scratch(floats: FloatBuffer.allocate(floats), count: floats)
    }
    return mine.pointee.floats
  }
}
