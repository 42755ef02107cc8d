internal import Foundation
internal import Kernels
package import Model

/// Implementation C: the columns of D that belong to the neuron set are scaled by α, and the model
/// runs in a forward pass of its own: one token of each sequence at a time, plain loops, nothing of
/// the layers that A and B use.
///
/// It reads the same packed weights (a folded row is scaled as it is expanded, so there is no second
/// copy) and the same row kernels, whose summation order is fixed; therefore even its bits agree
/// with the native engine at α = 1.
/// Source: stage 8 of the study, "C, folded weights".
package final class FoldedModel {
  let model: LanguageModel
  let backend: KernelBackend
  let folded: [Int: [Neuron.Expert: [Int]]]
  let alpha: Float
  let biases: [Int: [RouterBias]]

  package init(
    _ model: LanguageModel, neurons: NeuronSet, alpha: Float, routerBiases: [RouterBias] = []
  ) throws {
    try neurons.check(against: NeuronLayout(model.configuration))
    for bias in routerBiases { try bias.check(against: model.configuration) }
    self.model = model
    backend = model.backend
    folded = neurons.grouped()
    self.alpha = alpha
    biases = Dictionary(grouping: routerBiases, by: \.layer)
  }

  /// The same model with other threads.
  init(_ other: FoldedModel, backend: KernelBackend) {
    model = other.model
    self.backend = backend
    folded = other.folded
    alpha = other.alpha
    biases = other.biases
  }

  /// The state of one sequence.
  package final class Sequence {
    var position = 0
    var keys: [[Float]]
    var values: [[Float]]
    var recurrent: [[Float]]
    var history: [[[Float]]]

    init(_ configuration: ModelConfiguration) {
      let none = [[Float]](repeating: [], count: configuration.layerCount)
      keys = none
      values = none
      recurrent = none
      history = Array(repeating: [], count: configuration.layerCount)
      guard let linear = configuration.linearAttention else { return }
      for layer in 0..<configuration.layerCount
      where configuration.mixers[layer] == .gatedDeltaNet {
        recurrent[layer] = Array(
          repeating: 0, count: linear.valueHeads * linear.keyHeadSize * linear.valueHeadSize)
        history[layer] = Array(
          repeating: Array(repeating: 0, count: linear.channels),
          count: linear.convolutionTaps - 1)
      }
    }
  }

  /// One more token of one sequence.
  package struct Step {
    let token: Int32
    let sequence: Sequence
    /// Whether its logits are wanted.
    let isLast: Bool
  }

  package func newSequence() -> Sequence { Sequence(model.configuration) }

  /// The logits after one more token of each sequence, which are different ones; empty where they
  /// are not wanted.
  ///
  /// A row of weights is expanded once for all of them. Each sequence has its own sums, so its bits
  /// do not depend on the others.
  package func advance(_ steps: [Step]) throws -> [[Float]] {
    let configuration = model.configuration
    var h: [[Float]] = []
    for step in steps {
      guard step.token >= 0, Int(step.token) < configuration.vocabularySize else {
        throw ModelError.badRequest(
          problem: "token \(step.token) is outside 0..<\(configuration.vocabularySize)")
      }
      var row = [Float](repeating: 0, count: configuration.hiddenSize)
      backend.expand(model.embedding, rows: Int(step.token)..<Int(step.token) + 1, into: &row)
      h.append(row)
    }
    let sequences = steps.map(\.sequence)
    for (index, layer) in model.layers.enumerated() {
      let x = h.map { norm($0, layer.inputNorm) }
      let mixed: [[Float]]
      switch layer.mixer {
      case .attention(let weights): mixed = attend(x, weights, layer: index, sequences)
      case .deltaNet(let weights): mixed = recur(x, weights, layer: index, sequences)
      }
      for row in h.indices { backend.add(mixed[row], to: &h[row], h[row].count) }
      let normed = h.map { norm($0, layer.feedForwardNorm) }
      let y = feedForward(normed, layer.feedForward, layer: index)
      for row in h.indices { backend.add(y[row], to: &h[row], h[row].count) }
    }
    for sequence in sequences { sequence.position += 1 }
    let wanted = steps.indices.filter { steps[$0].isLast }
    var logits = [[Float]](repeating: [], count: steps.count)
    let products = product(model.head, wanted.map { norm(h[$0], model.finalNorm) })
    for (row, values) in zip(wanted, products) { logits[row] = values }
    return logits
  }

  /// All logits of a text, `[T, V]`.
  package func logits(_ tokens: [Int32]) throws -> [Float] {
    let sequence = newSequence()
    return try tokens.flatMap {
      try advance([Step(token: $0, sequence: sequence, isLast: true)])[0]
    }
  }

  // MARK: - Arithmetic

  func norm(_ x: [Float], _ weight: [Float]) -> [Float] {
    var out = [Float](repeating: 0, count: weight.count)
    backend.rmsNorm(
      x, weight, epsilon: Float(model.configuration.normEpsilon), into: &out)
    return out
  }

  /// `W x` of each row.
  func product(_ matrix: WeightMatrix, _ x: [[Float]]) -> [[Float]] {
    folding(matrix, x, columns: [])
  }

  /// `W diag(1, …, α, …) x` of each row: a row of W is expanded, its folded columns scaled, then
  /// multiplied. Rows are shared among the threads.
  func folding(_ matrix: WeightMatrix, _ x: [[Float]], columns: [Int]) -> [[Float]] {
    guard !x.isEmpty else { return [] }
    var flat = [Float](repeating: 0, count: x.count * matrix.rows)
    flat.withUnsafeMutableBufferPointer { buffer in
      guard let out = buffer.baseAddress else { return }
      let blockSize = 64
      backend.pool.run((matrix.rows + blockSize - 1) / blockSize) { block, worker in
        let row = backend.pool.scratch(worker: worker, floats: matrix.columns)
        for index in block * blockSize..<min((block + 1) * blockSize, matrix.rows) {
          backend.expand(matrix, rows: index..<index + 1, into: row)
          for column in columns { row[column] *= alpha }
          for (input, values) in x.enumerated() {
            out[input * matrix.rows + index] = backend.dot(row, values, matrix.columns)
          }
        }
      }
    }
    return x.indices.map { Array(flat[$0 * matrix.rows..<($0 + 1) * matrix.rows]) }
  }
}
