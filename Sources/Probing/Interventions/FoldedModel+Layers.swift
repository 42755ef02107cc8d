internal import Foundation
internal import Kernels
internal import Model

extension FoldedModel {
  /// Grouped-query attention of one token of each sequence.
  func attend(
    _ x: [[Float]], _ weights: Attention, layer: Int, _ sequences: [Sequence]
  ) -> [[Float]] {
    let queries = product(weights.queryProjection, x)
    let keys = product(weights.keyProjection, x)
    let values = product(weights.valueProjection, x)
    let results = x.indices.map {
      attend(
        query: queries[$0], key: keys[$0], value: values[$0], weights, layer: layer, sequences[$0])
    }
    return product(weights.outputProjection, results)
  }

  private func attend(
    query: [Float], key: [Float], value: [Float], _ weights: Attention, layer: Int,
    _ sequence: Sequence
  ) -> [Float] {
    var (query, key, value) = (query, key, value)
    let configuration = model.configuration
    let (size, heads) = (configuration.headSize, configuration.queryHeads)
    let keyHeads = configuration.keyValueHeads
    let epsilon = Float(configuration.normEpsilon)
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
        sequence.values[layer].withUnsafeBufferPointer { values in
          if let base = values.baseAddress {
            backend.addScaled(weight, base + start, to: &out, size)
          }
        }
      }
      if weights.isGated {
        for index in 0..<size {
          out[index] *= KernelBackend.sigmoid(query[head * step + size + index])
        }
      }
      result += out
    }
    return result
  }

  /// The gated delta rule, one token of each sequence.
  func recur(
    _ x: [[Float]], _ weights: GatedDeltaNet, layer: Int, _ sequences: [Sequence]
  ) -> [[Float]] {
    let raw = product(weights.inputProjection, x)
    let gates = product(weights.gateProjection, x)
    let betas = product(weights.betaProjection, x)
    let decays = product(weights.decayProjection, x)
    let results = x.indices.map {
      recur(
        raw: raw[$0], gate: gates[$0], beta: betas[$0], decay: decays[$0], weights, layer: layer,
        sequences[$0])
    }
    return product(weights.outputProjection, results)
  }

  /// One step of one sequence, written as in the paper.
  private func recur(
    raw: [Float], gate: [Float], beta: [Float], decay: [Float], _ weights: GatedDeltaNet,
    layer: Int, _ sequence: Sequence
  ) -> [Float] {
    let sizes = weights.sizes
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
      var out = [Float](repeating: 0, count: valueSize)
      var memory = out
      sequence.recurrent[layer].withUnsafeMutableBufferPointer { state in
        guard let base = state.baseAddress.map({ $0 + head * keySize * valueSize }) else { return }
        for row in 0..<keySize {
          let cells = base + row * valueSize
          for column in 0..<valueSize { cells[column] *= g }
          backend.addScaled(k[row], cells, to: &memory, valueSize)
        }
        let delta = (0..<valueSize).map { b * (v[v.startIndex + $0] - memory[$0]) }
        for row in 0..<keySize {
          let cells = base + row * valueSize
          backend.addScaled(k[row], delta, to: cells, valueSize)
          backend.addScaled(q[row], cells, to: &out, valueSize)
        }
      }
      var normed = out
      let z = Array(gate[head * valueSize..<(head + 1) * valueSize])
      backend.gatedRMSNorm(
        out, weights.norm, gate: z, epsilon: Float(model.configuration.normEpsilon),
        into: &normed)
      result += normed
    }
    return result
  }

  /// `x / sqrt(Σx² + 1e-6) · scale`
  private func unit(_ x: ArraySlice<Float>, scale: Float) -> [Float] {
    let values = Array(x)
    let inverse = 1 / (backend.dot(values, values, values.count) + 1e-6).squareRoot()
    return values.map { ($0 * inverse) * scale }
  }

  /// Routed and shared experts with their folded down projections. An expert runs once for all rows
  /// that chose it; a row adds its experts in the order of its choice.
  func feedForward(_ x: [[Float]], _ block: FeedForward, layer: Int) -> [[Float]] {
    let columns = folded[layer] ?? [:]
    func outputs(
      _ rows: [[Float]], gate: WeightMatrix, up: WeightMatrix, down: WeightMatrix, folded: [Int]
    ) -> [[Float]] {
      let z = zip(product(gate, rows), product(up, rows)).map { a, b in
        zip(a, b).map { ($0 * KernelBackend.sigmoid($0)) * $1 }
      }
      return folding(down, z, columns: folded)
    }
    var y = x.map { [Float](repeating: 0, count: $0.count) }
    if let routed = block.routed {
      let choices = product(routed.router, x).map {
        choose($0, routed.sizes, biases: biases[layer] ?? [])
      }
      var rows: [Int: [Int]] = [:]
      for (row, choice) in choices.enumerated() {
        for expert in choice.experts { rows[expert, default: []].append(row) }
      }
      var results = x.map { _ in [Int: [Float]]() }
      for (expert, rows) in rows {
        let out = outputs(
          rows.map { x[$0] }, gate: routed.bank.gate[expert], up: routed.bank.up[expert],
          down: routed.bank.down[expert], folded: columns[.routed(expert)] ?? [])
        for (row, values) in zip(rows, out) { results[row][expert] = values }
      }
      for (row, choice) in choices.enumerated() {
        for (expert, weight) in zip(choice.experts, choice.weights) {
          guard let out = results[row][expert] else { continue }
          backend.addScaled(weight, out, to: &y[row], out.count)
        }
      }
    }
    if let shared = block.shared {
      let weights =
        block.sharedGate.map { product($0, x).map { KernelBackend.sigmoid($0[0]) } }
        ?? x.map { _ in 1 }
      let out = outputs(
        x, gate: shared.gate, up: shared.up, down: shared.down, folded: columns[.shared] ?? [])
      for row in x.indices {
        backend.addScaled(weights[row], out[row], to: &y[row], out[row].count)
      }
    }
    return y
  }

  /// The chosen experts of one token, the likeliest first, and their weights.
  private func choose(
    _ logits: [Float], _ sizes: ModelConfiguration.Experts, biases: [RouterBias]
  ) -> (experts: [Int], weights: [Float]) {
    var p = logits
    for bias in biases { p[bias.expert] += bias.bias }
    backend.softmax(&p, p.count)
    let order = p.indices.sorted { p[$0] > p[$1] || (p[$0] == p[$1] && $0 < $1) }
    let chosen = Array(order.prefix(sizes.perToken))
    let sum = sizes.isNormalised ? chosen.reduce(Float(0)) { $0 + p[$1] } : 1
    return (chosen, chosen.map { p[$0] / sum })
  }
}
