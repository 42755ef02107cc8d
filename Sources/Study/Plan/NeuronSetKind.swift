/// Which neurons an intervention scales.
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
}
