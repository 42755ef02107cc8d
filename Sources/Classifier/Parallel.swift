import Dispatch
import Synchronization

/// Index-parallel loops over immutable inputs. Results are written by index by the body, so they do
/// not depend on the number of threads or on the order of execution.
enum Parallel {
  private final class Counter: Sendable {
    let next = Atomic<Int>(0)
  }

  /// `@unchecked Sendable`: the body only writes by index, and the call returns after its last use.
  private struct Work: @unchecked Sendable {
    let body: () -> Void
  }

  static func forEach(_ count: Int, threads: Int, _ body: (Int) -> Void) {
    forEach(count, threads: threads, context: {}, { _, index in body(index) })
  }

  /// - Parameter context: makes what one thread reuses between its indices.
  static func forEach<Context>(
    _ count: Int, threads: Int, context: () -> Context, _ body: (Context, Int) -> Void
  ) {
    let workers = min(max(threads, 1), count)
    guard workers > 1 else {
      let own = context()
      for index in 0..<count { body(own, index) }
      return
    }
    let counter = Counter()
    func loop() {
      let own = context()
      while true {
        let index = counter.next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { return }
        body(own, index)
      }
    }
    withoutActuallyEscaping(loop) { escapable in
      let work = Work(body: escapable)
      DispatchQueue.concurrentPerform(iterations: workers) { _ in work.body() }
    }
  }
}

/// The first error of an index-parallel loop: the one with the lowest index that was met.
final class ParallelFailure: Sendable {
  private let first = Mutex<(index: Int, error: ClassifierError)?>(nil)

  func record(_ error: ClassifierError, at index: Int) {
    first.withLock { held in
      if held.map({ index < $0.index }) ?? true { held = (index, error) }
    }
  }

  func check() throws(ClassifierError) {
    if let error = first.withLock({ $0?.error }) { throw error }
  }
}
