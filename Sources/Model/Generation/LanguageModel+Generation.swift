extension LanguageModel {
  /// Generates responses, many at a time; the order of the answers is that of the requests.
  ///
  /// Requests enter the batch as others leave it, and equal prompts share their prefill. Neither
  /// changes a token: see ``forward(_:)``.
  /// - Parameters:
  ///   - requests: any number.
  ///   - batchSize: sequences that advance together; memory grows with it, results do not change.
  ///   - onToken: is told the index of a request and each token of its response, as they come.
  /// - Throws: ``ModelError/badRequest(problem:)``.
  public func generate(
    _ requests: [GenerationRequest], batchSize: Int = 16,
    onToken: (Int, Int32) -> Void = { _, _ in }
  ) throws -> [GeneratedResponse] {
    try generate(requests, batchSize: batchSize, hooks: [], onToken: onToken)
  }

  /// As ``generate(_:batchSize:)`` with hooks; hook rows carry the index of the request.
  package func generate(
    _ requests: [GenerationRequest], batchSize: Int = 16, hooks: [any ForwardHooks],
    onToken: (Int, Int32) -> Void = { _, _ in }
  ) throws -> [GeneratedResponse] {
    for request in requests {
      try request.sampling.validate()
      guard !request.prompt.isEmpty else {
        throw ModelError.badRequest(problem: "an empty prompt; give at least one token")
      }
      guard request.vocabularyLimit.map({ $0 >= 1 }) ?? true else {
        throw ModelError.badRequest(problem: "the vocabulary limit leaves no token")
      }
    }
    var responses = [GeneratedResponse?](repeating: nil, count: requests.count)
    var active: [Stream] = []
    var next = 0
    while next < requests.count || !active.isEmpty {
      let room = max(1, batchSize) - active.count
      if room > 0, next < requests.count {
        let entering = Array(next..<min(next + room, requests.count))
        let entered = try prefill(entering, requests: requests, hooks: hooks)
        for stream in entered {
          if let token = stream.tokens.last { onToken(stream.request, token) }
        }
        active += entered
        next += entering.count
      }
      active.removeAll { stream in
        responses[stream.request] = stream.response
        return stream.response != nil
      }
      guard !active.isEmpty else { continue }
      let segments = active.map { stream in
        Segment(
          state: stream.state, tokens: [stream.tokens[stream.tokens.count - 1]], logits: .last,
          label: stream.request)
      }
      let logits = try forward(segments, hooks: hooks)
      for index in active.indices {
        let count = active[index].tokens.count
        active[index].advance(logits[index], request: requests[active[index].request])
        if active[index].tokens.count > count, let token = active[index].tokens.last {
          onToken(active[index].request, token)
        }
      }
    }
    return responses.compactMap { $0 }
  }

  /// A response on its way.
  private struct Stream {
    let request: Int
    let state: SequenceState
    var tokens: [Int32] = []
    var response: GeneratedResponse?

    mutating func advance(_ logits: [Float], request: GenerationRequest) {
      guard tokens.count < request.maximumTokens else {
        response = GeneratedResponse(tokens: tokens, ending: .maximumTokens)
        return
      }
      let token = request.choose(logits, position: tokens.count)
      if request.stopTokens.contains(token) {
        response = GeneratedResponse(tokens: tokens, ending: .stopToken(token))
        return
      }
      tokens.append(token)
      if tokens.count >= request.maximumTokens {
        response = GeneratedResponse(tokens: tokens, ending: .maximumTokens)
      }
    }
  }

  /// Runs the prompts, each different one once.
  private func prefill(
    _ entering: [Int], requests: [GenerationRequest], hooks: [any ForwardHooks]
  ) throws -> [Stream] {
    var first: [[Int32]: Int] = [:]
    var segments: [Segment] = []
    for index in entering where first[requests[index].prompt] == nil {
      first[requests[index].prompt] = segments.count
      segments.append(
        Segment(
          state: newSequence(), tokens: requests[index].prompt, logits: .last, label: index))
    }
    let logits = try forward(segments, hooks: hooks)
    var isTaken = [Bool](repeating: false, count: segments.count)
    return entering.compactMap { index in
      guard let slot = first[requests[index].prompt] else { return nil }
      let state = isTaken[slot] ? segments[slot].state.copy() : segments[slot].state
      isTaken[slot] = true
      var stream = Stream(request: index, state: state)
      stream.advance(logits[slot], request: requests[index])
      return stream
    }
  }
}
