internal import CanonicalJSON
public import Classifier
internal import Foundation
internal import Kernels
public import Model
internal import Provenance

/// Streams the contributions of many samples into a tile store: one row per sample and region.
///
/// Each row is synced before the next is computed, so an interrupted run resumes where it stopped.
/// Beside the store lie
///
/// - `extraction.json`: model, samples and settings; resuming with others is an error;
/// - `routing.npy`: f32 `[rows, layers, experts, 2]`: tokens that chose the expert, sum of weights;
/// - `regions.npy`: f32 `[rows, 2]`: tokens of the region, cells without a defined denominator;
/// - `hidden.npy`, on request: f32 `[rows, layers + 1, hidden]`: mean residual stream.
///
/// The files have the same bytes for any batch, thread count and number of interruptions.
public struct ContributionExtraction: Sendable {
  /// What was written.
  public struct Outcome: Sendable, Equatable {
    public let rowCount: Int
    /// Rows that earlier runs had written.
    public let resumedRows: Int
    /// (sample, region) pairs without tokens, for example lost answer spans.
    public let emptyRegions: Int

    public init(rowCount: Int, resumedRows: Int, emptyRegions: Int) {
      self.rowCount = rowCount
      self.resumedRows = resumedRows
      self.emptyRegions = emptyRegions
    }
  }

  public let model: LanguageModel
  public let norms: DownProjectionNorms
  public let settings: ExtractionSettings

  public init(model: LanguageModel, norms: DownProjectionNorms, settings: ExtractionSettings) {
    self.model = model
    self.norms = norms
    self.settings = settings
  }

  /// One row of the store to be.
  struct PlannedRow {
    let sample: Int
    let region: StoreRow.Region
    let row: StoreRow
  }

  /// Rows in the order of the samples, answer before other.
  static func plan(_ samples: [ExtractionSample]) -> [PlannedRow] {
    samples.enumerated().flatMap { index, sample in
      StoreRow.Region.allCases.compactMap { region in
        let positions = region == .answer ? sample.answer : sample.other
        guard !positions.isEmpty else { return nil }
        return PlannedRow(
          sample: index, region: region,
          row: StoreRow(item: sample.item, outcome: sample.outcome, region: region))
      }
    }
  }

  /// Rows that the samples give: one for each region with tokens.
  public static func rowCount(_ samples: [ExtractionSample]) -> Int { plan(samples).count }

  /// The columns of the store: experts narrower than the widest are padded with zeros, which a store
  /// does not keep.
  public static func storeLayout(_ layout: NeuronLayout) -> Classifier.NeuronLayout {
    Classifier.NeuronLayout(
      routedExpertsPerLayer: layout.expertCount,
      neuronsPerExpert: max(layout.routedSize, layout.sharedSize))
  }

  /// Runs what is missing and seals the store.
  ///
  /// - Parameters:
  ///   - folder: of the store; made if it is missing.
  ///   - progress: rows done and rows in all.
  ///   - stop: asked after every row; `true` ends early with everything so far kept.
  ///   - known: rows of a sample that were computed elsewhere by ``extract(_:each:)``, or `nil`.
  /// - Throws: ``ProbingError``, ``ClassifierError``, ``ModelError``.
  public func run(
    _ samples: [ExtractionSample], into folder: String,
    progress: (Int, Int) -> Void = { _, _ in }, stop: () -> Bool = { false },
    known: (ExtractionSample) throws -> [ExtractedRow]? = { _ in nil }
  ) throws -> Outcome {
    let rows = Self.plan(samples)
    guard !rows.isEmpty else {
      throw ProbingError.badSample(line: 1, problem: "no sample has a region with tokens")
    }
    let empty = samples.count * StoreRow.Region.allCases.count - rows.count
    let place = try ExtractionFolder(
      path: folder, document: document(samples, rowCount: rows.count))
    if place.isSealed {
      return Outcome(rowCount: rows.count, resumedRows: rows.count, emptyRegions: empty)
    }

    let layout = Self.storeLayout(norms.layout)
    let spool = try RowSpool(
      path: place.spoolPath, layout: layout, dtype: settings.valueType,
      columnCount: norms.layout.layerCount * (norms.layout.expertCount + 1)
        * layout.neuronsPerExpert)
    guard spool.rows == rows.prefix(spool.rows.count).map(\.row) else {
      throw ProbingError.otherExtraction(path: folder, what: "its rows belong to other samples")
    }
    let resumed = spool.rows.count
    let sides = try SideFiles(
      folder: folder, rows: rows.count, keeping: resumed, norms: norms,
      hiddenSize: settings.recordsHiddenStates ? model.configuration.hiddenSize : nil)
    progress(resumed, rows.count)
    /// Appends the rows of one sample that are not there yet; returns whether to go on.
    func append(_ computed: [ExtractedRow], of sample: Int) throws -> Bool {
      for planned in rows[spool.rows.count...].prefix(while: { $0.sample == sample }) {
        guard let row = computed.first(where: { $0.region == planned.region }) else {
          throw ProbingError.otherExtraction(
            path: folder, what: "a row of \(samples[sample].item) is missing")
        }
        // The side files first: opening cuts them to the rows of the spool.
        try sides.append(row)
        try spool.append(
          planned.row,
          groups: row.groups.map { RowSpool.GroupValues(group: $0.number, values: $0.values) })
        progress(spool.rows.count, rows.count)
        if stop() { return false }
      }
      return true
    }
    while spool.rows.count < rows.count {
      let first = rows[spool.rows.count].sample
      if let computed = try known(samples[first]) {
        if try append(computed, of: first) { continue }
        return Outcome(rowCount: spool.rows.count, resumedRows: resumed, emptyRegions: empty)
      }
      let batch = self.batch(samples, from: first)
      for (sample, computed) in zip(batch, try extract(samples[batch])) {
        guard try append(computed, of: sample) else {
          return Outcome(rowCount: spool.rows.count, resumedRows: resumed, emptyRegions: empty)
        }
      }
    }
    try sides.finish()
    _ = try spool.seal(into: folder, source: "extraction of \(rows.count) rows")
    try place.removeSpool()
    return Outcome(rowCount: rows.count, resumedRows: resumed, emptyRegions: empty)
  }

  /// The rows of samples without a store, to be assembled by ``run(_:into:progress:stop:known:)``.
  ///
  /// - Parameter each: the number of a sample and its rows, in order; `false` ends early.
  public func extract(
    _ samples: [ExtractionSample], each: (Int, [ExtractedRow]) throws -> Bool
  ) throws {
    var next = 0
    while next < samples.count {
      let batch = self.batch(samples, from: next)
      for (sample, rows) in zip(batch, try extract(samples[batch])) {
        guard try each(sample, rows) else { return }
      }
      next = batch.upperBound
    }
  }

  /// Runs one batch; rows are made sample by sample, because many are large.
  private func extract(
    _ samples: ArraySlice<ExtractionSample>
  ) throws -> some Sequence<[ExtractedRow]> {
    let layout = Self.storeLayout(norms.layout)
    let results = try ExtractionBatch(
      samples: Array(samples), model: model, norms: norms, settings: settings)
    return samples.enumerated().lazy.map { index, sample in
      StoreRow.Region.allCases.compactMap { region in
        guard !(region == .answer ? sample.answer : sample.other).isEmpty else { return nil }
        let row = results.row(sample: index, region)
        return ExtractedRow(row, groups: results.groups(of: row, layout: layout))
      }
    }
  }

  /// Samples that run together: at least one, then as many as tokens and accumulators allow.
  private func batch(_ samples: [ExtractionSample], from first: Int) -> Range<Int> {
    let perSample = 2 * norms.layout.count * MemoryLayout<Float>.stride
    let limit = max(1, settings.accumulatorBytes / max(1, perSample))
    var end = first + 1
    var tokens = samples[first].tokens.count
    while end < samples.count, end - first < limit,
      tokens + samples[end].tokens.count <= settings.batchTokens
    {
      tokens += samples[end].tokens.count
      end += 1
    }
    return first..<end
  }

  /// What must be equal for a run to go on.
  private func document(_ samples: [ExtractionSample], rowCount: Int) throws -> JSONValue {
    var stream = SHA256Stream()
    for sample in samples { stream.append(Array(try sample.json.canonicalText().utf8) + [0x0A]) }
    let layout = norms.layout
    return [
      "schema": "referee/extraction/v1",
      "samples": .integer(Int64(samples.count)), "rows": .integer(Int64(rowCount)),
      "samples_sha256": .string(stream.digest.description),
      "model": [
        "architecture": .string(model.configuration.architecture),
        "down_projection_norms_sha256": .string(norms.digest.description),
        "layers": .integer(Int64(layout.layerCount)),
        "experts": .integer(Int64(layout.expertCount)),
        "routed_neurons": .integer(Int64(layout.routedSize)),
        "shared_neurons": .integer(Int64(layout.sharedSize)),
      ],
      "activation_mode": .string(model.backend.activationMode.rawValue),
      "denominator": .string(settings.variant.denominator.rawValue),
      "gate_in_numerator": .bool(settings.variant.includesGate),
      "value_type": .string(settings.valueType.rawValue),
      "hidden_states": .bool(settings.recordsHiddenStates),
    ]
  }
}
