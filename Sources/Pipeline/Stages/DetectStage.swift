internal import CanonicalJSON
internal import Classifier
internal import Endpoints
internal import Foundation
internal import Model
internal import Study

/// The frozen detector on fresh single responses, beside matched random neuron sets.
///
/// The frozen detector itself is reported beside those that ``SetRefits`` gives the sets.
struct DetectStage {
  let plan: StudyPlan
  let detection: DetectionPlan
  let fitted: FittedDetector
  let settings: RunSettings

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
      "matching": .string(plan.design.matching.rawValue), "refitCost": .number(SetRefits.cost),
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
  ///   - refits: detectors of the H-neurons and of the random sets.
  func scores(
    _ rows: [JSONValue], store path: String, refits: [FrozenDetector]
  ) throws -> [JSONValue] {
    let store = try TileStore(path: path)
    let frozen = try fitted.detector.scores(on: store)
    let answerRow = Dictionary(
      store.rows.enumerated().compactMap { $1.region == .answer ? ($1.item, $0) : nil },
      uniquingKeysWith: { first, _ in first })
    let refits = try refits.map { try $0.scores(on: store) }
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
}
