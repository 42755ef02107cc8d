internal import CanonicalJSON
internal import Foundation
internal import Provenance
internal import RawStore
internal import Study

/// Writes the sealed rows of all stages into one raw store, a transaction and a ledger record a stage.
struct StoreStage {
  let plan: StudyPlan
  let tool: String
  /// Without routed experts no neuron is in a shared one: the engine's name for a dense block.
  let hasRoutedExperts: Bool
  /// Name of the detector of the fit.
  static let detector = "h-neurons"

  /// Adds what a stage has; rows that are there already are left alone.
  func write(_ stage: Stage, rows: [JSONValue], digest: String, to store: RawStore) throws {
    guard let sha256 = SHA256Digest(hexadecimal: digest) else {
      throw PipelineError.notPossible(
        stage: "store", problem: "the seal of \(stage.rawValue) is damaged",
        remedy: "remove the folder of the stage and run again")
    }
    _ = try store.write(stage: stage.rawValue, tool: tool) { writer in
      let source = SourceFile(
        study: plan.id, path: "stages/\(stage.rawValue)/rows.jsonl", sha256: sha256,
        sizeBytes: try rows.reduce(0) { $0 + (try $1.canonicalText().utf8.count) + 1 },
        format: "referee-run/\(stage.rawValue)", parameters: "{}")
      guard try writer.begin(source) else { return false }
      var accepted = 0
      if let document = record(of: stage, rows) {
        try writer.addRun(
          status: stage.rawValue, startedAt: nil, completedAt: nil,
          document: try document.canonicalText())
        accepted = rows.count
      }
      for (index, row) in rows.enumerated() {
        if try add(row, of: stage, line: index + 1, to: writer) { accepted += 1 }
      }
      try writer.finish(
        acceptedCount: accepted, skippedCount: rows.count - accepted, rejectedCount: 0)
      if let conflict = writer.conflicts.first {
        throw PipelineError.notPossible(
          stage: "store", problem: "rows contradict each other: \(conflict)",
          remedy: "remove the folder of the stage and run again")
      }
      return true
    }
  }

  /// What is kept whole, as a record of the run: figures of the model, endpoints that answered, the
  /// judge beside gold labels.
  private func record(of stage: Stage, _ rows: [JSONValue]) -> JSONValue? {
    switch stage {
    case .checks, .route:
      ["schema": .string("referee/run-\(stage.rawValue)/v1"), "rows": .array(rows)]
    case .store:
      [
        "schema": "referee/run-judge/v1", "judge": .string(plan.judgeName), "rows": .array(rows),
        "correctRates": .bool(plan.judge?.correctsRates ?? false),
        "benchmarks": .array(judgedBenchmarks),
      ]
    case .sample: EndpointRecord(plan).document(use: "sampling", plan.sampling.endpoint, stageRows)
    case .filter: EndpointRecord(plan).document(use: "judging", plan.judge?.endpoint, stageRows)
    case .spans: EndpointRecord(plan).document(use: "spans", plan.spans?.endpoint, stageRows)
    default: nil
    }
  }

  /// Sealed rows of all stages: an endpoint is recorded once for all that asked it.
  var stageRows: [Stage: [JSONValue]] = [:]

  /// By benchmark: whose behaviours or answers its endpoint counts; set before the store is written.
  var judgedBenchmarks: [JSONValue] = []

  /// - Returns: whether the row has a place in the store.
  private func add(
    _ row: JSONValue, of stage: Stage, line: Int, to writer: RowWriter
  ) throws -> Bool {
    switch stage {
    case .filter: try addSamples(row, line: line, to: writer)
    case .spans: try addSpan(row, line: line, to: writer)
    case .fit: try addFit(row, line: line, to: writer)
    case .detect: try addScores(row, line: line, to: writer)
    case .intervene: try addOutcome(row, line: line, to: writer)
    case .sample, .contributions, .checks, .route, .store: false
    }
  }

  private func addSamples(_ row: JSONValue, line: Int, to writer: RowWriter) throws -> Bool {
    guard let name = row["item"]?.stringValue, let responses = row["texts"]?.arrayValue,
      let judgements = row["judgements"]?.arrayValue
    else { return false }
    let item = try writer.item(name)
    for (index, (text, judgement)) in zip(responses, judgements).enumerated() {
      let verdict = judgement.stringValue.flatMap(Judgement.init) ?? .empty
      try writer.addSample(
        benchmark: "training", judge: plan.judgeName, item: item, replicate: index,
        outcome: verdict.isRight.map(Outcome.scored) ?? .unscored(verdict.rawValue),
        response: try writer.response(text.stringValue ?? ""), line: line)
    }
    return true
  }

  private func addSpan(_ row: JSONValue, line: Int, to writer: RowWriter) throws -> Bool {
    guard let name = row["item"]?.stringValue, let tokens = row["tokens"]?.arrayValue?.count,
      let prompt = row["promptTokens"]?.intValue
    else { return false }
    try writer.addAnswerSpan(
      item: try writer.item(name), spanTokens: row["answer"]?.arrayValue?.count ?? 0,
      responseTokens: tokens - prompt,
      outcome: row["reason"]?.stringValue.map(Outcome.unscored)
        ?? row["right"]?.boolValue.map(Outcome.scored) ?? .unscored("not-judged"),
      response: try writer.response(row["text"]?.stringValue ?? ""), line: line)
    return true
  }

  private func addFit(_ row: JSONValue, line: Int, to writer: RowWriter) throws -> Bool {
    for neuron in row["neurons"]?.arrayValue ?? [] {
      try writer.addNeuron(
        NeuronRow(
          detector: Self.detector, layer: neuron["layer"]?.intValue ?? 0,
          expert: neuron["expert"]?.intValue,
          isShared: hasRoutedExperts && neuron["expert"]?.stringValue == "shared",
          index: neuron["index"]?.intValue,
          weight: neuron["weight"]?.doubleValue), line: line)
    }
    for entry in row["ledger"]?.arrayValue ?? [] {
      try writer.addClassifierRows(
        ClassifierRowCount(
          detector: Self.detector, split: entry["split"]?.stringValue ?? "all",
          rowCount: entry["rows"]?.intValue ?? 0,
          positiveCount: entry["positives"]?.intValue ?? 0), line: line)
    }
    return true
  }

  private func addScores(_ row: JSONValue, line: Int, to writer: RowWriter) throws -> Bool {
    guard let set = row["set"]?.stringValue, let name = row["item"]?.stringValue,
      let isRight = row["right"]?.boolValue, let score = row["score"]?.doubleValue
    else { return false }
    let item = try writer.item(name)
    // Log odds above 0 predict a wrong answer.
    try writer.addScore(
      set: set, detector: Self.detector, isControl: false, item: item, label: !isRight,
      score: 1 / (1 + exp(-score)), prediction: score > 0, line: line)
    for (index, refit) in (row["refits"]?.arrayValue ?? []).enumerated() {
      guard let value = refit.doubleValue else { continue }
      try writer.addScore(
        set: set, detector: index == 0 ? "h-neurons-refitted" : "random-\(index)",
        isControl: index > 0, item: item, label: !isRight, score: 1 / (1 + exp(-value)),
        prediction: value > 0, line: line)
    }
    return true
  }

  private func addOutcome(_ row: JSONValue, line: Int, to writer: RowWriter) throws -> Bool {
    guard let benchmark = row["benchmark"]?.stringValue, let name = row["item"]?.stringValue,
      let configuration = row["configuration"]?.stringValue, let dose = row["dose"]?.doubleValue,
      let set = row["neuronSet"]?.stringValue, let text = row["response"]?.stringValue,
      let endpoint = plan.design.benchmarks.first(where: { $0.id == benchmark })?.endpoint
    else { return false }
    let arm = Arm(
      benchmark: benchmark, configuration: configuration, neuronSet: set,
      isControl: row["control"]?.boolValue ?? false, endpoint: endpoint, judge: plan.judgeName)
    let outcome: Outcome =
      row["outcome"]?.boolValue.map(Outcome.scored)
      ?? .unscored(row["class"]?.stringValue ?? "unparsable")
    try writer.addOutcome(
      series: try writer.series(arm, dose: dose), item: try writer.item(name),
      code: try writer.code(outcome), response: try writer.response(text), line: line)
    return true
  }
}
