package import Kernels

/// A feed-forward block: routed experts, a shared expert, or both. A dense model's MLP is a shared
/// expert without a gate.
///
/// ```
/// y = Σ_k w_k D_k (silu(G_k x) ⊙ U_k x) + σ(s·x) D_s (silu(G_s x) ⊙ U_s x)
/// ```
/// - Source: transformers 5.23 `Qwen3_5MoeSparseMoeBlock`, `LlamaMLP`.
package struct FeedForward: Sendable {
  /// One SwiGLU expert.
  package struct Expert: Sendable {
    package let gate: WeightMatrix
    package let up: WeightMatrix
    package let down: WeightMatrix
  }

  package struct Routed: Sendable {
    package let router: WeightMatrix
    package let bank: ExpertBank
    package let sizes: ModelConfiguration.Experts
  }

  package let routed: Routed?
  package let shared: Expert?
  /// `[1, hidden]`; without it the shared expert has weight 1.
  package let sharedGate: WeightMatrix?
  package let hiddenSize: Int

  /// One gate and one up matrix of each kind: their formats are those of all.
  private var gateMatrices: [WeightMatrix] {
    let experts = routed.map { $0.bank.gate.prefix(1) + $0.bank.up.prefix(1) } ?? []
    return experts + (shared.map { [$0.gate, $0.up] } ?? [])
  }

  /// - Parameters:
  ///   - x: `[T, hidden]`, normalised. The result is in `trace.output`.
  func forward(
    _ x: UnsafePointer<Float>, residual: UnsafePointer<Float>, layer: Int, layout: PassLayout,
    trace: FeedForwardTrace, hooks: [any ForwardHooks], backend: KernelBackend
  ) {
    prepare(trace, x: x, residual: residual, layer: layer, layout: layout)
    route(x, trace: trace, hooks: hooks, backend: backend)
    weighShared(x, trace: trace, backend: backend)
    let isReplaced = hooks.contains {
      $0.replaceExperts(self, trace: trace, backend: backend)
    }
    if !isReplaced {
      activate(x, trace: trace, backend: backend)
      project(trace: trace, backend: backend)
      combine(trace: trace, backend: backend)
    }
    for hook in hooks { hook.finished(self, trace: trace, backend: backend) }
  }

  private func prepare(
    _ trace: FeedForwardTrace, x: UnsafePointer<Float>, residual: UnsafePointer<Float>,
    layer: Int, layout: PassLayout
  ) {
    let tokens = layout.tokenCount
    let slots = tokens * (routed?.sizes.perToken ?? 0)
    trace.layer = layer
    trace.tokenCount = tokens
    trace.rows = layout.rows
    trace.expertsPerToken = routed?.sizes.perToken ?? 0
    trace.expertCount = routed?.sizes.count ?? 0
    trace.intermediateSize = routed?.sizes.intermediateSize ?? 0
    trace.sharedSize = shared?.gate.rows ?? 0
    trace.hiddenSize = hiddenSize
    trace.input = x
    trace.residual = residual
    trace.activations.reserve(slots * trace.intermediateSize)
    trace.expertOutputs.reserve(slots * hiddenSize)
    trace.sharedActivations.reserve(tokens * trace.sharedSize)
    trace.sharedOutputs.reserve(tokens * hiddenSize)
    trace.output.reserve(tokens * hiddenSize)
    let widest = max(slots * trace.intermediateSize, 0) + tokens * trace.sharedSize
    trace.gateScratch.reserve(widest)
    trace.upScratch.reserve(widest)
  }

  /// Gate and up projections and z of every slot.
  private func activate(
    _ x: UnsafePointer<Float>, trace: FeedForwardTrace, backend: KernelBackend
  ) {
    let tasks = ExpertTask.list(
      trace: trace, rows: trace.intermediateSize, shared: trace.sharedSize, backend: backend)
    let slotTokens = trace.slots.map { $0 / Int32(max(1, trace.expertsPerToken)) }
    let sharedOffset = trace.tokenCount * trace.expertsPerToken * trace.intermediateSize
    let rounded = backend.rounded(
      x, rows: trace.tokenCount, columns: hiddenSize, for: gateMatrices, in: trace.roundedInput)
    let gateBase = trace.gateScratch.pointer
    let upBase = trace.upScratch.pointer
    backend.pool.run(tasks.count) { index, worker in
      let task = tasks[index]
      if let expert = task.expert, let bank = routed?.bank {
        let range = trace.starts[expert]..<trace.starts[expert + 1]
        let width = trace.intermediateSize
        for (matrix, target) in [(bank.gate[expert], gateBase), (bank.up[expert], upBase)] {
          slotTokens.withUnsafeBufferPointer { sources in
            trace.slots.withUnsafeBufferPointer { slots in
              backend.multiply(
                matrix, rows: task.rows, x, xStride: hiddenSize,
                xRows: sources.baseAddress.map { $0 + range.lowerBound }, rounded: rounded,
                tokens: range.count,
                into: target, yStride: width,
                yRows: slots.baseAddress.map { $0 + range.lowerBound }, worker: worker)
            }
          }
        }
        for slot in trace.slots[range] {
          let offset = Int(slot) * width + task.rows.lowerBound
          backend.swiglu(
            gateBase + offset, upBase + offset, task.rows.count,
            into: trace.activations.pointer + offset)
        }
      } else if let shared {
        let width = trace.sharedSize
        let (gate, up) = (gateBase + sharedOffset, upBase + sharedOffset)
        for (matrix, target) in [(shared.gate, gate), (shared.up, up)] {
          backend.multiply(
            matrix, rows: task.rows, x, xStride: hiddenSize, rounded: rounded,
            tokens: trace.tokenCount, into: target, yStride: width, worker: worker)
        }
        for token in 0..<trace.tokenCount {
          let offset = token * width + task.rows.lowerBound
          backend.swiglu(
            gate + offset, up + offset, task.rows.count,
            into: trace.sharedActivations.pointer + offset)
        }
      }
    }
  }

  /// Down projection of every slot.
  private func project(trace: FeedForwardTrace, backend: KernelBackend) {
    let tasks = ExpertTask.list(
      trace: trace, rows: hiddenSize, shared: shared == nil ? 0 : hiddenSize, backend: backend)
    let rounded = backend.rounded(
      trace.activations.pointer, rows: trace.slots.count, columns: trace.intermediateSize,
      for: routed.map { Array($0.bank.down.prefix(1)) } ?? [], in: trace.roundedActivations)
    let roundedShared = backend.rounded(
      trace.sharedActivations.pointer, rows: trace.tokenCount, columns: trace.sharedSize,
      for: shared.map { [$0.down] } ?? [], in: trace.roundedSharedActivations)
    backend.pool.run(tasks.count) { index, worker in
      let task = tasks[index]
      if let expert = task.expert, let bank = routed?.bank {
        let range = trace.starts[expert]..<trace.starts[expert + 1]
        trace.slots.withUnsafeBufferPointer { slots in
          let rows = slots.baseAddress.map { $0 + range.lowerBound }
          backend.multiply(
            bank.down[expert], rows: task.rows, trace.activations.pointer,
            xStride: trace.intermediateSize, xRows: rows, rounded: rounded, tokens: range.count,
            into: trace.expertOutputs.pointer, yStride: hiddenSize, yRows: rows, worker: worker)
        }
      } else if let shared {
        backend.multiply(
          shared.down, rows: task.rows, trace.sharedActivations.pointer,
          xStride: trace.sharedSize, rounded: roundedShared, tokens: trace.tokenCount,
          into: trace.sharedOutputs.pointer, yStride: hiddenSize, worker: worker)
      }
    }
  }

  /// The weighted sum: the chosen experts in their order, then the shared one.
  package func combine(trace: FeedForwardTrace, backend: KernelBackend) {
    let perToken = trace.expertsPerToken
    backend.pool.run(trace.tokenCount) { token, _ in
      let target = trace.output.pointer + token * hiddenSize
      target.update(repeating: 0, count: hiddenSize)
      for slot in token * perToken..<(token + 1) * perToken {
        backend.addScaled(
          trace.weights[slot], trace.expertOutputs.pointer + slot * hiddenSize, to: target,
          hiddenSize)
      }
      if shared != nil {
        backend.addScaled(
          trace.sharedWeights[token], trace.sharedOutputs.pointer + token * hiddenSize, to: target,
          hiddenSize)
      }
    }
  }
}

/// Rows of one expert's matrix, for one task of the pool.
private struct ExpertTask {
  /// `nil`: the shared expert.
  let expert: Int?
  let rows: Range<Int>

  static func list(
    trace: FeedForwardTrace, rows: Int, shared: Int, backend: KernelBackend
  ) -> [ExpertTask] {
    let active = (0..<trace.expertCount).count { trace.starts[$0] < trace.starts[$0 + 1] }
    // The share is that of all experts together: a token of many experts would otherwise be cut into
    // pieces that cost less than their start.
    let step = backend.rowsPerTask(active * rows + shared)
    var tasks: [ExpertTask] = []
    for expert in 0..<trace.expertCount where trace.starts[expert] < trace.starts[expert + 1] {
      for first in stride(from: 0, to: rows, by: step) {
        tasks.append(ExpertTask(expert: expert, rows: first..<min(first + step, rows)))
      }
    }
    for first in stride(from: 0, to: shared, by: step) {
      tasks.append(ExpertTask(expert: nil, rows: first..<min(first + step, shared)))
    }
    return tasks
  }
}
