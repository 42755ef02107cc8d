/// A neuron of a fitted detector, or the number of selected neurons of a layer where only counts
/// were published.
public struct NeuronRow: Hashable, Sendable {
  public let detector: String
  public let layer: Int
  /// Routed expert; `nil` for the shared expert or a dense model (see ``isShared``).
  public let expert: Int?
  public let isShared: Bool
  /// Index inside the expert or layer; `nil` in a row that only counts.
  public let index: Int?
  public let weight: Double?
  /// Neurons that the row stands for: 1, or the published count of the layer.
  public let count: Int
  /// Neurons of the layer that could have been selected, where known.
  public let eligibleCount: Int?

  public init(
    detector: String, layer: Int, expert: Int?, isShared: Bool, index: Int?, weight: Double?,
    count: Int = 1, eligibleCount: Int? = nil
  ) {
    self.detector = detector
    self.layer = layer
    self.expert = expert
    self.isShared = isShared
    self.index = index
    self.weight = weight
    self.count = count
    self.eligibleCount = eligibleCount
  }
}
