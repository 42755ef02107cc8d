package import Kernels

/// Causal grouped-query attention, optionally with normalised queries and keys, biases, an output
/// gate (Qwen3.5) and a sliding window (Mistral v0.1).
///
/// - Source: transformers 5.23 `Qwen3_5MoeAttention`, `LlamaAttention`, `Qwen2Attention`,
///   `Qwen3Attention`.
package struct Attention: Sendable {
  package let queryProjection: WeightMatrix
  package let keyProjection: WeightMatrix
  package let valueProjection: WeightMatrix
  package let outputProjection: WeightMatrix
  package let queryBias: [Float]?
  package let keyBias: [Float]?
  package let valueBias: [Float]?
  package let queryNorm: [Float]?
  package let keyNorm: [Float]?
  /// Rows of the query projection alternate per head: query, then gate.
  package let isGated: Bool

  /// - Parameters:
  ///   - x: `[T, hidden]`, normalised; - out: `[T, hidden]`.
  func forward(
    _ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, layer: Int,
    layout: PassLayout, configuration: ModelConfiguration, workspace: Workspace,
    backend: KernelBackend
  ) {
    let tokens = layout.tokenCount
    let (size, queryHeads) = (configuration.headSize, configuration.queryHeads)
    let keySize = configuration.keyValueHeads * size
    let queryWidth = queryProjection.rows
    let headStep = isGated ? 2 * size : size
    workspace.query.reserve(tokens * queryWidth)
    workspace.key.reserve(tokens * keySize)
    workspace.value.reserve(tokens * keySize)
    workspace.heads.reserve(tokens * queryHeads * size)
    let query = workspace.query.pointer
    let key = workspace.key.pointer
    let value = workspace.value.pointer
    let result = workspace.heads.pointer
    backend.multiply(
      [
        .init(queryProjection, into: query), .init(keyProjection, into: key),
        .init(valueProjection, into: value),
      ], x, tokens: tokens, storage: workspace.rounded)

    for part in layout.parts {
      guard case .attention(let keys, let values) = part.state.layers[layer] else { continue }
      let length = part.state.length
      keys.reserve((length + part.range.count) * keySize, keeping: length * keySize)
      values.reserve((length + part.range.count) * keySize, keeping: length * keySize)
    }
    prepare(
      query: query, key: key, value: value, layer: layer, layout: layout,
      configuration: configuration, backend: backend)

    let group = queryHeads / configuration.keyValueHeads
    let scale = 1 / Float(size).squareRoot()
    let partOfRow = layout.parts.flatMap { part in part.range.map { _ in part } }
    // Heads that share keys and values, four at a time.
    let step = min(group, 4)
    let perRow = configuration.keyValueHeads * ((group + step - 1) / step)
    backend.pool.run(tokens * perRow) { task, worker in
      let (row, part) = task.quotientAndRemainder(dividingBy: perRow)
      let (keyHead, index) = part.quotientAndRemainder(dividingBy: (group + step - 1) / step)
      let head = keyHead * group + index * step
      let heads = min(step, group - index * step)
      guard case .attention(let keys, let values) = partOfRow[row].state.layers[layer] else {
        return
      }
      let position = layout.rows[row].position
      let first = configuration.slidingWindow.map { max(0, position + 1 - $0) } ?? 0
      let count = position + 1 - first
      let offset = first * keySize + keyHead * size
      let q = query + row * queryWidth + head * headStep
      let target = result + (row * queryHeads + head) * size
      backend.attend(
        queries: q, queryStride: headStep, queryCount: heads, keys: keys.pointer + offset,
        values: values.pointer + offset, stride: keySize, count: count, headSize: size,
        scale: scale, scores: backend.pool.scratch(worker: worker, floats: 4 * count),
        into: target)
      if isGated {
        for head in 0..<heads {
          backend.sigmoidGate(target + head * size, q + head * headStep + size, size)
        }
      }
    }
    backend.multiply(
      outputProjection, result, tokens: tokens, into: out, storage: workspace.rounded)
  }

  /// Biases, norms and rotation; keys and values go into the cache.
  private func prepare(
    query: UnsafeMutablePointer<Float>, key: UnsafeMutablePointer<Float>,
    value: UnsafeMutablePointer<Float>, layer: Int, layout: PassLayout,
    configuration: ModelConfiguration, backend: KernelBackend
  ) {
    let (size, queryHeads) = (configuration.headSize, configuration.queryHeads)
    let keyHeads = configuration.keyValueHeads
    let keySize = keyHeads * size
    let queryWidth = queryProjection.rows
    let headStep = isGated ? 2 * size : size
    let epsilon = Float(configuration.normEpsilon)
    let half = configuration.rotary.inverseFrequencies.count
    let partOfRow = layout.parts.flatMap { part in part.range.map { _ in part } }
    backend.pool.run(layout.tokenCount) { row, worker in
      let position = layout.rows[row].position
      let angles = backend.pool.scratch(worker: worker, floats: 2 * half + 2)
      let (cosines, sines) = (angles, angles + half)
      configuration.rotary.table(position: position, cosines: cosines, sines: sines)
      let q = query + row * queryWidth
      let k = key + row * keySize
      let v = value + row * keySize
      if let queryBias { backend.add(queryBias, to: q, queryBias.count) }
      if let keyBias { backend.add(keyBias, to: k, keyBias.count) }
      if let valueBias { backend.add(valueBias, to: v, valueBias.count) }
      for head in 0..<queryHeads {
        let target = q + head * headStep
        if let queryNorm { backend.rmsNormalise(target, queryNorm, epsilon: epsilon) }
        configuration.rotary.rotate(target, cosines: cosines, sines: sines)
      }
      for head in 0..<keyHeads {
        let target = k + head * size
        if let keyNorm { backend.rmsNormalise(target, keyNorm, epsilon: epsilon) }
        configuration.rotary.rotate(target, cosines: cosines, sines: sines)
      }
      guard case .attention(let keys, let values) = partOfRow[row].state.layers[layer] else {
        return
      }
      (keys.pointer + position * keySize).update(from: k, count: keySize)
      (values.pointer + position * keySize).update(from: v, count: keySize)
    }
  }
}
