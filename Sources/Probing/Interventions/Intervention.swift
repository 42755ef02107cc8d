internal import Kernels
package import Model

/// A change of a model: a dose on a neuron set, a bias on experts, or both.
public struct Intervention: Sendable {
  /// The three implementations of the same algebra. Their figures must agree; that they share no
  /// block code is the point of having three.
  public enum Implementation: String, Sendable, CaseIterable {
    /// A: the experts are run by a loop of its own that scales z before the down projection.
    case expertLoop = "expert-loop"
    /// B: the native block runs; (α − 1) w z_j D[:, j] is added to its output.
    case postHoc = "post-hoc"
    /// C: columns of D are scaled, in a forward pass of its own.
    case folded
  }

  /// What a dose is given to.
  public enum Target: Sendable {
    /// The dose scales the activations of these neurons.
    case neurons(NeuronSet)
    /// The dose scales the odds that the router chooses the experts of these neurons.
    case experts(of: NeuronSet)
  }

  public let neurons: NeuronSet
  /// Factor on the activations: 1 changes nothing, 0 suppresses.
  public let alpha: Double
  public let implementation: Implementation
  /// Added to router logits before the choice of experts.
  public let routerBiases: [RouterBias]

  /// - Throws: ``ProbingError/badDose(_:)``.
  public init(
    neurons: NeuronSet = NeuronSet([]), alpha: Double = 1,
    implementation: Implementation = .expertLoop, routerBiases: [RouterBias] = []
  ) throws {
    guard alpha.isFinite else { throw ProbingError.badDose("\(alpha)") }
    self.neurons = neurons
    self.alpha = alpha
    self.implementation = implementation
    self.routerBiases = routerBiases
  }

  /// A dose on a target; 1 changes nothing.
  ///
  /// - Throws: ``ProbingError/badDose(_:)``.
  public init(_ target: Target, alpha: Double, implementation: Implementation) throws {
    switch target {
    case .neurons(let neurons):
      try self.init(neurons: neurons, alpha: alpha, implementation: implementation)
    case .experts(let neurons):
      guard alpha.isFinite else { throw ProbingError.badDose("\(alpha)") }
      try self.init(
        implementation: implementation,
        routerBiases: RouterBias.factor(alpha, onExpertsOf: neurons))
    }
  }

  /// The hooks of A and B; C runs in ``FoldedModel`` and contributes only its router biases.
  package func hooks(for model: LanguageModel) throws -> [any ForwardHooks] {
    guard model.backend.activationMode == .float32 else { throw ProbingError.needsFloat32 }
    try neurons.check(against: NeuronLayout(model.configuration))
    for bias in routerBiases { try bias.check(against: model.configuration) }
    var hooks: [any ForwardHooks] = []
    if !routerBiases.isEmpty { hooks.append(RouterBiasHook(routerBiases)) }
    switch implementation {
    case .expertLoop: hooks.append(ExpertLoop(neurons: neurons, alpha: Float(alpha)))
    case .postHoc:
      hooks.append(PostHocCorrection(neurons: neurons, alpha: Float(alpha), model: model))
    case .folded: break
    }
    return hooks
  }
}
