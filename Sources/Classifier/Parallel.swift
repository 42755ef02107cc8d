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
    let body: (Int) -> Void
  }

  static func forEach(_ count: Int, threads: Int, _ body: (Int) -> Void) {
    let workers = min(max(threads, 1), count)
    guard workers > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    let counter = Counter()
    withoutActuallyEscaping(body) { escapable in
      let work = Work(body: escapable)
      DispatchQueue.concurrentPerform(iterations: workers) { _ in
        while true {
          let index = counter.next.wrappingAdd(1, ordering: .relaxed).oldValue
          if index >= count { return }
          work.body(index)
        }
      }
    }
  }
}
