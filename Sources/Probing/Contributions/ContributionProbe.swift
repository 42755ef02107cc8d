public import Model

/// Runs samples and returns the mean contributions of all neurons in their regions.
public struct ContributionProbe: Sendable {
  /// One text with its regions, for example `answer` and `other`.
  public struct Sample: Sendable {
    public let tokens: [Int32]
    public let regions: [TokenRegion]

    public init(tokens: [Int32], regions: [TokenRegion]) {
      self.tokens = tokens
      self.regions = regions
    }
  }

  public let model: LanguageModel
  public let norms: DownProjectionNorms
  public let variant: ContributionVariant

  public init(
    model: LanguageModel, norms: DownProjectionNorms, variant: ContributionVariant = .init()
  ) {
    self.model = model
    self.norms = norms
    self.variant = variant
  }

  /// Mean contributions by sample and region, together with where tokens were routed.
  ///
  /// - Parameters:
  ///   - samples: run in one batch; memory is 4 bytes a neuron, sample and region.
  ///   - intervention: z and ‖y‖ are then those of the changed model.
  /// - Returns: The same bits for a sample whatever else is in the call.
  /// - Throws: ``ProbingError/regionOutside(name:tokens:)``, ``ModelError``.
  public func run(
    _ samples: [Sample], intervention: Intervention? = nil
  ) throws -> [SampleContributions] {
    for sample in samples {
      for region in sample.regions {
        guard !region.positions.isEmpty,
          region.positions.allSatisfy(sample.tokens.indices.contains)
        else {
          throw ProbingError.regionOutside(name: region.name, tokens: sample.tokens.count)
        }
      }
    }
    let recorder = ContributionRecorder(
      norms: norms, variant: variant, regions: samples.map(\.regions))
    let routing = RoutingRecorder(
      configuration: model.configuration, regions: samples.map(\.regions))
    var hooks: [any ForwardHooks] = []
    if let intervention { hooks += try intervention.hooks(for: model) }
    hooks += [recorder, routing]
    _ = try model.forward(
      samples.map {
        LanguageModel.Segment(state: model.newSequence(), tokens: $0.tokens, logits: .none)
      }, hooks: hooks)
    return zip(recorder.results(), routing.results()).map {
      SampleContributions(regions: $0, routing: $1)
    }
  }
}

/// What a sample gave: contributions and routing of each of its regions, in their order.
public struct SampleContributions: Sendable, Equatable {
  public let regions: [RegionContributions]
  public let routing: [RegionRouting]
}
