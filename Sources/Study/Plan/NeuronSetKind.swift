/// What an intervention doses.
public enum NeuronSetKind: String, Hashable, Sendable, CaseIterable {
  /// All H-neurons (positive weight).
  case all
  /// H-neurons of shared experts.
  case shared
  /// H-neurons of routed experts.
  case routed
  /// Neurons with negative weight.
  case negative
  /// Matched random draws.
  case random
  /// The routed experts that hold H-neurons: the dose is a factor on the odds that the router chooses
  /// them, its logarithm a bias on their logits.
  case experts
}
