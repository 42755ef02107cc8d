internal import Kernels

extension FeedForward {
  /// Softmax over all experts, the K largest (ties: the lower index), their weights renormalised
  /// where the architecture says so; then the slots grouped by expert.
  func route(
    _ x: UnsafePointer<Float>, trace: FeedForwardTrace, hooks: [any ForwardHooks],
    backend: KernelBackend
  ) {
    trace.chosen = []
    trace.weights = []
    trace.slots = []
    trace.starts = [0]
    guard let routed else { return }
    let (tokens, count) = (trace.tokenCount, routed.sizes.count)
    trace.routerLogits.reserve(tokens * count)
    let logits = trace.routerLogits.pointer
    backend.multiply(
      routed.router, x, tokens: tokens, into: logits, storage: trace.roundedInput)
    for hook in hooks { hook.routerLogits(trace, backend: backend) }
    var probabilities = [Float](repeating: 0, count: count)
    for token in 0..<tokens {
      for expert in 0..<count { probabilities[expert] = logits[token * count + expert] }
      backend.softmax(&probabilities, count)
      choose(routed.sizes, from: probabilities, trace: trace)
    }
    group(trace)
  }

  private func choose(
    _ sizes: ModelConfiguration.Experts, from probabilities: [Float], trace: FeedForwardTrace
  ) {
    var best: [Int] = []
    for expert in probabilities.indices {
      var place = best.count
      while place > 0, probabilities[best[place - 1]] < probabilities[expert] { place -= 1 }
      if place < sizes.perToken {
        best.insert(expert, at: place)
        if best.count > sizes.perToken { best.removeLast() }
      }
    }
    let sum = sizes.isNormalised ? best.reduce(Float(0)) { $0 + probabilities[$1] } : 1
    for expert in best {
      trace.chosen.append(Int32(expert))
      trace.weights.append(probabilities[expert] / sum)
    }
  }

  /// A counting sort of the slots by expert.
  private func group(_ trace: FeedForwardTrace) {
    var starts = [Int](repeating: 0, count: trace.expertCount + 1)
    for expert in trace.chosen { starts[Int(expert) + 1] += 1 }
    for expert in 0..<trace.expertCount { starts[expert + 1] += starts[expert] }
    var next = starts
    var slots = [Int32](repeating: 0, count: trace.chosen.count)
    for (slot, expert) in trace.chosen.enumerated() {
      slots[next[Int(expert)]] = Int32(slot)
      next[Int(expert)] += 1
    }
    trace.starts = starts
    trace.slots = slots
  }

  /// The sigmoid gate of the shared expert; 1 without one.
  func weighShared(
    _ x: UnsafePointer<Float>, trace: FeedForwardTrace, backend: KernelBackend
  ) {
    guard let sharedGate else {
      trace.sharedWeights = [Float](repeating: shared == nil ? 0 : 1, count: trace.tokenCount)
      return
    }
    trace.sharedGateLogits.reserve(trace.tokenCount)
    backend.multiply(
      sharedGate, x, tokens: trace.tokenCount, into: trace.sharedGateLogits.pointer,
      storage: trace.roundedInput)
    trace.sharedWeights = (0..<trace.tokenCount).map {
      KernelBackend.sigmoid(trace.sharedGateLogits.pointer[$0])
    }
  }
}
