internal import Kernels
public import Model

/// A model under an intervention, whichever implementation runs it.
///
/// `@unchecked Sendable`: the folded model keeps no state between calls; everything else is
/// immutable.
public final class IntervenedModel: @unchecked Sendable {
  public let model: LanguageModel
  public let intervention: Intervention
  private let folded: FoldedModel?

  /// - Throws: ``ProbingError``.
  public init(_ model: LanguageModel, _ intervention: Intervention) throws {
    guard model.backend.activationMode == .float32 else { throw ProbingError.needsFloat32 }
    self.model = model
    self.intervention = intervention
    if intervention.implementation == .folded {
      folded = try FoldedModel(
        model, neurons: intervention.neurons, alpha: Float(intervention.alpha),
        routerBiases: intervention.routerBiases)
    } else {
      folded = nil
      try intervention.neurons.check(against: NeuronLayout(model.configuration))
    }
  }

  /// All logits of a text, `[T, V]`.
  public func logits(_ tokens: [Int32]) throws -> [Float] {
    if let folded { return try folded.logits(tokens) }
    let segment = LanguageModel.Segment(
      state: model.newSequence(), tokens: tokens, logits: .all)
    return try model.forward([segment], hooks: intervention.hooks(for: model))[0]
  }

  /// Responses in the order of the requests.
  ///
  /// - Parameter onToken: is told the index of a request and each token of its response.
  public func generate(
    _ requests: [GenerationRequest], batchSize: Int = 16,
    onToken: (Int, Int32) -> Void = { _, _ in }
  ) throws -> [GeneratedResponse] {
    if let folded { return try folded.generate(requests, onToken: onToken) }
    return try model.generate(
      requests, batchSize: batchSize, dealtTo: { try intervention.hooks(for: $0) }, onToken: onToken
    )
  }
}
