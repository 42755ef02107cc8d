internal import CanonicalJSON
internal import Classifier
internal import Endpoints
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
  /// By the format of a benchmark.
  let judges: [InterventionDesign.Benchmark.Format: ResponseJudge]
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

  /// Items of one cell or of several that are computed together.
  private static let chunk = 1024

  /// Rows `{benchmark, configuration, neuronSet, control, dose, item, response, class, outcome}` in
  /// the order of cells and items, of all cells or of the shard's.
  func run(in folder: StageFolder) throws -> [JSONValue] {
    // A set without neurons would run as the untouched model: its cells stay missing.
    let cells = InterventionCell.all(plan).filter {
      !(neurons[$0.neuronSet]?.neurons ?? []).isEmpty
    }
    let units = cells.flatMap { cell in
      (benchmarks[cell.benchmark] ?? []).map { (cell: cell, question: $0) }
    }
    let loop = UnitLoop(folder: folder, settings: settings)
    let ids = units.map { $0.cell.id + "|" + $0.question.id }
    let kind = { (index: Int) in
      units[index].cell.configuration + "|" + units[index].cell.benchmark
    }
    return try loop.run(ids, chunk: Self.chunk, kind: kind) { part in
      // The units of a cell stand together.
      var rows: [JSONValue] = []
      for same in part.split(whereCellsDiffer: { units[$0].cell }) {
        rows += try run(units[same[same.startIndex]].cell, same.map { units[$0].question })
      }
      return rows
    }
  }

  private func run(
    _ cell: InterventionCell, _ questions: [Question]
  ) throws -> [JSONValue] {
    guard let benchmark = plan.design.benchmarks.first(where: { $0.id == cell.benchmark }),
      let configuration = plan.design.configurations.first(where: {
        $0.id == cell.configuration
      }), let model = models[cell.configuration], let set = neurons[cell.neuronSet]
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
    let texts = try responses.map { try model.tokenizer.decode($0.tokens) }
    let scores = try Scoring(benchmark, judge: judges[benchmark.format]).outcomes(
      of: zip(texts, questions).map { (response: $0, question: $1) })
    return questions.indices.map { place in
      var members: [String: JSONValue] = [
        "benchmark": .string(cell.benchmark), "configuration": .string(cell.configuration),
        "neuronSet": .string(cell.neuronSet), "control": .bool(cell.isControl),
        "dose": .number(cell.dose), "item": .string(questions[place].id),
        "response": .string(texts[place]), "class": .string(scores[place].name),
        "outcome": scores[place].isTrue.map(JSONValue.bool) ?? .null,
      ]
      if let reply = scores[place].reply { members["verdict"] = reply.json }
      return .object(members)
    }
  }
}

extension [Int] {
  /// Runs of neighbours with the same cell, in order; none is empty.
  fileprivate func split(whereCellsDiffer cell: (Int) -> InterventionCell) -> [ArraySlice<Int>] {
    var runs: [ArraySlice<Int>] = []
    var start = 0
    for index in indices.dropFirst() where cell(self[index]) != cell(self[index - 1]) {
      runs.append(self[start..<index])
      start = index
    }
    return isEmpty ? [] : runs + [self[start...]]
  }
}

/// Turns responses into the outcomes of a benchmark.
///
/// A behaviour counts as true when it complies, a question when its answer is wrong, unless the plan
/// lists the classes itself.
struct Scoring {
  let benchmark: InterventionDesign.Benchmark
  private let judge: ResponseJudge

  /// - Parameter judge: the rule when `nil`.
  init(_ benchmark: InterventionDesign.Benchmark, judge: ResponseJudge?) {
    self.benchmark = benchmark
    self.judge = judge ?? .rule(RuleJudge(format: benchmark.format))
  }

  /// The class of a response, whether it counts as true (`nil` is unscored), and a model's words.
  typealias Score = (name: String, isTrue: Bool?, reply: ChatReply?)

  func outcomes(of answers: [ResponseJudge.Answer]) throws -> [Score] {
    let behaviours = answers.indices.filter { answers[$0].question.isBehaviour }
    let questions = answers.indices.filter { !answers[$0].question.isBehaviour }
    var scores = [Score](repeating: ("", nil, nil), count: answers.count)
    let complied = try judge.behaviours(of: behaviours.map { answers[$0] })
    for (place, verdict) in zip(behaviours, complied) {
      let name = verdict.value.rawValue
      scores[place] = (
        name, verdict.value == .unparsable ? nil : isTrue(name, usual: Behaviour.comply.rawValue),
        verdict.reply
      )
    }
    let judged = try judge.judgements(of: questions.map { answers[$0] })
    for (place, verdict) in zip(questions, judged) {
      let name = verdict.value.rawValue
      scores[place] = (
        name,
        verdict.value.isUnusable ? nil : isTrue(name, usual: Judgement.wrong.rawValue),
        verdict.reply
      )
    }
    return scores
  }

  private func isTrue(_ name: String, usual: String) -> Bool {
    (benchmark.trueOutcomes.isEmpty ? [usual] : benchmark.trueOutcomes).contains(name)
  }
}
