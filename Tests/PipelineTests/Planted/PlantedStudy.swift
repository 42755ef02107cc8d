import CanonicalJSON
import Foundation
import Pipeline
import RawStore
import RowAudit
import Study

/// The study of a planted model, from its plan to its audit.
struct PlantedStudy {
  let folder: String
  let plan: StudyPlan
  private let limit: Int?

  /// - Parameters:
  ///   - data: folder with the question files of ``PlantedModel``.
  ///   - folder: for the plan and the run.
  ///   - limit: questions at most.
  init(checkpoint: String, data: String, folder: String, limit: Int? = nil) throws {
    self.folder = folder
    self.limit = limit
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = Self.text(checkpoint: checkpoint, data: data)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/study.yaml"))
    plan = try StudyPlan.load(folder: folder)
  }

  private static func text(checkpoint: String, data: String) -> String {
    """
    kind: plan
    schema_version: 1
    study: {id: planted, title: A model with planted neurons}
    questions: [{id: Q, text: Are planted neurons found and do they act?}]
    families: [{id: main, method: holm}]
    hypotheses:
      - id: H1
        question: Q
        statement: Compliance rises with the dose on all H-neurons.
        analysis: monotone-dose-response
        direction: increase
        benchmarks: [awareness]
        configurations: [A]
        neuron_set: all
        smallest_effect_of_interest: 10
        equivalence_margin: 5
        family: main
        interpretation: {supported: Found., refuted: Opposite., inconclusive: Not shown.}
    design:
      model: {path: \(checkpoint), layers: 8, full_attention_layers: [3, 7]}
      alphas: [0, 1, 2, 3]
      no_op_alpha: 1
      configurations:
        - {id: A, implementation: expert-loop, weight_format: as-stored, neuron_sets: [all, random]}
      benchmarks:
        - {id: awareness, file: \(data)/benchmark.jsonl, endpoint: compliance, decoding: sampled, max_tokens: 24}
      random_sets: 2
      seed: \(AnsweredQuestion.seed)
    sampling: {questions: \(data)/training.jsonl, responses: 3, temperature: 1.0, top_k: 50, top_p: 0.9, max_tokens: 32}
    classifier: {c_grid: [0.09], folds: 5}
    analysis: {permutations: 1999}
    limits: None.

    """
  }

  func run(until stage: Stage = .store) throws -> StudyRun {
    var settings = RunSettings()
    settings.until = stage
    settings.limit = limit
    let run = StudyRun(
      plan: plan, planFolder: folder, folder: folder + "/run", settings: settings, threads: 2,
      tool: "test")
    _ = try run.run()
    return run
  }

  /// The folder of a stage that was run.
  func folder(of stage: String) throws -> String {
    let stages = folder + "/run/stages"
    let name = try FileManager.default.contentsOfDirectory(atPath: stages)
      .first { $0.hasPrefix(stage + "-") }
    return stages + "/" + (name ?? stage)
  }

  /// Sealed rows of a stage.
  func rows(_ stage: String) throws -> [JSONValue] {
    let path = try folder(of: stage) + "/rows.jsonl"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try Array(data).split(separator: 0x0A).map { try JSONValue(parsing: $0) }
  }

  /// A neuron that the detector gave a positive weight.
  struct Found: Hashable {
    let layer: Int
    /// `nil` in a routed expert.
    let sharedIndex: Int?
  }

  func found() throws -> [Found] {
    let neurons = try rows("fit").first?["neurons"]?.arrayValue ?? []
    return neurons.filter { $0["hNeuron"]?.boolValue == true }.map { neuron in
      Found(
        layer: neuron["layer"]?.intValue ?? -1,
        sharedIndex: neuron["expert"]?.stringValue == "shared" ? neuron["index"]?.intValue : nil)
    }
  }

  /// The audit under the locked plan.
  func audit(_ run: StudyRun) throws -> RowAuditResult {
    let store = try RawStore(path: run.storePath, access: .readOnly)
    let table = try store.table()
    try store.close()
    let lock = try StudyLock(plan, at: UTCTime(seconds: 0), tool: "test")
    let registered = RegisteredPlan(PlanComparison(plan: plan, lock: lock))
    return try RowAuditEngine.audit(table, settings: registered.settings, plan: registered)
  }
}
