internal import CanonicalJSON
internal import Probing
internal import Provenance
internal import RawStore
internal import Study

/// Contributions of all neurons of a list of responses, in a tile store.
struct ContributionStage {
  let plan: StudyPlan
  let model: TextModel
  let settings: RunSettings

  static func parameters(_ plan: StudyPlan) -> JSONValue {
    [
      "denominator": .string(plan.classifier.denominator.rawValue),
      "gate": .bool(plan.classifier.includesGate),
      "other": .string(plan.classifier.otherRegion.rawValue), "dtype": "f16",
    ]
  }

  /// Contributions that shards compute, beside the rest of their units.
  struct Units {
    let file: UnitFile
    let place: UnitFile.Place
    /// Before the item's name: responses and their contributions fall to the same shard.
    let prefix: String

    func unit(_ item: String) -> String { prefix + item }
  }

  /// Where the contributions of a stage lie in a file of units.
  func units(in file: UnitFile, for stage: Stage, set: String = "") throws -> Units {
    let name = stage == .contributions ? stage.rawValue : "\(stage.rawValue)-contributions"
    let description: JSONValue = [
      "schema": "referee/contribution-units/v1", "stage": .string(name),
      "version": .integer(Int64(stage.version)), "parameters": Self.parameters(plan),
      "checkpoint": .string(model.digest), "set": .string(set),
    ]
    return Units(
      file: file,
      place: UnitFile.Place(
        stage: name, key: try SHA256Hex(ofCanonical: description).description),
      prefix: set.isEmpty ? "" : set + "/")
  }

  private var extraction: ContributionExtraction {
    let variant = ContributionVariant(
      denominator: ContributionVariant.Denominator(rawValue: plan.classifier.denominator.rawValue)
        ?? .block, includesGate: plan.classifier.includesGate)
    return ContributionExtraction(
      model: model.model, norms: DownProjectionNorms(model.model),
      settings: ExtractionSettings(variant: variant, batchTokens: settings.batchTokens))
  }

  /// - Parameters:
  ///   - spans: rows of ``SpanStage``.
  ///   - store: folder of the tile store.
  ///   - units: contributions that shards have computed; others are computed here.
  func run(_ spans: [JSONValue], store: String, stage: Stage, units: Units? = nil) throws {
    let samples = try spans.map(sample)
    var last = (done: 0, total: 0)
    _ = try extraction.run(samples, into: store) { done, total in
      last = (done, total)
      settings.progress(stage, done, total)
    } stop: {
      settings.isCancelled()
    } known: { sample in
      guard let units,
        let value = try units.file.value(of: units.unit(sample.item), in: units.place),
        value.prefix(32) == (try Self.digest(sample))[...]
      else { return nil }
      guard let rows = ExtractedRow.rows(value.dropFirst(32)) else {
        throw PipelineError.badFile(
          path: units.file.path, problem: "the contributions of \(sample.item) are damaged")
      }
      return rows
    }
    if settings.isCancelled() {
      throw PipelineError.interrupted(stage: stage.rawValue, done: last.done, total: last.total)
    }
  }

  /// Computes the contributions of the shard's responses into its file of units.
  func collect(_ spans: [JSONValue], stage: Stage, units: Units) throws {
    let known = try units.file.units(of: units.place)
    let own = try spans.map(sample).filter { settings.shard.contains(units.unit($0.item)) }
    let missing = own.filter { !known.contains(units.unit($0.item)) }
    var done = own.count - missing.count
    settings.progress(stage, done, own.count)
    var pending: [(unit: String, value: [UInt8])] = []
    try extraction.extract(missing) { index, rows in
      pending.append(
        (
          units.unit(missing[index].item),
          try Self.digest(missing[index]) + ExtractedRow.bytes(rows)
        ))
      if pending.count == 16 || pending.reduce(0, { $0 + $1.value.count }) > 64 << 20
        || index == missing.count - 1 || settings.isCancelled()
      {
        try units.file.add(pending, to: units.place)
        done += pending.count
        pending = []
        settings.progress(stage, done, own.count)
      }
      return !settings.isCancelled()
    }
    if settings.isCancelled() {
      throw PipelineError.interrupted(stage: stage.rawValue, done: done, total: own.count)
    }
    try units.file.finish(units.place)
  }

  /// Which response the contributions are of: 32 bytes.
  private static func digest(_ sample: ExtractionSample) throws -> [UInt8] {
    SHA256Hex(of: try sample.json.canonicalText()).bytes
  }

  private func sample(_ row: JSONValue) throws -> ExtractionSample {
    func numbers(_ key: String) -> [Int] { (row[key]?.arrayValue ?? []).compactMap(\.intValue) }
    let tokens = numbers("tokens").map(Int32.init)
    let answer = numbers("answer")
    let start = plan.classifier.otherRegion == .response ? row["promptTokens"]?.intValue ?? 0 : 0
    let others = Set(start..<max(start, tokens.count)).subtracting(answer)
    return ExtractionSample(
      item: row["item"]?.stringValue ?? "", tokens: tokens, answer: answer, other: others.sorted(),
      outcome: row["right"]?.boolValue)
  }
}
