internal import Kernels
internal import Model

/// Implementation A: an expert loop in place of the native one. Each expert runs its tokens, z is
/// scaled before the down projection, and the weighted outputs are summed per token.
///
/// Source: stage 8 of the study, "A, expert loop".
final class ExpertLoop: ForwardHooks {
  private let indices: [Int: [Neuron.Expert: [Int]]]
  private let alpha: Float

  init(neurons: NeuronSet, alpha: Float) {
    indices = neurons.grouped()
    self.alpha = alpha
  }

  func replaceExperts(
    _ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend
  ) -> Bool {
    guard let input = trace.input else { return false }
    let chosen = indices[trace.layer] ?? [:]
    let (hidden, perToken) = (trace.hiddenSize, trace.expertsPerToken)
    backend.pool.run(trace.expertCount + 1) { number, worker in
      let isShared = number == trace.expertCount
      let slots: [Int]
      let weights: (gate: BorrowedMatrix, up: BorrowedMatrix, down: BorrowedMatrix)
      let width: Int
      if isShared {
        guard let shared = block.shared else { return }
        slots = Array(0..<trace.tokenCount)
        weights = (shared.gate.borrowed, shared.up.borrowed, shared.down.borrowed)
        width = shared.gate.rows
      } else {
        guard let bank = block.routed?.bank else { return }
        slots = trace.slots[trace.starts[number]..<trace.starts[number + 1]].map { Int($0) }
        weights = (
          bank.gate[number].borrowed, bank.up[number].borrowed, bank.down[number].borrowed
        )
        width = bank.gate[number].rows
      }
      let scaled = chosen[isShared ? .shared : .routed(number)] ?? []
      var (gate, up) = (
        [Float](repeating: 0, count: width), [Float](repeating: 0, count: width)
      )
      for slot in slots {
        let token = isShared ? slot : slot / perToken
        let x = input + token * hidden
        multiply(weights.gate, (width, hidden), x, into: &gate, worker: worker, backend: backend)
        multiply(weights.up, (width, hidden), x, into: &up, worker: worker, backend: backend)
        let z =
          (isShared ? trace.sharedActivations.pointer : trace.activations.pointer) + slot * width
        backend.swiglu(gate, up, width, into: z)
        for index in scaled { z[index] *= alpha }
        let out =
          (isShared ? trace.sharedOutputs.pointer : trace.expertOutputs.pointer) + slot * hidden
        multiply(weights.down, (hidden, width), z, into: out, worker: worker, backend: backend)
      }
    }
    for token in 0..<trace.tokenCount {
      let y = trace.output.pointer + token * hidden
      for index in 0..<hidden { y[index] = 0 }
      for slot in token * perToken..<(token + 1) * perToken {
        let (out, weight) = (trace.expertOutputs.pointer + slot * hidden, trace.weights[slot])
        backend.addScaled(weight, out, to: y, hidden)
      }
      if block.shared != nil {
        let out = trace.sharedOutputs.pointer + token * hidden
        backend.addScaled(trace.sharedWeights[token], out, to: y, hidden)
      }
    }
    return true
  }

  private func multiply(
    _ matrix: BorrowedMatrix, _ shape: (rows: Int, columns: Int), _ x: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>, worker: Int, backend: KernelBackend
  ) {
    backend.multiply(
      matrix, rows: 0..<shape.rows, x, xStride: shape.columns, rounded: nil, tokens: 1,
      into: out, yStride: shape.rows, worker: worker)
  }
}
