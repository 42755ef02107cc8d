/// Everything that stays the same along one dose curve: the outcomes of one arm differ only by
/// item, dose and replicate.
public struct Arm: Hashable, Sendable, Comparable {
  /// A set of items with a scoring rule, for example `faitheval`.
  public let benchmark: String
  /// One implementation of the intervention × one weight format × one engine setting.
  public let configuration: String
  /// `h-neurons`, `shared`, `routed`, a control such as `seed_0_layer_matched`, or `none`.
  public let neuronSet: String
  /// Whether the neuron set is a random control for the target sets of the same benchmark and
  /// configuration.
  public let isControl: Bool
  /// What `true` means, for example `compliance` or `hallucination`.
  public let endpoint: String
  /// The rule or model that turned a response into an outcome; empty when not recorded.
  public let judge: String

  public init(
    benchmark: String, configuration: String, neuronSet: String, isControl: Bool = false,
    endpoint: String, judge: String = ""
  ) {
    self.benchmark = benchmark
    self.configuration = configuration
    self.neuronSet = neuronSet
    self.isControl = isControl
    self.endpoint = endpoint
    self.judge = judge
  }

  private var key: [String] {
    [benchmark, configuration, isControl ? "1" : "0", neuronSet, endpoint, judge]
  }

  /// Target sets before controls, then by name.
  public static func < (left: Arm, right: Arm) -> Bool {
    left.key.lexicographicallyPrecedes(right.key)
  }
}
