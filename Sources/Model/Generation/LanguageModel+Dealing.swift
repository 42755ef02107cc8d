internal import Foundation
internal import Kernels

extension LanguageModel {
  /// As ``generate(_:batchSize:onToken:)`` with hooks of each model that works.
  ///
  /// The requests of a small model are dealt to its threads, equal neighbours together, so that they
  /// share their prefill. A response does not depend on who else is in its batch, so it does not
  /// depend on the dealing.
  /// - Parameter hooks: makes the hooks of one worker; their rows carry no index of a request.
  package func generate(
    _ requests: [GenerationRequest], batchSize: Int,
    dealtTo hooks: (LanguageModel) throws -> [any ForwardHooks],
    onToken: (Int, Int32) -> Void
  ) throws -> [GeneratedResponse] {
    let hands = hands(of: requests)
    guard hands.count > 1 else {
      return try generate(requests, batchSize: batchSize, hooks: try hooks(self), onToken: onToken)
    }
    let workers = try hands.map { _ in try twin() }
    let lock = NSLock()
    var responses = [GeneratedResponse?](repeating: nil, count: requests.count)
    var failure: (any Error)?
    backend.pool.run(hands.count) { part, _ in
      let hand = hands[part]
      let result = Result {
        try workers[part].generate(
          hand.map { requests[$0] }, batchSize: batchSize, hooks: try hooks(workers[part])
        ) { index, token in
          lock.withLock { onToken(hand[index], token) }
        }
      }
      lock.withLock {
        switch result {
        case .success(let mine):
          for (index, response) in zip(hand, mine) { responses[index] = response }
        case .failure(let error): failure = failure ?? error
        }
      }
    }
    if let failure { throw failure }
    return responses.compactMap { $0 }
  }

  /// Indices of the requests that each thread takes; one hand means no dealing.
  private func hands(of requests: [GenerationRequest]) -> [[Int]] {
    guard isSmall, backend.pool.threadCount > 1 else { return [] }
    var groups: [[Int]] = []
    for index in requests.indices {
      if index > 0, requests[index].prompt == requests[index - 1].prompt {
        groups[groups.count - 1].append(index)
      } else {
        groups.append([index])
      }
    }
    let count = min(backend.pool.threadCount, groups.count)
    return (0..<count).map { part in
      stride(from: part, to: groups.count, by: count).flatMap { groups[$0] }
    }
  }
}
