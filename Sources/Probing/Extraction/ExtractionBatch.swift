internal import Classifier
internal import Model

/// The samples that run together, with their accumulators.
struct ExtractionBatch {
  /// What one row needs besides its contributions.
  struct Row {
    let sample: Int
    let region: Int
    let tokenCount: Int
    let undefinedCount: Int
    let routing: RegionRouting
    /// `[layers + 1, hidden]`, or `nil` when not asked for.
    let hidden: [Float]?
  }

  private let contributions: ContributionRecorder
  private let routing: [[RegionRouting]]
  private let hidden: RegionMeanRecorder?
  private let layout: NeuronLayout

  init(
    samples: [ExtractionSample], model: LanguageModel, norms: DownProjectionNorms,
    settings: ExtractionSettings
  ) throws {
    let regions = samples.map { sample in
      [
        TokenRegion(name: StoreRow.Region.answer.rawValue, positions: sample.answer),
        TokenRegion(name: StoreRow.Region.other.rawValue, positions: sample.other),
      ]
    }
    layout = norms.layout
    contributions = ContributionRecorder(
      norms: norms, variant: settings.variant, regions: regions)
    let router = RoutingRecorder(configuration: model.configuration, regions: regions)
    hidden =
      settings.recordsHiddenStates
      ? RegionMeanRecorder(configuration: model.configuration, regions: regions) : nil
    var hooks: [any ForwardHooks] = [contributions, router]
    if let hidden { hooks.append(hidden) }
    _ = try model.forward(
      samples.map {
        LanguageModel.Segment(state: model.newSequence(), tokens: $0.tokens, logits: .none)
      }, hooks: hooks)
    routing = router.results()
  }

  func row(sample: Int, _ region: StoreRow.Region) -> Row {
    let index = region == .answer ? 0 : 1
    return Row(
      sample: sample, region: index, tokenCount: routing[sample][index].tokenCount,
      undefinedCount: contributions.undefinedCount(sequence: sample, region: index),
      routing: routing[sample][index], hidden: hidden?.means(sequence: sample, region: index))
  }

  /// The experts that the region's tokens chose, and the shared one, with all their columns.
  func groups(
    of row: Row, layout store: Classifier.NeuronLayout
  ) -> [RowSpool.GroupValues] {
    var result: [RowSpool.GroupValues] = []
    for layer in 0..<layout.layerCount {
      for expert in 0...layout.expertCount {
        let isShared = expert == layout.expertCount
        let isActive =
          isShared || row.routing.selectionCounts[layer * layout.expertCount + expert] > 0
        let width = isShared ? layout.sharedSize : layout.routedSize
        guard isActive, width > 0 else { continue }
        let offset = layout.offset(layer: layer, expert: isShared ? .shared : .routed(expert))
        var values = contributions.means(
          sequence: row.sample, region: row.region, neurons: offset..<offset + width)
        values += [Float](repeating: 0, count: store.neuronsPerExpert - width)
        result.append(
          RowSpool.GroupValues(group: layer * (layout.expertCount + 1) + expert, values: values))
      }
    }
    return result
  }
}
