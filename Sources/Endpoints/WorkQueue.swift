internal import Foundation

/// Hands out the places of a list of requests to workers and collects what they return.
///
/// After the first failure nothing new is handed out. `@unchecked Sendable`: every property is
/// guarded by the condition.
final class WorkQueue: @unchecked Sendable {
  typealias Outcome = Result<ChatReply, EndpointError>

  private let condition = NSCondition()
  private let count: Int
  private var nextPlace = 0
  private var workers = 0
  private var finished: [(Int, Outcome)] = []
  private var failures: [Int: EndpointError] = [:]
  private var stopped = false

  init(count: Int) { self.count = count }

  private func locked<Value>(_ body: () -> Value) -> Value {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }

  /// Whether the caller wants no more replies; requests on their way are dropped then.
  var isStopped: Bool { locked { stopped } }

  /// Of the lowest place, an interruption only when there is nothing else.
  var firstError: EndpointError? {
    locked {
      let ordered = failures.sorted { $0.key < $1.key }.map(\.value)
      return ordered.first { $0.kind != .interrupted } ?? ordered.first
    }
  }

  func startWorker(_ work: @escaping @Sendable (Int) -> Outcome) {
    locked { workers += 1 }
    let thread = Thread { [self] in
      while let place = take() {
        let outcome = work(place)
        locked {
          finished.append((place, outcome))
          if case .failure(let error) = outcome { failures[place] = error }
          condition.broadcast()
        }
      }
      locked {
        workers -= 1
        condition.broadcast()
      }
    }
    thread.start()
  }

  private func take() -> Int? {
    locked {
      guard !stopped, failures.isEmpty, nextPlace < count else { return nil }
      nextPlace += 1
      return nextPlace - 1
    }
  }

  /// The next outcome; waits for one, `nil` when all workers have ended.
  func next() -> (Int, Outcome)? {
    locked {
      while finished.isEmpty, workers > 0 { condition.wait() }
      return finished.isEmpty ? nil : finished.removeFirst()
    }
  }

  /// Ends the workers.
  func stopAndWait() {
    locked {
      stopped = true
      while workers > 0 { condition.wait() }
    }
  }
}
