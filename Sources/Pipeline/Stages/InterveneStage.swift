internal import CanonicalJSON
internal import Classifier
internal import Foundation
internal import Model
internal import Probing
internal import Study
internal import Tokenizer

/// Benchmarks under doses on neuron sets: the same items at every dose.
struct InterveneStage {
  let plan: StudyPlan
  let benchmarks: [String: [Question]]
  /// By neuron set name.
  let neurons: [String: NeuronSet]
  /// By configuration.
  let models: [String: TextModel]
  let settings: RunSettings

  static func parameters(_ plan: StudyPlan) -> JSONValue {
    let design = plan.design
    return [
      "doses": .array(design.doses.map(JSONValue.number)),
      "configurations": .array(
        design.configurations.map { configuration in
          [
            "id": .string(configuration.id),
            "implementation": .string(configuration.implementation.rawValue),
            "weightFormat": .string(configuration.weightFormat.rawValue),
            "neuronSets": .array(configuration.neuronSets.map { .string($0.rawValue) }),
          ]
        }),
      "benchmarks": .array(
        design.benchmarks.map { benchmark in
          [
            "id": .string(benchmark.id), "format": .string(benchmark.format.rawValue),
            "endpoint": .string(benchmark.endpoint),
            "items": benchmark.itemCount.map { .integer(Int64($0)) } ?? .null,
            "decoding": .string(benchmark.decoding.rawValue),
            "maximumTokens": .integer(Int64(benchmark.maximumTokens)),
            "trueOutcomes": .array(benchmark.trueOutcomes.map(JSONValue.string)),
          ]
        }),
      "randomSets": .integer(Int64(design.randomSetCount)),
      "matching": .string(design.matching.rawValue), "seed": .string(String(design.seed)),
      "sampling": SampleStage.parameters(plan), "judge": "rule/words",
    ]
  }

  /// Rows `{benchmark, configuration, neuronSet, control, dose, item, response, class, outcome}` in
  /// the order of cells and items, or `nil` while shards are missing.
  func run(in folder: StageFolder) throws -> [JSONValue]? {
    // A set without neurons would run as the untouched model: its cells stay missing.
    let cells = InterventionCell.all(plan).filter {
      !(neurons[$0.neuronSet]?.neurons ?? []).isEmpty
    }
    let loop = UnitLoop(folder: folder, settings: settings)
    let values = try loop.run(cells.map(\.id), chunk: 1) { part in
      try part.map { .array(try run(cells[$0])) }
    }
    return values?.flatMap { $0.arrayValue ?? [] }
  }

  private func run(_ cell: InterventionCell) throws -> [JSONValue] {
    guard let benchmark = plan.design.benchmarks.first(where: { $0.id == cell.benchmark }),
      let configuration = plan.design.configurations.first(where: {
        $0.id == cell.configuration
      }), let model = models[cell.configuration], let set = neurons[cell.neuronSet],
      let questions = benchmarks[cell.benchmark]
    else {
      throw PipelineError.notPossible(
        stage: "intervene", problem: "the cell \(cell.id) lacks its model, neurons or items",
        remedy: "check the plan")
    }
    let intervened = try IntervenedModel(
      model.model,
      Intervention(
        cell.target(set), alpha: cell.dose,
        implementation: Intervention.Implementation(
          rawValue: configuration.implementation.rawValue) ?? .expertLoop))
    let requests = try questions.map { question in
      model.request(
        question, prompt: try model.prompt(question), maximumTokens: benchmark.maximumTokens,
        sampling: benchmark.decoding == .greedy ? .greedy : SampleStage.sampling(plan),
        seed: plan.design.seed, responseIndex: 0)
    }
    let responses = try intervened.generate(requests, batchSize: settings.batchSize)
    return try zip(questions, responses).map { question, response in
      let text = try model.tokenizer.decode(response.tokens)
      let (name, outcome) = Scoring(benchmark).outcome(of: text, to: question)
      return [
        "benchmark": .string(cell.benchmark), "configuration": .string(cell.configuration),
        "neuronSet": .string(cell.neuronSet), "control": .bool(cell.isControl),
        "dose": .number(cell.dose), "item": .string(question.id), "response": .string(text),
        "class": .string(name), "outcome": outcome.map(JSONValue.bool) ?? .null,
      ]
    }
  }
}

/// Turns a response into the outcome of a benchmark.
struct Scoring {
  let benchmark: InterventionDesign.Benchmark
  private let judge: RuleJudge

  init(_ benchmark: InterventionDesign.Benchmark) {
    self.benchmark = benchmark
    judge = RuleJudge(format: benchmark.format)
  }

  /// The class of the response and whether it counts as true; `nil` is unscored.
  ///
  /// A behaviour counts as true when it complies, a question when its answer is wrong, unless the
  /// plan lists the classes itself.
  func outcome(of response: String, to question: Question) -> (name: String, isTrue: Bool?) {
    if question.isBehaviour {
      let behaviour = judge.behaviour(of: response, to: question)
      let positive =
        benchmark.trueOutcomes.isEmpty ? [Behaviour.comply.rawValue] : benchmark.trueOutcomes
      return (
        behaviour.rawValue,
        behaviour == .unparsable ? nil : positive.contains(behaviour.rawValue)
      )
    }
    let judgement = judge.judgement(of: response, to: question)
    let positive =
      benchmark.trueOutcomes.isEmpty ? [Judgement.wrong.rawValue] : benchmark.trueOutcomes
    return (judgement.rawValue, judgement == .empty ? nil : positive.contains(judgement.rawValue))
  }
}
