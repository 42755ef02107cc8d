internal import Foundation
package import Kernels

/// Linear attention with a gated delta rule, stepped token by token.
///
/// Prefill uses the same steps as decoding, so any split of a prompt gives the same bits. The
/// chunked form of the reference was rejected for that reason: it rounds differently (1.3e-4 of the
/// logits on the fixture), and with a head's 64 KiB state in the cache a step costs less than the
/// projections around it.
/// - Source: Yang, Kautz & Hatamizadeh (2024), arXiv:2412.06464; transformers 5.23
///   `Qwen3_5MoeGatedDeltaNet`.
package struct GatedDeltaNet: Sendable {
  package let inputProjection: WeightMatrix
  package let gateProjection: WeightMatrix
  package let betaProjection: WeightMatrix
  package let decayProjection: WeightMatrix
  package let outputProjection: WeightMatrix
  /// `[channels, taps]`.
  package let convolution: [Float]
  /// −exp(A_log) a value head.
  package let decayRate: [Float]
  package let decayBias: [Float]
  /// `[valueHeadSize]`, plain.
  package let norm: [Float]
  /// Value head t reads key head t mod keyHeads (GGUF) instead of t div r.
  package let valueHeadsAreTiled: Bool
  package let sizes: ModelConfiguration.LinearAttention

  func keyHead(of valueHead: Int) -> Int {
    valueHeadsAreTiled
      ? valueHead % sizes.keyHeads : valueHead / (sizes.valueHeads / sizes.keyHeads)
  }

  /// - Parameters:
  ///   - x: `[T, hidden]`, normalised; - out: `[T, hidden]`.
  func forward(
    _ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, layer: Int,
    layout: PassLayout, configuration: ModelConfiguration, workspace: Workspace,
    backend: KernelBackend
  ) {
    let tokens = layout.tokenCount
    let (channels, heads) = (sizes.channels, sizes.valueHeads)
    workspace.query.reserve(tokens * channels)
    workspace.convolved.reserve(tokens * channels)
    workspace.gate.reserve(tokens * sizes.valueSize)
    workspace.heads.reserve(tokens * sizes.valueSize)
    workspace.betaInput.reserve(tokens * heads)
    workspace.decayInput.reserve(tokens * heads)
    let input = workspace.query.pointer
    let convolved = workspace.convolved.pointer
    let gate = workspace.gate.pointer
    let beta = workspace.betaInput.pointer
    let decay = workspace.decayInput.pointer
    let result = workspace.heads.pointer
    backend.multiply(
      [
        .init(inputProjection, into: input), .init(gateProjection, into: gate),
        .init(betaProjection, into: beta), .init(decayProjection, into: decay),
      ], x, tokens: tokens, storage: workspace.rounded)

    convolve(
      input, into: convolved, beta: beta, decay: decay, layer: layer, layout: layout,
      backend: backend)

    let (keySize, valueSize) = (sizes.keyHeadSize, sizes.valueHeadSize)
    let epsilon = Float(configuration.normEpsilon)
    backend.pool.run(layout.parts.count * heads) { task, worker in
      let (index, head) = task.quotientAndRemainder(dividingBy: heads)
      let part = layout.parts[index]
      guard case .deltaNet(let recurrent, _) = part.state.layers[layer] else { return }
      let state = recurrent.pointer + head * keySize * valueSize
      let output = backend.pool.scratch(worker: worker, floats: valueSize)
      for row in part.range {
        let base = convolved + row * channels
        let q = base + keyHead(of: head) * keySize
        let k = q + sizes.keySize
        let v = base + 2 * sizes.keySize + head * valueSize
        backend.deltaStep(
          state: state, query: q, key: k, value: v, keySize: keySize, valueSize: valueSize,
          decay: decay[row * heads + head], beta: beta[row * heads + head], into: output)
        let offset = row * sizes.valueSize + head * valueSize
        backend.gatedRMSNorm(
          output, norm, gate: gate + offset, epsilon: epsilon, into: result + offset)
      }
    }
    backend.multiply(
      outputProjection, result, tokens: tokens, into: out, storage: workspace.rounded)
  }

  /// Short convolution, normalised queries and keys, write strength β and decay e^g.
  private func convolve(
    _ input: UnsafeMutablePointer<Float>, into convolved: UnsafeMutablePointer<Float>,
    beta: UnsafeMutablePointer<Float>, decay: UnsafeMutablePointer<Float>, layer: Int,
    layout: PassLayout, backend: KernelBackend
  ) {
    let (channels, history) = (sizes.channels, sizes.convolutionTaps - 1)
    let heads = sizes.valueHeads
    let queryScale = 1 / Float(sizes.keyHeadSize).squareRoot()
    let partOfRow = layout.parts.flatMap { part in part.range.map { _ in part } }
    // Queries and keys by head, so that a task normalises what it convolves; then the values.
    let pieces = layout.tokenCount > 2 * backend.pool.threadCount ? 1 : 4
    backend.pool.run(layout.tokenCount * pieces) { task, _ in
      let (row, piece) = task.quotientAndRemainder(dividingBy: pieces)
      func share(of count: Int) -> Range<Int> {
        count * piece / pieces..<count * (piece + 1) / pieces
      }
      let part = partOfRow[row]
      guard case .deltaNet(_, let past) = part.state.layers[layer] else { return }
      var window: [UnsafePointer<Float>?] = []
      for tap in 0...history {
        let source = row - history + tap
        if source >= part.range.lowerBound {
          window.append(UnsafePointer(input + source * channels))
        } else {
          let older = history + source - part.range.lowerBound
          window.append(UnsafePointer(past.pointer + older * channels))
        }
      }
      let target = convolved + row * channels
      let (keyHeads, valueHeads) = (share(of: 2 * sizes.keyHeads), share(of: heads))
      let (keyWidth, width) = (sizes.keyHeadSize, sizes.valueHeadSize)
      backend.convolve(
        convolution, window: window,
        channels: keyHeads.lowerBound * keyWidth..<keyHeads.upperBound * keyWidth, into: target)
      let values = 2 * sizes.keySize
      backend.convolve(
        convolution, window: window,
        channels: values + valueHeads.lowerBound * width..<values + valueHeads.upperBound * width,
        into: target)
      for head in keyHeads {
        backend.l2Normalise(
          target + head * keyWidth, keyWidth, epsilon: 1e-6,
          scale: head < sizes.keyHeads ? queryScale : 1)
      }
      for head in valueHeads {
        let index = row * heads + head
        beta[index] = Float(1 / (1 + exp(-Double(beta[index]))))
        let raw = Double(decay[index] + decayBias[head])
        let softplus = raw > 20 ? raw : log1p(exp(raw))
        let logDecay = decayRate[head] * Float(softplus)
        decay[index] = Float(exp(Double(logDecay)))
      }
    }
    for part in layout.parts {
      guard case .deltaNet(_, let past) = part.state.layers[layer] else { continue }
      Self.remember(
        input, rows: part.range, history: history, channels: channels, past: past.pointer)
    }
  }

  /// Keeps the last `history` raw rows.
  private static func remember(
    _ input: UnsafePointer<Float>, rows: Range<Int>, history: Int, channels: Int,
    past: UnsafeMutablePointer<Float>
  ) {
    for slot in 0..<history {
      let source = rows.upperBound - history + slot
      if source >= rows.lowerBound {
        (past + slot * channels).update(from: input + source * channels, count: channels)
      } else {
        let older = slot + rows.count
        (past + slot * channels).update(from: past + older * channels, count: channels)
      }
    }
  }
}
