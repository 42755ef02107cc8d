internal import Foundation
internal import Kernels
internal import Model

extension FoldedModel {
  /// Grouped-query attention of one token.
  func attend(
    _ x: [Float], _ weights: Attention, layer: Int, _ sequence: inout Sequence
  ) -> [Float] {
    let configuration = model.configuration
    let (size, heads) = (configuration.headSize, configuration.queryHeads)
    let keyHeads = configuration.keyValueHeads
    let epsilon = Float(configuration.normEpsilon)
    var query = product(weights.queryProjection, x)
    var key = product(weights.keyProjection, x)
    var value = product(weights.valueProjection, x)
    for (index, bias) in (weights.queryBias ?? []).enumerated() { query[index] += bias }
    for (index, bias) in (weights.keyBias ?? []).enumerated() { key[index] += bias }
    for (index, bias) in (weights.valueBias ?? []).enumerated() { value[index] += bias }

    let half = configuration.rotary.inverseFrequencies.count
    var cosines = [Float](repeating: 0, count: half)
    var sines = cosines
    configuration.rotary.table(position: sequence.position, cosines: &cosines, sines: &sines)
    let isAdjacent = configuration.rotary.pairing == .adjacent
    func rotated(_ head: ArraySlice<Float>, norm: [Float]?) -> [Float] {
      var head = Array(head)
      if let norm {
        var scaled = head
        backend.rmsNorm(head, norm, epsilon: epsilon, into: &scaled)
        head = scaled
      }
      for pair in 0..<half {
        let (a, b) = isAdjacent ? (2 * pair, 2 * pair + 1) : (pair, pair + half)
        let (u, v) = (head[a], head[b])
        head[a] = u * cosines[pair] - v * sines[pair]
        head[b] = v * cosines[pair] + u * sines[pair]
      }
      return head
    }
    for head in 0..<keyHeads {
      sequence.keys[layer] += rotated(
        key[head * size..<(head + 1) * size], norm: weights.keyNorm)
    }
    sequence.values[layer] += value

    let step = weights.isGated ? 2 * size : size
    let first = configuration.slidingWindow.map { max(0, sequence.position + 1 - $0) } ?? 0
    let scale = 1 / Float(size).squareRoot()
    var result: [Float] = []
    for head in 0..<heads {
      let q = rotated(query[head * step..<head * step + size], norm: weights.queryNorm)
      let column = head / (heads / keyHeads) * size
      var scores: [Float] = []
      for position in first...sequence.position {
        let start = position * keyHeads * size + column
        let score = sequence.keys[layer].withUnsafeBufferPointer { keys in
          keys.baseAddress.map { backend.dot(q, $0 + start, size) } ?? 0
        }
        scores.append(score * scale)
      }
      backend.softmax(&scores, scores.count)
      var out = [Float](repeating: 0, count: size)
      for (offset, weight) in scores.enumerated() {
        let start = (first + offset) * keyHeads * size + column
        for index in 0..<size {
          out[index] = out[index].addingProduct(weight, sequence.values[layer][start + index])
        }
      }
      if weights.isGated {
        for index in 0..<size {
          out[index] *= KernelBackend.sigmoid(query[head * step + size + index])
        }
      }
      result += out
    }
    return product(weights.outputProjection, result)
  }

  /// One step of the gated delta rule, written as in the paper.
  func recur(
    _ x: [Float], _ weights: GatedDeltaNet, layer: Int, _ sequence: inout Sequence
  ) -> [Float] {
    let sizes = weights.sizes
    let raw = product(weights.inputProjection, x)
    let gate = product(weights.gateProjection, x)
    let beta = product(weights.betaProjection, x)
    let decay = product(weights.decayProjection, x)
    let window = sequence.history[layer] + [raw]
    var c = [Float](repeating: 0, count: sizes.channels)
    for channel in 0..<sizes.channels {
      var sum: Float = 0
      for tap in 0..<sizes.convolutionTaps {
        let weight = weights.convolution[channel * sizes.convolutionTaps + tap]
        sum = sum.addingProduct(weight, window[tap][channel])
      }
      c[channel] = sum * KernelBackend.sigmoid(sum)
    }
    sequence.history[layer] = Array(window.dropFirst())

    let (keySize, valueSize) = (sizes.keyHeadSize, sizes.valueHeadSize)
    let group = sizes.valueHeads / sizes.keyHeads
    var result: [Float] = []
    for head in 0..<sizes.valueHeads {
      let source = weights.valueHeadsAreTiled ? head % sizes.keyHeads : head / group
      let q = unit(
        c[source * keySize..<(source + 1) * keySize], scale: 1 / Float(keySize).squareRoot())
      let start = sizes.keySize + source * keySize
      let k = unit(c[start..<start + keySize], scale: 1)
      let v = c[(2 * sizes.keySize + head * valueSize)...].prefix(valueSize)
      let b = Float(1 / (1 + exp(-Double(beta[head]))))
      let input = Double(decay[head] + weights.decayBias[head])
      let softplus = input > 20 ? input : log1p(exp(input))
      let g = Float(exp(Double(weights.decayRate[head] * Float(softplus))))
      let base = head * keySize * valueSize
      var out = [Float](repeating: 0, count: valueSize)
      for column in 0..<valueSize {
        var memory: Float = 0
        for row in 0..<keySize {
          let cell = base + row * valueSize + column
          sequence.recurrent[layer][cell] *= g
          memory = memory.addingProduct(sequence.recurrent[layer][cell], k[row])
        }
        let delta = b * (v[v.startIndex + column] - memory)
        for row in 0..<keySize {
          let cell = base + row * valueSize + column
          sequence.recurrent[layer][cell] =
            sequence.recurrent[layer][cell].addingProduct(k[row], delta)
          out[column] = out[column].addingProduct(sequence.recurrent[layer][cell], q[row])
        }
      }
      var normed = out
      let z = Array(gate[head * valueSize..<(head + 1) * valueSize])
      backend.gatedRMSNorm(
        out, weights.norm, gate: z, epsilon: Float(model.configuration.normEpsilon),
        into: &normed)
      result += normed
    }
    return product(weights.outputProjection, result)
  }

  /// `x / sqrt(Σx² + 1e-6) · scale`
  private func unit(_ x: ArraySlice<Float>, scale: Float) -> [Float] {
    let values = Array(x)
    let inverse = 1 / (backend.dot(values, values, values.count) + 1e-6).squareRoot()
    return values.map { ($0 * inverse) * scale }
  }

  /// Routed and shared experts with their folded down projections.
  func feedForward(_ x: [Float], _ block: FeedForward, layer: Int) -> [Float] {
    let columns = folded[layer] ?? [:]
    var y = [Float](repeating: 0, count: x.count)
    func add(
      _ weight: Float, gate: WeightMatrix, up: WeightMatrix, down: WeightMatrix, folded: [Int]
    ) {
      let (a, b) = (product(gate, x), product(up, x))
      let z = zip(a, b).map { ($0 * KernelBackend.sigmoid($0)) * $1 }
      let out = folding(down, z, columns: folded)
      for index in y.indices { y[index] = y[index].addingProduct(weight, out[index]) }
    }
    if let routed = block.routed {
      var p = product(routed.router, x)
      for bias in biases[layer] ?? [] { p[bias.expert] += bias.bias }
      backend.softmax(&p, p.count)
      let order = p.indices.sorted { p[$0] > p[$1] || (p[$0] == p[$1] && $0 < $1) }
      let chosen = order.prefix(routed.sizes.perToken)
      let sum = routed.sizes.isNormalised ? chosen.reduce(Float(0)) { $0 + p[$1] } : 1
      for expert in chosen {
        add(
          p[expert] / sum, gate: routed.bank.gate[expert], up: routed.bank.up[expert],
          down: routed.bank.down[expert], folded: columns[.routed(expert)] ?? [])
      }
    }
    if let shared = block.shared {
      let weight = block.sharedGate.map { KernelBackend.sigmoid(product($0, x)[0]) } ?? 1
      add(
        weight, gate: shared.gate, up: shared.up, down: shared.down,
        folded: columns[.shared] ?? [])
    }
    return y
  }
}
