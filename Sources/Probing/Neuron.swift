/// One neuron: an intermediate unit of an expert, or of the shared expert, in a layer.
///
/// A dense model's feed-forward block counts as its shared expert.
public struct Neuron: Hashable, Sendable, Comparable {
  public enum Expert: Hashable, Sendable, Comparable {
    case routed(Int)
    case shared
  }

  public let layer: Int
  public let expert: Expert
  public let index: Int

  public init(layer: Int, expert: Expert, index: Int) {
    self.layer = layer
    self.expert = expert
    self.index = index
  }

  /// Layer, then routed experts by number, then the shared one, then the index: storage order.
  public static func < (left: Neuron, right: Neuron) -> Bool {
    (left.layer, left.expert, left.index) < (right.layer, right.expert, right.index)
  }
}
