internal import CanonicalJSON
internal import Classifier
internal import Model
internal import Probing
internal import Study

extension StudyRun {
  /// Files, weights and digests that interventions and their checks share.
  private struct Arena {
    var benchmarks: [String: [Question]] = [:]
    var models: [String: TextModel] = [:]
    var inputs: [String: String] = [:]
  }

  private func arena() throws -> Arena {
    var arena = Arena()
    for benchmark in plan.design.benchmarks {
      let (items, digest) = try questions(
        benchmark.file, benchmark.itemCount,
        format: QuestionFormat(benchmark.format))
      arena.benchmarks[benchmark.id] = items
      arena.inputs["benchmark-" + benchmark.id] = digest
    }
    for configuration in plan.design.configurations {
      let model = try model(configuration.weightFormat)
      arena.models[configuration.id] = model
      arena.inputs["weights-" + configuration.weightFormat.rawValue] = model.digest
    }
    return arena
  }

  private var hasInterventions: Bool {
    !plan.design.configurations.isEmpty && !plan.design.benchmarks.isEmpty
  }

  /// Skipped without interventions; without H-neurons the next stage says so.
  func checks(_ results: inout StageResults) throws -> Outcome.State {
    let detector = try fitted(results)
    guard hasInterventions, !detector.positiveColumns.isEmpty else { return .skipped }
    let arena = try arena()
    let reference = try model()
    var keyed = inputs(results, .fit).merging(arena.inputs) { $1 }
    keyed["checkpoint"] = reference.digest
    return try once(.checks, CheckStage.parameters(plan), keyed, &results) { _, results in
      guard let neurons = try neuronSets(detector, results)[NeuronSetKind.all.rawValue] else {
        return []
      }
      return try CheckStage(
        plan: plan, benchmarks: arena.benchmarks, neurons: neurons, models: arena.models,
        reference: reference,
        otherThreads: TextModel(
          path: path(plan.design.checkpoint.path), threads: threads == 1 ? 2 : 1,
          instructionSet: instructionSet), settings: settings
      ).run()
    }
  }

  func intervene(_ results: inout StageResults) throws -> Outcome.State {
    guard hasInterventions else { return .skipped }
    let detector = try fitted(results)
    guard !detector.positiveColumns.isEmpty else {
      throw PipelineError.notPossible(
        stage: "intervene", problem: "the detector selected no H-neuron",
        remedy: "the study ends here; report it with --until fit")
    }
    let arena = try arena()
    let inputs = inputs(results, .fit).merging(arena.inputs) { $1 }
    return try once(.intervene, InterveneStage.parameters(plan), inputs, &results) {
      folder, results in
      try InterveneStage(
        plan: plan, benchmarks: arena.benchmarks, neurons: try neuronSets(detector, results),
        models: arena.models, settings: settings
      ).run(in: folder)
    }
  }

  private func neuronSets(
    _ detector: FittedDetector, _ results: StageResults
  ) throws -> [String: NeuronSet] {
    guard let layout = try TileStore(path: trainingStore(results)).layout else {
      throw PipelineError.damagedStage(
        folder: trainingStore(results), problem: "the store has no neuron layout")
    }
    let all = layout.neurons(detector.positiveColumns)
    var sets: [String: NeuronSet] = [
      NeuronSetKind.all.rawValue: all, NeuronSetKind.shared.rawValue: all.filtered(shared: true),
      NeuronSetKind.routed.rawValue: all.filtered(shared: false),
      NeuronSetKind.experts.rawValue: all.filtered(shared: false),
      NeuronSetKind.negative.rawValue: layout.neurons(detector.negativeColumns),
    ]
    // Draws of their own: the detection's random sets must not decide the interventions'.
    let draws = try detector.matchedSets(
      plan.design.randomSetCount, matching: plan.design.matching, layout: layout,
      seed: plan.design.seed &+ 1)
    for (index, columns) in draws.enumerated() {
      sets["random-\(index + 1)"] = layout.neurons(columns)
    }
    return sets
  }
}
