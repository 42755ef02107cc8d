package import Kernels

/// Everything that a feed-forward block computed for the tokens of a pass, while it is still there.
///
/// Slots: token t's k-th chosen expert has slot `t · K + k`. Legend: T tokens, H hidden, E routed
/// experts, K chosen, I routed intermediate, J shared intermediate.
///
/// `@unchecked Sendable`: owned by one forward pass; hooks run one after the other.
public final class FeedForwardTrace: @unchecked Sendable {
  public internal(set) var layer = 0
  public internal(set) var tokenCount = 0
  package internal(set) var rows: [PassLayout.Row] = []
  /// K and E, 0 for dense models.
  public internal(set) var expertsPerToken = 0
  public internal(set) var expertCount = 0
  package internal(set) var intermediateSize = 0
  package internal(set) var sharedSize = 0
  package internal(set) var hiddenSize = 0

  /// Router logits `[T, E]`, after any bias.
  package let routerLogits = FloatBuffer(count: 0)
  /// Chosen experts `[T · K]`, the most probable first.
  public package(set) var chosen: [Int32] = []
  /// Their weights `[T · K]`.
  public package(set) var weights: [Float] = []
  /// Weight of the shared expert `[T]`; 1 where there is no gate.
  public package(set) var sharedWeights: [Float] = []
  /// z = silu(gate) ⊙ up of the routed slots `[T · K, I]`.
  package let activations = FloatBuffer(count: 0)
  /// z of the shared expert `[T, J]`.
  package let sharedActivations = FloatBuffer(count: 0)
  /// Down projections of the routed slots, not yet weighted `[T · K, H]`.
  package let expertOutputs = FloatBuffer(count: 0)
  /// Down projection of the shared expert, not yet weighted `[T, H]`.
  package let sharedOutputs = FloatBuffer(count: 0)
  /// The whole block's output before the residual addition `[T, H]`.
  package let output = FloatBuffer(count: 0)
  /// The block's input `[T, H]`, normalised.
  package internal(set) var input = UnsafePointer<Float>(bitPattern: 64)
  /// The residual stream before the block `[T, H]`.
  package internal(set) var residual = UnsafePointer<Float>(bitPattern: 64)

  let gateScratch = FloatBuffer(count: 0)
  let upScratch = FloatBuffer(count: 0)
  let sharedGateLogits = FloatBuffer(count: 0)
  let roundedInput = RoundedRows()
  let roundedActivations = RoundedRows()
  let roundedSharedActivations = RoundedRows()

  /// Slots grouped by expert, ascending inside each: `slots[starts[e]..<starts[e + 1]]`.
  package internal(set) var slots: [Int32] = []
  package internal(set) var starts: [Int] = []

  package init() {}
}
