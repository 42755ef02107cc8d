internal import Foundation
internal import Kernels
package import Model

extension FoldedModel {
  /// Sequences that advance together.
  private static let laneCount = 16

  /// As `LanguageModel.generate(_:batchSize:)`: responses in the order of the requests.
  ///
  /// The requests are dealt to the threads; each takes its part in lanes that advance together.
  package func generate(
    _ requests: [GenerationRequest], onToken: (Int, Int32) -> Void = { _, _ in }
  ) throws -> [GeneratedResponse] {
    for request in requests where request.prompt.isEmpty {
      throw ModelError.badRequest(problem: "an empty prompt; give at least one token")
    }
    let parts = min(backend.pool.threadCount, requests.count)
    guard parts > 1 else {
      return try generate(Array(requests.indices), of: requests, onToken: onToken)
        .sorted { $0.index < $1.index }.map(\.response)
    }
    let workers = try (0..<parts).map { _ in
      FoldedModel(
        self, backend: try KernelBackend(instructionSet: backend.instructionSet, threads: 1))
    }
    let lock = NSLock()
    var results: [Result<[Finished], any Error>] = []
    backend.pool.run(parts) { part, _ in
      let mine = stride(from: part, to: requests.count, by: parts)
      let result = Result {
        try workers[part].generate(Array(mine), of: requests) { index, token in
          lock.withLock { onToken(index, token) }
        }
      }
      lock.withLock { results.append(result) }
    }
    return try results.flatMap { try $0.get() }.sorted { $0.index < $1.index }.map(\.response)
  }

  private struct Finished {
    let index: Int
    let response: GeneratedResponse
  }

  /// A request on its way.
  private struct Lane {
    let index: Int
    let sequence: Sequence
    var read = 0
    var tokens: [Int32] = []
    var ending: GeneratedResponse.Ending?
  }

  /// - Parameter indices: of the requests to run; a free lane takes the next one.
  /// - Returns: in the order in which they ended.
  private func generate(
    _ indices: [Int], of requests: [GenerationRequest], onToken: (Int, Int32) -> Void
  ) throws -> [Finished] {
    var waiting = indices[...]
    var lanes: [Lane] = []
    var finished: [Finished] = []
    while true {
      while lanes.count < Self.laneCount, let index = waiting.popFirst() {
        lanes.append(Lane(index: index, sequence: newSequence()))
      }
      guard !lanes.isEmpty else { return finished }
      let logits = try advance(
        lanes.map { lane in
          let prompt = requests[lane.index].prompt
          return Step(
            token: lane.read < prompt.count
              ? prompt[lane.read] : lane.tokens[lane.read - prompt.count],
            sequence: lane.sequence, isLast: lane.read + 1 >= prompt.count)
        })
      for (row, values) in logits.enumerated() {
        lanes[row].read += 1
        guard !values.isEmpty else { continue }
        let (index, request) = (lanes[row].index, requests[lanes[row].index])
        guard lanes[row].tokens.count < request.maximumTokens else {
          lanes[row].ending = .maximumTokens
          continue
        }
        let token = request.choose(values, position: lanes[row].tokens.count)
        if request.stopTokens.contains(token) {
          lanes[row].ending = .stopToken(token)
          continue
        }
        lanes[row].tokens.append(token)
        onToken(index, token)
        if lanes[row].tokens.count == request.maximumTokens { lanes[row].ending = .maximumTokens }
      }
      finished += lanes.compactMap { lane in
        lane.ending.map {
          Finished(
            index: lane.index, response: GeneratedResponse(tokens: lane.tokens, ending: $0))
        }
      }
      lanes.removeAll { $0.ending != nil }
    }
  }
}
