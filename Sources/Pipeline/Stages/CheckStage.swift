internal import CanonicalJSON
internal import Foundation
internal import Model
internal import Probing
internal import Study

/// The checks that need the model: whether the anchor is exact, the interventions are alive, the
/// implementations agree, and another number of threads gives the same bits.
///
/// No outcome of the study enters: prompts are the first items of each benchmark, whatever is
/// answered. `RowAudit` reads the figures from the store and withholds verdicts when one fails.
struct CheckStage {
  /// Items of each benchmark whose prompts are used.
  static let promptsPerBenchmark = 3
  static let maximumTokens = 8

  let plan: StudyPlan
  let benchmarks: [String: [Question]]
  let neurons: NeuronSet
  /// By configuration.
  let models: [String: TextModel]
  /// The checkpoint as stored, and the same with another number of threads.
  let reference: TextModel
  let otherThreads: TextModel
  let settings: RunSettings

  static func parameters(_ plan: StudyPlan) -> JSONValue {
    [
      "prompts": .integer(Int64(promptsPerBenchmark)),
      "maximumTokens": .integer(Int64(maximumTokens)),
      "doses": .array(extremes(plan).map(JSONValue.number)),
      "configurations": .array(
        plan.design.configurations.map {
          [
            "id": .string($0.id), "implementation": .string($0.implementation.rawValue),
            "weightFormat": .string($0.weightFormat.rawValue),
            "experts": .bool($0.neuronSets.contains(.experts)),
          ]
        }),
    ]
  }

  /// The lowest and the highest dose, without the anchor.
  static func extremes(_ plan: StudyPlan) -> [Double] {
    [plan.design.doses.first, plan.design.doses.last].compactMap { $0 }
      .filter { $0 != plan.design.noOpDose }
  }

  /// Rows `{kind, subject, …}`; one a configuration, one a weight format, one for the threads.
  func run() throws -> [JSONValue] {
    let prompts = try plan.design.benchmarks.flatMap { benchmark in
      try (benchmarks[benchmark.id] ?? []).prefix(Self.promptsPerBenchmark).map {
        try reference.prompt($0)
      }
    }
    guard !prompts.isEmpty else {
      throw PipelineError.notPossible(
        stage: "checks", problem: "no benchmark has an item", remedy: "check the plan's files")
    }
    let formats = Dictionary(
      grouping: plan.design.configurations, by: \.weightFormat
    ).sorted { $0.key.rawValue < $1.key.rawValue }
    let withExperts = plan.design.configurations.filter {
      $0.neuronSets.contains(.experts) && !neurons.filtered(shared: false).neurons.isEmpty
    }
    let total = plan.design.configurations.count + withExperts.count + formats.count + 1
    var rows: [JSONValue] = []
    func add(_ row: JSONValue) throws {
      rows.append(row)
      settings.progress(.checks, rows.count, total)
      if settings.isCancelled() {
        throw PipelineError.interrupted(stage: "checks", done: rows.count, total: total)
      }
    }
    for configuration in plan.design.configurations {
      guard let model = models[configuration.id]?.model else { continue }
      try add(try row(of: configuration, .neurons(neurons), model, prompts))
    }
    for configuration in withExperts {
      guard let model = models[configuration.id]?.model else { continue }
      try add(try row(of: configuration, .experts(of: neurons), model, prompts))
    }
    for (format, configurations) in formats {
      guard let first = configurations.first, let model = models[first.id]?.model else { continue }
      try add(try row(of: format, model, prompts))
    }
    try add(try threadRow(prompts))
    return rows
  }

  /// No-op and liveness of one configuration.
  private func row(
    of configuration: InterventionDesign.Configuration, _ target: Intervention.Target,
    _ model: LanguageModel, _ prompts: [[Int32]]
  ) throws -> JSONValue {
    let probe = LivenessProbe(
      model: model, target: target,
      implementation: Intervention.Implementation(
        rawValue: configuration.implementation.rawValue) ?? .expertLoop,
      prompts: prompts, maximumTokens: Self.maximumTokens)
    let doses = try probe.run(doses: Self.extremes(plan)).map { figures -> JSONValue in
      [
        "alpha": .number(figures.alpha),
        "largestLogitDifference": .number(Double(figures.largestLogitDifference)),
        "changedTokenShare": figures.changedTokenShare.map(JSONValue.number) ?? .null,
        "changedResponseShare": figures.changedResponseShare.map(JSONValue.number) ?? .null,
      ]
    }
    let set: NeuronSetKind = if case .experts = target { .experts } else { .all }
    return [
      "kind": "configuration", "subject": .string(configuration.id),
      "neuronSet": .string(set.rawValue),
      "anchorIsExact": .bool(try probe.anchorIsExact()), "doses": .array(doses),
      "prompts": .integer(Int64(prompts.count)),
    ]
  }

  /// Agreement of the three implementations on one weight format, and what the format alone does.
  private func row(
    of format: InterventionDesign.Configuration.WeightFormat, _ model: LanguageModel,
    _ prompts: [[Int32]]
  ) throws -> JSONValue {
    var largest = 0.0
    for dose in Self.extremes(plan) {
      for prompt in prompts {
        let logits = try Intervention.Implementation.allCases.map {
          try IntervenedModel(
            model, Intervention(neurons: neurons, alpha: dose, implementation: $0)
          ).logits(prompt)
        }
        for first in logits.indices {
          for second in logits.indices where second > first {
            largest = max(largest, Self.relativeDifference(logits[first], logits[second]))
          }
        }
      }
    }
    var (difference, changed, positions) = (0.0, 0, 0)
    let vocabulary = model.configuration.vocabularySize
    for prompt in prompts {
      let stored = try Self.logits(reference.model, prompt)
      let packed = try Self.logits(model, prompt)
      difference = max(difference, Self.difference(stored, packed))
      for start in stride(from: 0, to: stored.count, by: vocabulary) {
        positions += 1
        let same =
          Sampling.greedy.choose(
            stored[start..<start + vocabulary], isAllowed: { _ in true }, uniform: 0)
          == Sampling.greedy.choose(
            packed[start..<start + vocabulary], isAllowed: { _ in true }, uniform: 0)
        if !same { changed += 1 }
      }
    }
    return [
      "kind": "weight-format", "subject": .string(format.rawValue),
      "implementations": .array(
        Intervention.Implementation.allCases.map { .string($0.rawValue) }),
      "largestRelativeDifference": .number(largest),
      "largestDifferenceFromStored": .number(difference),
      "changedTokenShareFromStored": .number(Double(changed) / Double(max(1, positions))),
      "prompts": .integer(Int64(prompts.count)),
    ]
  }

  private func threadRow(_ prompts: [[Int32]]) throws -> JSONValue {
    let isEqual = try prompts.allSatisfy { prompt in
      try Self.logits(reference.model, prompt).map(\.bitPattern)
        == Self.logits(otherThreads.model, prompt).map(\.bitPattern)
    }
    return [
      "kind": "threads", "subject": "as-stored", "isEqual": .bool(isEqual),
      "prompts": .integer(Int64(prompts.count)),
    ]
  }

  private static func logits(_ model: LanguageModel, _ prompt: [Int32]) throws -> [Float] {
    try model.forward([
      LanguageModel.Segment(state: model.newSequence(), tokens: prompt, logits: .all)
    ])[0]
  }

  private static func difference(_ left: [Float], _ right: [Float]) -> Double {
    zip(left, right).reduce(0) { max($0, Double(abs($1.0 - $1.1))) }
  }

  /// The largest difference as a share of the largest logit.
  private static func relativeDifference(_ left: [Float], _ right: [Float]) -> Double {
    let scale = left.reduce(0) { max($0, Double(abs($1))) }
    return scale > 0 ? difference(left, right) / scale : difference(left, right)
  }
}
