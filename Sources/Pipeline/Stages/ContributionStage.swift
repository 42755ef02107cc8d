internal import CanonicalJSON
internal import Probing
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

  /// - Parameters:
  ///   - spans: rows of ``SpanStage``.
  ///   - store: folder of the tile store.
  func run(_ spans: [JSONValue], store: String, stage: Stage) throws {
    let samples = try spans.map(sample)
    let variant = ContributionVariant(
      denominator: ContributionVariant.Denominator(rawValue: plan.classifier.denominator.rawValue)
        ?? .block, includesGate: plan.classifier.includesGate)
    let extraction = ContributionExtraction(
      model: model.model, norms: DownProjectionNorms(model.model),
      settings: ExtractionSettings(variant: variant, batchTokens: settings.batchTokens))
    var last = (done: 0, total: 0)
    _ = try extraction.run(samples, into: store) { done, total in
      last = (done, total)
      settings.progress(stage, done, total)
    } stop: {
      settings.isCancelled()
    }
    if settings.isCancelled() {
      throw PipelineError.interrupted(stage: stage.rawValue, done: last.done, total: last.total)
    }
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
