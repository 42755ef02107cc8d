public import Model

/// Whether an intervention does anything: without these figures a null result means nothing.
public struct Liveness: Sendable, Equatable {
  public let alpha: Double
  /// The largest |logit difference| against the anchor over all positions and tokens.
  public let largestLogitDifference: Float
  /// Positions whose most probable token changes.
  public let changedTokens: Int
  public let positions: Int
  /// Prompts whose greedy response changes.
  public let changedResponses: Int
  public let prompts: Int

  /// Share of positions whose most probable token changes; `nil` without positions.
  public var changedTokenShare: Double? {
    positions == 0 ? nil : Double(changedTokens) / Double(positions)
  }

  /// Share of prompts whose greedy response changes; `nil` without prompts.
  public var changedResponseShare: Double? {
    prompts == 0 ? nil : Double(changedResponses) / Double(prompts)
  }
}

/// Compares doses of one target with the anchor α = 1, and the anchor with the untouched model.
public struct LivenessProbe: Sendable {
  public let model: LanguageModel
  public let target: Intervention.Target
  public let implementation: Intervention.Implementation
  public let prompts: [[Int32]]
  public let maximumTokens: Int

  public init(
    model: LanguageModel, target: Intervention.Target, implementation: Intervention.Implementation,
    prompts: [[Int32]], maximumTokens: Int = 32
  ) {
    self.model = model
    self.target = target
    self.implementation = implementation
    self.prompts = prompts
    self.maximumTokens = maximumTokens
  }

  private struct Outcome {
    let logits: [[Float]]
    let responses: [GeneratedResponse]
  }

  private var requests: [GenerationRequest] {
    prompts.map { GenerationRequest(prompt: $0, maximumTokens: maximumTokens) }
  }

  private func outcome(alpha: Double) throws -> Outcome {
    let intervened = try IntervenedModel(
      model, Intervention(target, alpha: alpha, implementation: implementation))
    return Outcome(
      logits: try prompts.map { try intervened.logits($0) },
      responses: try intervened.generate(requests))
  }

  /// The figures of each dose, for example of 0 and of the top dose.
  public func run(doses: [Double]) throws -> [Liveness] {
    let anchor = try outcome(alpha: 1)
    let vocabulary = model.configuration.vocabularySize
    return try doses.map { alpha in
      let other = try outcome(alpha: alpha)
      var largest: Float = 0
      var (changed, positions) = (0, 0)
      for (left, right) in zip(anchor.logits, other.logits) {
        for start in stride(from: 0, to: left.count, by: vocabulary) {
          let (a, b) = (left[start..<start + vocabulary], right[start..<start + vocabulary])
          for (x, y) in zip(a, b) { largest = max(largest, abs(x - y)) }
          let same =
            Sampling.greedy.choose(a, isAllowed: { _ in true }, uniform: 0)
            == Sampling.greedy.choose(b, isAllowed: { _ in true }, uniform: 0)
          changed += same ? 0 : 1
          positions += 1
        }
      }
      let responses = zip(anchor.responses, other.responses).count { $0 != $1 }
      return Liveness(
        alpha: alpha, largestLogitDifference: largest, changedTokens: changed,
        positions: positions, changedResponses: responses, prompts: prompts.count)
    }
  }

  /// The no-op check: whether α = 1 leaves every logit bit and every greedy token of the untouched
  /// model as it is.
  public func anchorIsExact() throws -> Bool {
    let anchor = try outcome(alpha: 1)
    for (index, prompt) in prompts.enumerated() {
      let untouched = try model.forward([
        LanguageModel.Segment(state: model.newSequence(), tokens: prompt, logits: .all)
      ])[0]
      guard anchor.logits[index].map(\.bitPattern) == untouched.map(\.bitPattern) else {
        return false
      }
    }
    return anchor.responses == (try model.generate(requests))
  }
}
