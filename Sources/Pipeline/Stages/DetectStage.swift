internal import CanonicalJSON
internal import Classifier
internal import Endpoints
internal import Foundation
internal import Model
internal import Study

/// The frozen detector on fresh single responses, beside matched random neuron sets.
///
/// A random set has no weights of its own, so each set, the H-neurons included, gets a logistic
/// regression on the training rows restricted to its columns (L1 with C = 100, next to no penalty):
/// the comparison is between sets of neurons, fitted alike. The frozen detector itself is reported
/// beside it.
struct DetectStage {
  /// Weak enough that no set loses to the penalty, strong enough that a solution exists.
  static let refitCost = 100.0

  let plan: StudyPlan
  let detection: DetectionPlan
  let fitted: FittedDetector
  let trainingStore: String
  let settings: RunSettings
  let threads: Int

  static func parameters(_ plan: StudyPlan) -> JSONValue {
    [
      "sets": .array(
        (plan.detection?.sets ?? []).map { set in
          var entry: [String: JSONValue] = [
            "id": .string(set.id), "items": set.itemCount.map { .integer(Int64($0)) } ?? .null,
          ]
          if set.format != .referee { entry["format"] = .string(set.format.rawValue) }
          return .object(entry)
        }),
      "randomSets": .integer(Int64(plan.detection?.randomSetCount ?? 0)),
      "matching": .string(plan.design.matching.rawValue), "refitCost": .number(refitCost),
      "sampling": SampleStage.parameters(plan), "contributions": ContributionStage.parameters(plan),
    ]
  }

  /// Fresh responses of one set, judged, with spans; units of `folder`.
  ///
  /// - Parameters:
  ///   - model: whose tokens the spans are in.
  ///   - source: what answers; the own engine's is the same model.
  func responses(
    set id: String, questions: [Question], model: TextModel, source: ResponseSource,
    judge: ResponseJudge, extractor: SpanExtractor?, in loop: UnitLoop
  ) throws -> [JSONValue] {
    let byID = Dictionary(questions.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    let spans = SpanStage(questions: byID, model: model, extractor: extractor)
    return try loop.run(questions.map { id + "/" + $0.id }, chunk: 256) { part in
      let asked = part.map { questions[$0] }
      let responses = try source.responses(
        to: asked, count: 1, use: "detect/" + id, plan: plan, batchSize: settings.batchSize)
      let verdicts = try judge.judgements(
        of: zip(asked, responses).map { (response: $1.text, question: $0) })
      let rows = try spans.rows(
        asked.indices.map {
          (item: asked[$0].id, isRight: verdicts[$0].value.isRight, response: responses[$0])
        })
      return rows.indices.map { place in
        var row = rows[place].objectValue ?? [:]
        row["judgement"] = .string(verdicts[place].value.rawValue)
        row["set"] = .string(id)
        let prompt = row["promptTokens"]?.intValue ?? 0
        row["responseTokens"] = .integer(
          Int64((row["tokens"]?.arrayValue?.count ?? prompt) - prompt))
        if let reply = verdicts[place].reply { row["verdict"] = reply.json }
        if let reply = responses[place].reply { row["reply"] = reply.json }
        return .object(row)
      }
    }
  }

  /// Scores of every item with an answer span and an outcome.
  ///
  /// - Parameters:
  ///   - rows: of ``responses(set:questions:model:source:judge:extractor:in:)``.
  ///   - store: contributions of exactly these responses.
  func scores(_ rows: [JSONValue], store path: String) throws -> [JSONValue] {
    let store = try TileStore(path: path)
    let training = try TileStore(path: trainingStore)
    let frozen = try fitted.detector.scores(on: store)
    let answerRow = Dictionary(
      store.rows.enumerated().compactMap { $1.region == .answer ? ($1.item, $0) : nil },
      uniquingKeysWith: { first, _ in first })
    let sets = try comparedSets(training)
    var refits: [[Double]] = []
    for (index, columns) in sets.enumerated() {
      if settings.isCancelled() {
        throw PipelineError.interrupted(stage: "detect", done: index, total: sets.count)
      }
      refits.append(try refit(columns, on: training).scores(on: store))
      settings.progress(.detect, index + 1, sets.count)
    }
    return rows.map { row in
      var members = row.objectValue ?? [:]
      members["tokens"] = nil
      members["spanTokens"] = .integer(Int64(row["answer"]?.arrayValue?.count ?? 0))
      guard let item = row["item"]?.stringValue, let place = answerRow[item],
        row["right"]?.boolValue != nil
      else { return .object(members) }
      members["score"] = .number(frozen[place])
      members["refits"] = .array(refits.map { .number($0[place]) })
      return .object(members)
    }
  }

  /// The H-neurons first, then the random sets; empty without H-neurons.
  private func comparedSets(_ training: TileStore) throws -> [[Int]] {
    guard !fitted.positiveColumns.isEmpty, let layout = training.layout else { return [] }
    return [fitted.positiveColumns]
      + (try fitted.matchedSets(
        detection.randomSetCount, matching: plan.design.matching, layout: layout,
        seed: plan.design.seed))
  }

  /// A detector of its own for a set of columns.
  private func refit(_ columns: [Int], on training: TileStore) throws -> FrozenDetector {
    let labels = try FitStage.rowRule(plan).labels(of: training)
    let values = try training.values(ofColumns: columns)
    var matrix = SparseMatrix(columnCount: columns.count)
    let kept = labels.indices.filter { labels[$0] != 0 }
    for row in kept {
      for (place, column) in columns.enumerated() {
        guard let value = values[column]?[row], value != 0 else { continue }
        matrix.columns.append(UInt32(place))
        matrix.values.append(value)
      }
      matrix.starts.append(matrix.columns.count)
      matrix.labels.append(labels[row])
    }
    let store = try TileStore.build(
      from: matrix, dtype: .f64, source: "columns of a neuron set")
    var options = FitStage.options(plan, threads: threads)
    options.scale = .none
    options.gapTolerance = 1e-6
    options.violationTolerance = 1e-4
    options.examinesMargins = false
    let solver = try PathSolver(
      store: store, labels: kept.map { labels[$0] }, options: options)
    let weighting: Classifier.ClassWeight =
      plan.classifier.classWeight == .balanced ? .balanced : .none
    let weights = weighting.rowWeights(
      labels: kept.map { labels[$0] }, sampleWeights: kept.map { _ in 1 })
    let fit = try solver.solve([
      LogisticProblem(name: "neuron set", cost: Self.refitCost, rowWeights: weights)
    ])[0]
    return FrozenDetector(
      weights: fit.weights.map { (columns[$0.column], $0.rawWeight) },
      intercept: fit.rawIntercept)
  }
}
