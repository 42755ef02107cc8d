internal import Foundation
internal import Kernels
package import Model

/// Implementation C: the columns of D that belong to the neuron set are scaled by α, and the model
/// runs in a forward pass of its own: one token at a time, plain loops, nothing of the layers that A
/// and B use.
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

  /// The state of one sequence.
  package struct Sequence {
    var position = 0
    var keys: [[Float]]
    var values: [[Float]]
    var recurrent: [[Float]]
    var history: [[[Float]]]
  }

  package func newSequence() -> Sequence {
    let configuration = model.configuration
    let none = [[Float]](repeating: [], count: configuration.layerCount)
    var sequence = Sequence(
      keys: none, values: none, recurrent: none,
      history: Array(repeating: [], count: configuration.layerCount))
    guard let linear = configuration.linearAttention else { return sequence }
    for layer in 0..<configuration.layerCount
    where configuration.mixers[layer] == .gatedDeltaNet {
      sequence.recurrent[layer] = Array(
        repeating: 0, count: linear.valueHeads * linear.keyHeadSize * linear.valueHeadSize)
      sequence.history[layer] = Array(
        repeating: Array(repeating: 0, count: linear.channels), count: linear.convolutionTaps - 1)
    }
    return sequence
  }

  /// The logits after one more token.
  package func step(_ token: Int32, _ sequence: inout Sequence) throws -> [Float] {
    let configuration = model.configuration
    guard token >= 0, Int(token) < configuration.vocabularySize else {
      throw ModelError.badRequest(
        problem: "token \(token) is outside 0..<\(configuration.vocabularySize)")
    }
    var h = [Float](repeating: 0, count: configuration.hiddenSize)
    backend.expand(model.embedding, rows: Int(token)..<Int(token) + 1, into: &h)
    for (index, layer) in model.layers.enumerated() {
      let x = norm(h, layer.inputNorm)
      let mixed: [Float]
      switch layer.mixer {
      case .attention(let weights): mixed = attend(x, weights, layer: index, &sequence)
      case .deltaNet(let weights): mixed = recur(x, weights, layer: index, &sequence)
      }
      for position in h.indices { h[position] += mixed[position] }
      let y = feedForward(norm(h, layer.feedForwardNorm), layer.feedForward, layer: index)
      for position in h.indices { h[position] += y[position] }
    }
    sequence.position += 1
    return product(model.head, norm(h, model.finalNorm))
  }

  /// All logits of a text, `[T, V]`.
  package func logits(_ tokens: [Int32]) throws -> [Float] {
    var sequence = newSequence()
    return try tokens.flatMap { try step($0, &sequence) }
  }

  /// As `LanguageModel.generate(_:batchSize:)`, one request after the other.
  package func generate(
    _ requests: [GenerationRequest], onToken: (Int, Int32) -> Void = { _, _ in }
  ) throws -> [GeneratedResponse] {
    var responses: [GeneratedResponse] = []
    for (index, request) in requests.enumerated() {
      var sequence = newSequence()
      var logits: [Float] = []
      for token in request.prompt { logits = try step(token, &sequence) }
      guard !logits.isEmpty else {
        throw ModelError.badRequest(problem: "an empty prompt; give at least one token")
      }
      var tokens: [Int32] = []
      var ending = GeneratedResponse.Ending.maximumTokens
      while tokens.count < request.maximumTokens {
        let token = request.choose(logits, position: tokens.count)
        if request.stopTokens.contains(token) {
          ending = .stopToken(token)
          break
        }
        tokens.append(token)
        onToken(index, token)
        if tokens.count < request.maximumTokens { logits = try step(token, &sequence) }
      }
      responses.append(GeneratedResponse(tokens: tokens, ending: ending))
    }
    return responses
  }

  // MARK: - Arithmetic

  func norm(_ x: [Float], _ weight: [Float]) -> [Float] {
    var out = [Float](repeating: 0, count: weight.count)
    backend.rmsNorm(
      x, weight, epsilon: Float(model.configuration.normEpsilon), into: &out)
    return out
  }

  /// `W x`, rows shared among the threads.
  func product(_ matrix: WeightMatrix, _ x: [Float]) -> [Float] {
    folding(matrix, x, columns: [])
  }

  /// `W diag(1, …, α, …) x`: each row is expanded, its folded columns scaled, then multiplied.
  func folding(_ matrix: WeightMatrix, _ x: [Float], columns: [Int]) -> [Float] {
    [Float](unsafeUninitializedCapacity: matrix.rows) { buffer, count in
      guard let out = buffer.baseAddress else { return }
      let blockSize = 64
      backend.pool.run((matrix.rows + blockSize - 1) / blockSize) { block, worker in
        let row = backend.pool.scratch(worker: worker, floats: matrix.columns)
        for index in block * blockSize..<min((block + 1) * blockSize, matrix.rows) {
          backend.expand(matrix, rows: index..<index + 1, into: row)
          for column in columns { row[column] *= alpha }
          out[index] = backend.dot(row, x, matrix.columns)
        }
      }
      count = matrix.rows
    }
  }
}
