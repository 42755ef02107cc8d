public import CanonicalJSON
internal import Classifier
internal import Foundation
public import Kernels
internal import Model
internal import Probing
internal import Provenance
internal import RawStore
public import Study

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A study from its plan to its raw store: every stage once, in order, resumable at any moment.
///
/// ```
/// run folder
///   stages/<stage>-<key>/   rows.jsonl, seal.json; the key changes with anything that matters
///   weights/<format>/       quantised copies of the checkpoint
///   raw.sqlite              rows of all stages, with the ledger
/// ```
/// Results do not depend on threads, batch, shards or interruptions.
public final class StudyRun {
  public let plan: StudyPlan
  public let planFolder: String
  public let folder: String
  public let settings: RunSettings
  public let threads: Int
  public let instructionSet: Kernels.InstructionSet?
  /// Name and version of the program, for the ledger.
  public let tool: String
  private var models: [String: TextModel] = [:]
  let books = ChatBooks()

  public var storePath: String { folder + "/raw.sqlite" }
  private var stages: String { folder + "/stages" }

  /// - Parameters:
  ///   - planFolder: where `study.yaml` is; relative paths of the plan start there.
  ///   - folder: of the run; made if it is missing.
  public init(
    plan: StudyPlan, planFolder: String, folder: String, settings: RunSettings, threads: Int,
    instructionSet: Kernels.InstructionSet? = nil, tool: String
  ) {
    self.plan = plan
    self.planFolder = planFolder
    self.folder = folder
    self.settings = settings
    self.threads = threads
    self.instructionSet = instructionSet
    self.tool = tool
  }

  /// What happened to each stage.
  public struct Outcome: Sendable {
    public enum State: String, Sendable { case done, stands, skipped, incomplete }

    public internal(set) var stages: [(stage: Stage, state: State)] = []
    /// Whether every requested stage is finished; not so while shards are missing.
    public var isComplete: Bool { !stages.contains { $0.state == .incomplete } }
  }

  // MARK: - Paths, files and models

  func path(_ name: String) -> String { name.hasPrefix("/") ? name : planFolder + "/" + name }

  func questions(
    _ file: String, _ count: Int?, format: QuestionFormat = .referee
  ) throws -> (items: [Question], digest: String) {
    let file = try QuestionFile(path: path(file), format: format)
    let count = settings.limit.map { min($0, count ?? .max) } ?? count
    let items = file.prefix(count)
    let ids: JSONValue = .array(items.map { .string($0.id) })
    let digest = try SHA256Hex(
      ofCanonical: ["file": .string(file.sha256.description), "items": ids])
    return (items, digest.description)
  }

  func model(
    _ format: InterventionDesign.Configuration.WeightFormat = .asStored, base: Bool = false
  ) throws -> TextModel {
    let key = base ? "base" : format.rawValue
    if let known = models[key] { return known }
    var source = path(plan.design.checkpoint.path)
    if base, let path = plan.design.checkpoint.basePath { source = self.path(path) }
    if format != .asStored { source = try quantised(source, format) }
    let model = try TextModel(path: source, threads: threads, instructionSet: instructionSet)
    models[key] = model
    return model
  }

  /// A quantised copy of the checkpoint, made once; a torn one has another name.
  private func quantised(
    _ source: String, _ format: InterventionDesign.Configuration.WeightFormat
  ) throws -> String {
    let digest = try model().digest.prefix(16)
    let target = "\(folder)/weights/\(format.rawValue)-\(digest)"
    let manager = FileManager.default
    if manager.fileExists(atPath: target) { return target }
    let partial = target + ".partial"
    try? manager.removeItem(atPath: partial)
    try makeFolder(folder + "/weights")
    let layout: QuantisedLayout = format == .gptqInt4 ? .gptq : .mlx
    _ = try CheckpointQuantiser(folder: source, layout: layout, groupSize: 32).write(to: partial)
    do { try manager.moveItem(atPath: partial, toPath: target) } catch {
      throw PipelineError.cannotWrite(path: target, reason: error.localizedDescription)
    }
    return target
  }

  private func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw PipelineError.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }

  // MARK: - Running

  /// Runs what is missing of the requested stages.
  ///
  /// - Throws: ``PipelineError``, and the errors of engine, classifier and store.
  public func run() throws -> Outcome {
    try makeFolder(stages)
    let lock = try RunLock(folder: folder, shard: settings.shard)
    defer { lock.release() }
    var outcome = Outcome()
    var results = StageResults()
    for stage in Stage.allCases where stage <= settings.until {
      let state = try run(stage, &results)
      outcome.stages.append((stage, state))
      if state == .incomplete { break }
    }
    return outcome
  }

  /// Sealed rows by stage.
  struct StageResults {
    var rows: [Stage: [JSONValue]] = [:]
    var digests: [Stage: String] = [:]
    var folders: [Stage: String] = [:]
  }

  private func run(_ stage: Stage, _ results: inout StageResults) throws -> Outcome.State {
    switch stage {
    case .sample:
      let (items, digest) = try trainingFile()
      let source = try responseSource()
      var inputs = ["questions": digest]
      if source.identity == nil { inputs["checkpoint"] = try model().digest }
      let parameters = keyed(SampleStage.parameters(plan), [("endpoint", source.identity)])
      return try once(stage, parameters, inputs, &results) { folder, _ in
        try SampleStage(plan: plan, questions: items, source: source, settings: settings)
          .run(in: folder)
      }
    case .filter:
      let items = try trainingQuestions()
      var keyed = inputs(results, .sample)
      keyed["questions"] = try trainingDigest()
      let judge = try judge(plan.sampling.format)
      return try once(stage, FilterStage.parameters(plan, judge: judge), keyed, &results) {
        folder, results in
        let samples = results.rows[.sample] ?? []
        let rows = try FilterStage(plan: plan, questions: items, judge: judge)
          .run(samples, folder: folder)
        return zip(samples, rows).map { sample, row in
          // The texts travel with the verdicts, so that the store has both from one file.
          var members = row.objectValue ?? [:]
          members["texts"] = .array(
            (sample["responses"]?.arrayValue ?? []).map { $0["text"] ?? .string("") })
          return .object(members)
        }
      }
    case .spans:
      let items = try trainingQuestions()
      var keyed = inputs(results, .sample, .filter)
      keyed["questions"] = try trainingDigest()
      keyed["checkpoint"] = try model().digest
      let extractor = try spanExtractor()
      let parameters: JSONValue =
        extractor.map { ["plan": $0.plan.json, "source": $0.book.identity] }
        ?? ["rule": "alias, novel words"]
      return try once(stage, parameters, keyed, &results) { folder, results in
        try SpanStage(questions: items, model: try model(), extractor: extractor).run(
          samples: results.rows[.sample] ?? [], filtered: results.rows[.filter] ?? [],
          folder: folder)
      }
    case .contributions:
      var keyed = inputs(results, .spans)
      keyed["checkpoint"] = try model().digest
      return try once(stage, ContributionStage.parameters(plan), keyed, &results) {
        folder, results in
        let store = folder.path + "/store"
        try ContributionStage(plan: plan, model: try model(), settings: settings)
          .run(results.rows[.spans] ?? [], store: store, stage: stage)
        return [["store": "store", "digest": .string(try TileStore(path: store).digest)]]
      }
    case .fit:
      return try once(stage, FitStage.parameters(plan), inputs(results, .contributions), &results) {
        _, results in
        try FitStage(plan: plan, settings: settings, threads: threads)
          .run(store: trainingStore(results))
      }
    case .checks: return try checks(&results)
    case .detect: return try detect(&results)
    case .intervene: return try intervene(&results)
    case .route:
      return try once(stage, [:], inputs(results, .contributions, .fit), &results) {
        folder, results in
        let neurons = results.rows[.fit]?.first?["neurons"]?.arrayValue ?? []
        return try RouteStage().run(
          store: trainingStore(results), neurons: neurons, folder: folder.path)
      }
    case .store: return try store(results)
    }
  }

  /// Takes a sealed result, or makes and seals it.
  func once(
    _ stage: Stage, _ parameters: JSONValue, _ inputs: [String: String],
    _ results: inout StageResults,
    _ body: (StageFolder, StageResults) throws -> [JSONValue]?
  ) throws -> Outcome.State {
    let place = try StageFolder(
      stage: stage, in: stages, parameters: parameters, inputs: inputs, shard: settings.shard)
    results.folders[stage] = place.path
    if let rows = try place.sealedRows(), let digest = place.sealedDigest() {
      results.rows[stage] = rows
      results.digests[stage] = digest
      return .stands
    }
    guard stage >= settings.from else {
      throw PipelineError.notPossible(
        stage: stage.rawValue, problem: "its result does not stand",
        remedy: "run from an earlier stage")
    }
    guard let rows = try body(place, results) else { return .incomplete }
    results.digests[stage] = try place.seal(rows)
    results.rows[stage] = rows
    return .done
  }

  func inputs(_ results: StageResults, _ stages: Stage...) -> [String: String] {
    Dictionary(
      stages.map { ($0.rawValue, results.digests[$0] ?? "") }, uniquingKeysWith: { $1 })
  }

  private func trainingFile() throws -> (items: [Question], digest: String) {
    try questions(
      plan.sampling.questions, plan.sampling.itemCount,
      format: QuestionFormat(plan.sampling.format))
  }

  private func trainingQuestions() throws -> [String: Question] {
    let (items, _) = try trainingFile()
    return Dictionary(items.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
  }

  private func trainingDigest() throws -> String {
    try trainingFile().digest
  }

  func trainingStore(_ results: StageResults) -> String {
    (results.folders[.contributions] ?? "") + "/store"
  }

  func fitted(_ results: StageResults) throws -> FittedDetector {
    try FittedDetector(
      row: results.rows[.fit]?.first ?? .null, folder: results.folders[.fit] ?? "")
  }

  // MARK: - Detection

  private func detect(_ results: inout StageResults) throws -> Outcome.State {
    guard let detection = plan.detection else { return .skipped }
    var inputs = inputs(results, .fit, .contributions)
    var sets: [(set: DetectionPlan.QuestionSet, items: [Question])] = []
    for set in detection.sets {
      let (items, digest) = try questions(
        set.file, set.itemCount, format: QuestionFormat(set.format))
      sets.append((set, items))
      inputs["set-" + set.id] = digest
    }
    let tracesOrigin = plan.hypotheses.contains { $0.analysis == .origin }
    inputs["checkpoint"] = try model().digest
    if tracesOrigin { inputs["base"] = try model(base: true).digest }
    let extractor = try spanExtractor()
    let judging = try judge(plan.sampling.format)
    let parameters = keyed(
      DetectStage.parameters(plan),
      [
        ("endpoint", try responseSource().identity), ("judge", judging.identity),
        ("spans", extractor.map { ["plan": $0.plan.json, "source": $0.book.identity] }),
      ])
    return try once(.detect, parameters, inputs, &results) { folder, results in
      let stage = DetectStage(
        plan: plan, detection: detection, fitted: try fitted(results),
        trainingStore: trainingStore(results), settings: settings, threads: threads)
      var rows: [JSONValue] = []
      for isBase in tracesOrigin ? [false, true] : [false] {
        for (set, items) in sets {
          let id = isBase ? set.id + "@base" : set.id
          let model = try model(base: isBase)
          guard
            let responses = try stage.responses(
              set: id, questions: items, model: model,
              source: try responseSource(isBase: isBase), judge: try judge(set.format),
              extractor: extractor, in: UnitLoop(folder: folder, settings: settings))
          else { return nil }
          let store = folder.path + "/store-" + (isBase ? "base-" : "") + set.id
          try ContributionStage(plan: plan, model: model, settings: settings)
            .run(responses, store: store, stage: .detect)
          rows += try stage.scores(responses, store: store)
        }
      }
      return rows
    }
  }

  // MARK: - Store

  private func store(_ sealed: StageResults) throws -> Outcome.State {
    var results = sealed
    try judgeValidation(&results)
    // Derived from the sealed rows: made afresh, so that it never holds rows of two runs.
    let partial = storePath + ".partial"
    let manager = FileManager.default
    for suffix in ["", "-wal", "-shm"] { try? manager.removeItem(atPath: partial + suffix) }
    let store = try RawStore(path: partial, access: .readWrite)
    var stage = StoreStage(
      plan: plan, tool: tool,
      hasRoutedExperts: try model().model.configuration.experts != nil)
    stage.judgedBenchmarks = StoreStage.judgedBenchmarks(
      plan, rows: results.rows[.intervene] ?? [])
    for name in Stage.allCases {
      guard let rows = results.rows[name], let digest = results.digests[name] else { continue }
      try stage.write(name, rows: rows, digest: digest, to: store)
    }
    try store.close()
    guard rename(partial, storePath) == 0 else {
      throw PipelineError.cannotWrite(path: storePath, reason: "it cannot be replaced")
    }
    return .done
  }
}
