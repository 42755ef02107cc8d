/// The architecture as the study states it, from which neuron counts can be recomputed.
public struct ModelArchitecture: Hashable, Sendable {
  /// For example `Qwen3.5-35B-A3B`.
  public let name: String
  /// Number of transformer layers.
  public let layerCount: Int
  /// 0-based layers with full attention; `nil` when all layers are of one kind or it is unstated.
  public let fullAttentionLayers: [Int]?
  /// Routed experts a layer; `nil` for a dense model.
  public let routedExpertCount: Int?
  /// Routed experts selected for a token.
  public let activeExpertCount: Int?
  /// Experts that every token passes through.
  public let sharedExpertCount: Int?
  /// Width of one expert (or of the dense feed-forward block).
  public let neuronsPerExpert: Int?

  public init(
    name: String,
    layerCount: Int,
    fullAttentionLayers: [Int]? = nil,
    routedExpertCount: Int? = nil,
    activeExpertCount: Int? = nil,
    sharedExpertCount: Int? = nil,
    neuronsPerExpert: Int? = nil
  ) {
    self.name = name
    self.layerCount = layerCount
    self.fullAttentionLayers = fullAttentionLayers
    self.routedExpertCount = routedExpertCount
    self.activeExpertCount = activeExpertCount
    self.sharedExpertCount = sharedExpertCount
    self.neuronsPerExpert = neuronsPerExpert
  }
}

extension ModelArchitecture {
  /// All feed-forward neurons, `layers · (routed + shared) · width`, when every factor is stated.
  public var neuronCount: Int? {
    guard let width = neuronsPerExpert else { return nil }
    return product(layerCount, (routedExpertCount ?? 0) + (sharedExpertCount ?? 0), width)
  }

  /// Neurons live for one token, `layers · (active + shared) · width`.
  public var activeNeuronCount: Int? {
    guard let width = neuronsPerExpert, let active = activeExpertCount else { return nil }
    return product(layerCount, active + (sharedExpertCount ?? 0), width)
  }

  /// Layers without full attention, or `nil` when the layer kinds are unstated.
  public var linearAttentionLayers: [Int]? {
    fullAttentionLayers.map { full in (0..<layerCount).filter { !full.contains($0) } }
  }

  private func product(_ factors: Int...) -> Int? {
    var result = 1
    for factor in factors {
      let (next, overflow) = result.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      result = next
    }
    return result
  }
}
