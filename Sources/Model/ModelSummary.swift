public import Kernels

/// What a checkpoint holds, for people and for provenance.
public struct ModelSummary: Sendable, Equatable {
  /// Weights and bytes of one packing.
  public struct Share: Sendable, Equatable {
    public let format: WeightFormat
    public let matrixCount: Int
    public let weightCount: Int
    public let sizeBytes: Int
  }

  public let configuration: ModelConfiguration
  /// By format number.
  public let shares: [Share]
  /// Intermediate units of all experts and blocks.
  public let neuronCount: Int
  /// Of them, those that one token uses.
  public let activeNeuronCount: Int
  public let isTied: Bool
  public let files: [String]

  public var weightCount: Int { shares.reduce(0) { $0 + $1.weightCount } }
}

extension LanguageModel {
  public var summary: ModelSummary {
    let isTied = embedding.isSameStorage(as: head)
    var matrices = isTied ? [embedding] : [embedding, head]
    for layer in layers {
      switch layer.mixer {
      case .attention(let weights):
        matrices += [
          weights.queryProjection, weights.keyProjection, weights.valueProjection,
          weights.outputProjection,
        ]
      case .deltaNet(let weights):
        matrices += [
          weights.inputProjection, weights.gateProjection, weights.betaProjection,
          weights.decayProjection, weights.outputProjection,
        ]
      }
      let block = layer.feedForward
      if let routed = block.routed {
        matrices += [routed.router] + routed.bank.gate + routed.bank.up + routed.bank.down
      }
      if let shared = block.shared { matrices += [shared.gate, shared.up, shared.down] }
      if let gate = block.sharedGate { matrices.append(gate) }
    }
    let shares = WeightFormat.allCases.compactMap { format -> ModelSummary.Share? in
      let own = matrices.filter { $0.format == format }
      guard !own.isEmpty else { return nil }
      return ModelSummary.Share(
        format: format, matrixCount: own.count,
        weightCount: own.reduce(0) { $0 + $1.rows * $1.columns },
        sizeBytes: own.reduce(0) { $0 + $1.sizeBytes })
    }
    let shared = configuration.sharedIntermediateSize
    let routed = configuration.experts
    let layerCount = configuration.layerCount
    return ModelSummary(
      configuration: configuration, shares: shares,
      neuronCount: layerCount
        * ((routed?.count ?? 0) * (routed?.intermediateSize ?? 0) + shared),
      activeNeuronCount: layerCount
        * ((routed?.perToken ?? 0) * (routed?.intermediateSize ?? 0) + shared),
      isTied: isTied, files: files)
  }
}
