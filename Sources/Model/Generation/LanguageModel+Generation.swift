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
    try generate(requests, batchSize: batchSize, dealtTo: { _ in [] }, onToken: onToken)
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
      let entering = Array(next..<min(next + max(1, batchSize) - active.count, requests.count))
      next += entering.count
      let entry = Entry(entering, requests: requests, model: self)
      let logits = try forward(active.map(\.segment) + entry.segments, hooks: hooks)
      for index in active.indices {
        active[index].advance(logits[index], request: requests[active[index].request])
      }
      active += entry.streams(logits[active.count...], requests: requests)
      active.removeAll { stream in
        if stream.isFresh, let token = stream.tokens.last { onToken(stream.request, token) }
        responses[stream.request] = stream.response
        return stream.response != nil
      }
    }
    return responses.compactMap { $0 }
  }

  /// A response on its way.
  private struct Stream {
    let request: Int
    let state: SequenceState
    var tokens: [Int32] = []
    /// Whether the last step added a token.
    var isFresh = false
    var response: GeneratedResponse?

    /// The last token, to be read.
    var segment: Segment {
      Segment(
        state: state, tokens: [tokens[tokens.count - 1]], logits: .last, label: request)
    }

    mutating func advance(_ logits: [Float], request: GenerationRequest) {
      isFresh = false
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
      isFresh = true
      if tokens.count >= request.maximumTokens {
        response = GeneratedResponse(tokens: tokens, ending: .maximumTokens)
      }
    }
  }

  /// Requests that enter the batch; each different prompt is read once.
  private struct Entry {
    let entering: [Int]
    let segments: [Segment]
    private let slots: [Int]

    init(_ entering: [Int], requests: [GenerationRequest], model: LanguageModel) {
      var first: [[Int32]: Int] = [:]
      var segments: [Segment] = []
      slots = entering.map { index in
        let prompt = requests[index].prompt
        if let slot = first[prompt] { return slot }
        first[prompt] = segments.count
        segments.append(
          Segment(state: model.newSequence(), tokens: prompt, logits: .last, label: index))
        return segments.count - 1
      }
      self.entering = entering
      self.segments = segments
    }

    /// - Parameter logits: of the segments.
    func streams(
      _ logits: ArraySlice<[Float]>, requests: [GenerationRequest]
    ) -> [Stream] {
      var isTaken = [Bool](repeating: false, count: segments.count)
      return zip(entering, slots).map { index, slot in
        let state = isTaken[slot] ? segments[slot].state.copy() : segments[slot].state
        isTaken[slot] = true
        var stream = Stream(request: index, state: state)
        stream.advance(logits[logits.startIndex + slot], request: requests[index])
        return stream
      }
    }
  }
}
