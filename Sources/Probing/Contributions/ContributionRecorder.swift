package import Kernels
package import Model

/// Accumulates contributions while z is at hand; never a dense tensor per token.
///
/// For each sequence and region one sum per neuron, in token order, so the sums are the same for any
/// batch, pass length and thread count.
package final class ContributionRecorder: ForwardHooks {
  private struct Target {
    let region: TokenRegion
    let sums: FloatBuffer
    var undefined = 0
  }

  private let layout: NeuronLayout
  private let norms: DownProjectionNorms
  private let variant: ContributionVariant
  private let membership: RegionMembership
  private var targets: [[Target]]

  /// - Parameter regions: those of sequence s at index s.
  package init(
    norms: DownProjectionNorms, variant: ContributionVariant, regions: [[TokenRegion]]
  ) {
    layout = norms.layout
    self.norms = norms
    self.variant = variant
    membership = RegionMembership(regions)
    targets = regions.map { list in
      list.map { Target(region: $0, sums: FloatBuffer(count: norms.layout.count)) }
    }
  }

  package func finished(
    _ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend
  ) {
    let (tokens, perToken) = (trace.tokenCount, trace.expertsPerToken)
    var routed = [Float](repeating: 0, count: tokens * perToken)
    var shared = [Float](repeating: 0, count: tokens)
    fillFactors(trace, routed: &routed, shared: &shared, backend: backend)

    // Which sums the neurons of each token go to: those of token t at starts[t]..<starts[t + 1].
    var sums: [FloatBuffer] = []
    var starts = [0]
    sums.reserveCapacity(tokens)
    starts.reserveCapacity(tokens + 1)
    for row in trace.rows {
      for region in membership[row] { sums.append(targets[row.sequence][region].sums) }
      starts.append(sums.count)
    }
    let layer = trace.layer
    backend.pool.run(trace.expertCount + 1) { [sums, starts] number, _ in
      if number == trace.expertCount {
        guard trace.sharedSize > 0 else { return }
        let offset = layout.offset(layer: layer, expert: .shared)
        for token in 0..<tokens {
          for index in starts[token]..<starts[token + 1] {
            backend.accumulateContributions(
              trace.sharedActivations.pointer + token * trace.sharedSize,
              norms: norms.values.pointer + offset, factor: shared[token], trace.sharedSize,
              into: sums[index].pointer + offset)
          }
        }
        return
      }
      let offset = layout.offset(layer: layer, expert: .routed(number))
      for slot in trace.slots[trace.starts[number]..<trace.starts[number + 1]] {
        let token = Int(slot) / perToken
        for index in starts[token]..<starts[token + 1] {
          backend.accumulateContributions(
            trace.activations.pointer + Int(slot) * trace.intermediateSize,
            norms: norms.values.pointer + offset, factor: routed[Int(slot)],
            trace.intermediateSize, into: sums[index].pointer + offset)
        }
      }
    }
  }

  /// w / denominator of every slot and of the shared expert; 0 where it is undefined.
  private func fillFactors(
    _ trace: FeedForwardTrace, routed: inout [Float], shared: inout [Float],
    backend: KernelBackend
  ) {
    let (hidden, perToken) = (trace.hiddenSize, trace.expertsPerToken)
    var sum = [Float](repeating: 0, count: hidden)
    func norm(_ x: UnsafePointer<Float>) -> Float { backend.dot(x, x, hidden).squareRoot() }
    for token in 0..<trace.tokenCount {
      let output = trace.output.pointer + token * hidden
      var common: Float = 0
      switch variant.denominator {
      case .block: common = norm(output)
      case .residual:
        guard let residual = trace.residual else { continue }
        for index in 0..<hidden { sum[index] = residual[token * hidden + index] + output[index] }
        common = norm(sum)
      case .expert: break
      }
      for slot in token * perToken..<(token + 1) * perToken {
        let own = variant.denominator == .expert
        let denominator = own ? norm(trace.expertOutputs.pointer + slot * hidden) : common
        routed[slot] = factor(trace.weights[slot], denominator, row: trace.rows[token])
      }
      if trace.sharedSize > 0 {
        let own = variant.denominator == .expert
        let denominator = own ? norm(trace.sharedOutputs.pointer + token * hidden) : common
        shared[token] = factor(trace.sharedWeights[token], denominator, row: trace.rows[token])
      }
    }
  }

  private func factor(_ weight: Float, _ denominator: Float, row: PassLayout.Row) -> Float {
    let value = (variant.includesGate ? weight : 1) / denominator
    guard denominator > 0, value.isFinite else {
      for region in membership[row] { targets[row.sequence][region].undefined += 1 }
      return 0
    }
    return value
  }

  /// The means of some neurons, given by their flat positions.
  package func means(sequence: Int, region: Int, neurons: Range<Int>) -> [Float] {
    let target = targets[sequence][region]
    let count = Float(max(1, target.region.positions.count))
    return neurons.map { target.sums.pointer[$0] / count }
  }

  package func undefinedCount(sequence: Int, region: Int) -> Int {
    targets[sequence][region].undefined
  }

  /// The means, by sequence and region.
  package func results() -> [[RegionContributions]] {
    targets.indices.map { sequence in
      targets[sequence].indices.map { index in
        let target = targets[sequence][index]
        return RegionContributions(
          name: target.region.name, tokenCount: target.region.positions.count,
          undefinedCount: target.undefined,
          means: means(sequence: sequence, region: index, neurons: 0..<layout.count))
      }
    }
  }
}
