internal import CanonicalJSON
internal import Endpoints
internal import Foundation
internal import Provenance
internal import Study

/// Sources of replies that are open in a run, by name.
final class ChatBooks {
  var open: [String: ChatBook] = [:]
}

extension StudyRun {
  /// The book of an endpoint, opened once.
  private func book(endpoint id: String, stage: Stage) throws -> ChatBook {
    if let known = books.open[id] { return known }
    guard let endpoint = plan.endpoint(id) else {
      throw PipelineError.notPossible(
        stage: stage.rawValue, problem: "the plan has no endpoint \(id)",
        remedy: "declare it under endpoints")
    }
    let client = try EndpointClient(
      endpoint, environment: ProcessInfo.processInfo.environment)
    let book = try ChatBook(
      .endpoint(client), in: ownFolder + "/requests", stage: stage, settings: settings)
    books.open[id] = book
    return book
  }

  /// Where training responses, and those of detection sets, come from.
  func responseSource(isBase: Bool = false) throws -> ResponseSource {
    // The base checkpoint is only here.
    guard !isBase, let id = plan.sampling.endpoint else {
      return .engine(try model(base: isBase))
    }
    return .endpoint(try book(endpoint: id, stage: .sample))
  }

  func spanExtractor() throws -> SpanExtractor? {
    guard let spans = plan.spans else { return nil }
    return SpanExtractor(plan: spans, book: try book(endpoint: spans.endpoint, stage: .spans))
  }

  /// The judge of the plan for files of a format.
  func judge(_ format: InterventionDesign.Benchmark.Format) throws -> ResponseJudge {
    guard let judge = plan.judge, judge.kind == .model else {
      return .rule(RuleJudge(format: format))
    }
    if let id = judge.endpoint {
      return .model(ModelJudge(plan: judge, book: try book(endpoint: id, stage: .filter)))
    }
    // No id of an endpoint is empty.
    let name = ""
    if let known = books.open[name] { return .model(ModelJudge(plan: judge, book: known)) }
    let model =
      try judge.modelPath.map {
        try TextModel(path: path($0), threads: threads, instructionSet: instructionSet)
      } ?? model()
    let book = try ChatBook(
      .engine(model, batchSize: settings.batchSize), in: ownFolder + "/requests", stage: .filter,
      settings: settings)
    books.open[name] = book
    return .model(ModelJudge(plan: judge, book: book))
  }

  /// Parameters of a stage with what decides it beside the plan; keys of results without endpoints
  /// and models as judges stay as they were.
  func keyed(_ parameters: JSONValue, _ more: [(String, JSONValue?)]) -> JSONValue {
    var members = parameters.objectValue ?? [:]
    for (name, value) in more {
      if let value { members[name] = value }
    }
    return .object(members)
  }

  /// The gold labels beside the judge's verdicts, sealed as a part of the store.
  func judgeValidation(_ results: inout StageResults) throws {
    guard let judge = plan.judge, let gold = judge.gold else { return }
    let file = try GoldFile(path: path(gold))
    let judging = try self.judge(.referee)
    _ = try once(
      .store, ["part": "gold", "judge": judging.identity ?? .string("rule/words")],
      ["gold": file.sha256.description], &results
    ) { _, _ in try file.judged(by: judging) }
  }
}
