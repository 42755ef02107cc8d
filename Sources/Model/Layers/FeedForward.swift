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
    let (width, sharedWidth) = (trace.intermediateSize, trace.sharedSize)
    let (tokens, hidden) = (trace.tokenCount, hiddenSize)
    let jobs = ExpertJob.list(
      trace: trace, rows: width, shared: sharedWidth, backend: backend,
      routed: { (routed?.bank.gate[$0], routed?.bank.up[$0]) }, own: (shared?.gate, shared?.up))
    let slotTokens = trace.slots.map { $0 / Int32(max(1, trace.expertsPerToken)) }
    let sharedOffset = tokens * trace.expertsPerToken * width
    let rounded = backend.rounded(
      x, rows: tokens, columns: hidden, for: gateMatrices, in: trace.roundedInput)?.borrowed
    let (gate, up) = (trace.gateScratch.pointer, trace.upScratch.pointer)
    let (z, sharedZ) = (trace.activations.pointer, trace.sharedActivations.pointer)
    trace.slots.withUnsafeBufferPointer { slots in
      slotTokens.withUnsafeBufferPointer { sources in
        backend.runJobs(jobs) { job, worker in
          guard let place = job.slots else {
            func product(_ matrix: BorrowedMatrix, _ target: UnsafeMutablePointer<Float>) {
              backend.multiply(
                matrix, rows: job.rows, x, xStride: hidden, rounded: rounded, tokens: tokens,
                into: target + sharedOffset, yStride: sharedWidth, worker: worker)
            }
            product(job.matrix, gate)
            product(job.second, up)
            for token in 0..<tokens {
              let offset = token * sharedWidth + job.rows.lowerBound
              backend.swiglu(
                gate + sharedOffset + offset, up + sharedOffset + offset, job.rows.count,
                into: sharedZ + offset)
            }
            return
          }
          func product(_ matrix: BorrowedMatrix, _ target: UnsafeMutablePointer<Float>) {
            backend.multiply(
              matrix, rows: job.rows, x, xStride: hidden,
              xRows: sources.baseAddress.map { $0 + place.lowerBound }, rounded: rounded,
              tokens: place.count, into: target, yStride: width,
              yRows: slots.baseAddress.map { $0 + place.lowerBound }, worker: worker)
          }
          product(job.matrix, gate)
          product(job.second, up)
          for index in place {
            let offset = Int(slots[index]) * width + job.rows.lowerBound
            backend.swiglu(gate + offset, up + offset, job.rows.count, into: z + offset)
          }
        }
      }
    }
  }

  /// Down projection of every slot.
  private func project(trace: FeedForwardTrace, backend: KernelBackend) {
    let (width, sharedWidth) = (trace.intermediateSize, trace.sharedSize)
    let (tokens, hidden) = (trace.tokenCount, hiddenSize)
    let jobs = ExpertJob.list(
      trace: trace, rows: hidden, shared: shared == nil ? 0 : hidden, backend: backend,
      routed: { (routed?.bank.down[$0], routed?.bank.down[$0]) }, own: (shared?.down, shared?.down))
    let (z, sharedZ) = (trace.activations.pointer, trace.sharedActivations.pointer)
    let (output, sharedOutput) = (trace.expertOutputs.pointer, trace.sharedOutputs.pointer)
    let rounded = backend.rounded(
      z, rows: trace.slots.count, columns: width,
      for: routed.map { Array($0.bank.down.prefix(1)) } ?? [], in: trace.roundedActivations
    )?.borrowed
    let roundedShared = backend.rounded(
      sharedZ, rows: tokens, columns: sharedWidth, for: shared.map { [$0.down] } ?? [],
      in: trace.roundedSharedActivations)?.borrowed
    trace.slots.withUnsafeBufferPointer { slots in
      backend.runJobs(jobs) { job, worker in
        guard let place = job.slots else {
          backend.multiply(
            job.matrix, rows: job.rows, sharedZ, xStride: sharedWidth, rounded: roundedShared,
            tokens: tokens, into: sharedOutput, yStride: hidden, worker: worker)
          return
        }
        let rows = slots.baseAddress.map { $0 + place.lowerBound }
        backend.multiply(
          job.matrix, rows: job.rows, z, xStride: width, xRows: rows, rounded: rounded,
          tokens: place.count, into: output, yStride: hidden, yRows: rows, worker: worker)
      }
    }
  }

  /// The weighted sum: the chosen experts in their order, then the shared one.
  package func combine(trace: FeedForwardTrace, backend: KernelBackend) {
    let (perToken, hidden, hasShared) = (trace.expertsPerToken, hiddenSize, shared != nil)
    let (experts, own) = (trace.expertOutputs.pointer, trace.sharedOutputs.pointer)
    let output = trace.output.pointer
    trace.weights.withUnsafeBufferPointer { weights in
      trace.sharedWeights.withUnsafeBufferPointer { sharedWeights in
        backend.pool.run(trace.tokenCount) { token, _ in
          let target = output + token * hidden
          target.update(repeating: 0, count: hidden)
          for slot in token * perToken..<(token + 1) * perToken {
            backend.addScaled(weights[slot], experts + slot * hidden, to: target, hidden)
          }
          if hasShared {
            backend.addScaled(sharedWeights[token], own + token * hidden, to: target, hidden)
          }
        }
      }
    }
  }
}
