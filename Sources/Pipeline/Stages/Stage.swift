/// The stages of a study, in order. Each reads what stands before it and writes rows.
public enum Stage: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Responses to the training questions.
  case sample
  /// Responses become right, wrong, abstaining or empty; consistent questions are kept.
  case filter
  /// Tokens that state the answer.
  case spans
  /// Contributions of every neuron in both regions of every kept response.
  case contributions
  /// The L1 detector, its certificate and the H-neurons.
  case fit
  /// What must hold of model and interventions whatever the outcomes: anchor, liveness, agreement.
  case checks
  /// The frozen detector on question sets that it has not seen, beside matched random sets.
  case detect
  /// Doses on neuron sets over the benchmarks.
  case intervene
  /// Where tokens were routed, and how exposed each H-neuron was.
  case route
  /// Rows of all stages in the raw store.
  case store

  public static func < (left: Stage, right: Stage) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// How shards share a stage.
  enum Sharing {
    /// Each shard computes its units and keeps them.
    case units
    /// Each shard does its own items again whenever it needs them: cheap.
    case items
    /// Needs the results of all shards.
    case none
  }

  var sharing: Sharing {
    switch self {
    case .sample, .contributions, .detect, .intervene: .units
    case .filter, .spans: .items
    case .fit, .checks, .route, .store: .none
    }
  }

  /// Bumped when the stage would compute something else from the same inputs.
  var version: Int { self == .route || self == .intervene ? 2 : 1 }
}
