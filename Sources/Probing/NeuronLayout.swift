public import Model

/// The order of all neurons of a model in flat storage: layer by layer, routed experts in order,
/// the shared expert last.
public struct NeuronLayout: Sendable, Equatable {
  public let layerCount: Int
  public let expertCount: Int
  /// Neurons of a routed expert.
  public let routedSize: Int
  /// Neurons of the shared expert, or of a dense block.
  public let sharedSize: Int

  public init(_ configuration: ModelConfiguration) {
    layerCount = configuration.layerCount
    expertCount = configuration.experts?.count ?? 0
    routedSize = configuration.experts?.intermediateSize ?? 0
    sharedSize = configuration.sharedIntermediateSize
  }

  public var neuronsPerLayer: Int { expertCount * routedSize + sharedSize }

  /// All neurons of the model.
  public var count: Int { layerCount * neuronsPerLayer }

  /// The flat position of the first neuron of an expert.
  public func offset(layer: Int, expert: Neuron.Expert) -> Int {
    let base = layer * neuronsPerLayer
    switch expert {
    case .routed(let number): return base + number * routedSize
    case .shared: return base + expertCount * routedSize
    }
  }

  public func position(of neuron: Neuron) -> Int {
    offset(layer: neuron.layer, expert: neuron.expert) + neuron.index
  }

  public func neuron(at position: Int) -> Neuron {
    let (layer, rest) = position.quotientAndRemainder(dividingBy: neuronsPerLayer)
    let routed = expertCount * routedSize
    if rest >= routed { return Neuron(layer: layer, expert: .shared, index: rest - routed) }
    return Neuron(layer: layer, expert: .routed(rest / routedSize), index: rest % routedSize)
  }

  public func contains(_ neuron: Neuron) -> Bool {
    guard (0..<layerCount).contains(neuron.layer) else { return false }
    switch neuron.expert {
    case .routed(let number):
      return (0..<expertCount).contains(number) && (0..<routedSize).contains(neuron.index)
    case .shared: return (0..<sharedSize).contains(neuron.index)
    }
  }
}
