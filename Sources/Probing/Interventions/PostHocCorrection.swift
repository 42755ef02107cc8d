internal import Kernels
internal import Model

/// Implementation B: the native block runs unmodified, then (α − 1) · w_e · z_j · D_e[:, j] is added
/// to its output.
///
/// Source: stage 8 of the study, "B, post-hoc". The columns are copied out once: 4 · hidden bytes a
/// neuron.
final class PostHocCorrection: ForwardHooks {
  private struct Column {
    let index: Int
    let values: [Float]
  }

  private var columns: [Int: [Neuron.Expert: [Column]]] = [:]
  private let alpha: Float

  init(neurons: NeuronSet, alpha: Float, model: LanguageModel) {
    self.alpha = alpha
    let blocks = model.feedForwardBlocks
    for (layer, experts) in neurons.grouped() {
      for (expert, indices) in experts {
        let matrix: WeightMatrix?
        switch expert {
        case .routed(let number): matrix = blocks[layer].routed?.bank.down[number]
        case .shared: matrix = blocks[layer].shared?.down
        }
        guard let matrix else { continue }
        columns[layer, default: [:]][expert] = Self.columns(
          indices, of: matrix, backend: model.backend)
      }
    }
  }

  private static func columns(
    _ indices: [Int], of matrix: WeightMatrix, backend: KernelBackend
  ) -> [Column] {
    var values = indices.map { _ in [Float](repeating: 0, count: matrix.rows) }
    var row = [Float](repeating: 0, count: matrix.columns)
    for output in 0..<matrix.rows {
      backend.expand(matrix, rows: output..<output + 1, into: &row)
      for (slot, index) in indices.enumerated() { values[slot][output] = row[index] }
    }
    return zip(indices, values).map { Column(index: $0, values: $1) }
  }

  func finished(_ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend) {
    guard let layer = columns[trace.layer] else { return }
    let (hidden, perToken) = (trace.hiddenSize, trace.expertsPerToken)
    var correction = [Float](repeating: 0, count: hidden)
    for token in 0..<trace.tokenCount {
      let y = trace.output.pointer + token * hidden
      for slot in token * perToken..<(token + 1) * perToken {
        guard let list = layer[.routed(Int(trace.chosen[slot]))] else { continue }
        apply(
          list, z: trace.activations.pointer + slot * trace.intermediateSize,
          expertOutput: trace.expertOutputs.pointer + slot * hidden,
          weight: trace.weights[slot], correction: &correction, y: y, backend: backend)
      }
      if let list = layer[.shared] {
        apply(
          list, z: trace.sharedActivations.pointer + token * trace.sharedSize,
          expertOutput: trace.sharedOutputs.pointer + token * hidden,
          weight: trace.sharedWeights[token], correction: &correction, y: y, backend: backend)
      }
    }
  }

  /// Adds to y; z and the expert's output follow, so that contributions see the changed model.
  private func apply(
    _ list: [Column], z: UnsafeMutablePointer<Float>,
    expertOutput: UnsafeMutablePointer<Float>, weight: Float, correction: inout [Float],
    y: UnsafeMutablePointer<Float>, backend: KernelBackend
  ) {
    let hidden = correction.count
    for index in 0..<hidden { correction[index] = 0 }
    for column in list {
      backend.addScaled((alpha - 1) * z[column.index], column.values, to: &correction, hidden)
      z[column.index] *= alpha
    }
    backend.add(correction, to: expertOutput, hidden)
    backend.addScaled(weight, correction, to: y, hidden)
  }
}
