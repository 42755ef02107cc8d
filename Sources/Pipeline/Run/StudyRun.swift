public import CanonicalJSON
internal import Classifier
internal import Foundation
public import Kernels
internal import Model
internal import Probing
internal import Provenance
public import RawStore
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
///   run.json                times, machine and throughput: in nothing that is compared
///   shards/<i>-of-<n>/      units.sqlite of a shard, with its own run.json
///   units.sqlite            the units of all shards, once merged
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
  /// Of this shard while one runs; otherwise what was merged, if anything.
  private(set) var units: UnitFile?
  private let recorder: RunRecorder
  let books = ChatBooks()

  public var storePath: String { folder + "/raw.sqlite" }
  private var stages: String { folder + "/stages" }
  var isShard: Bool { settings.shard != .whole }

  /// Where this process writes: a shard has a folder of its own.
  var ownFolder: String { isShard ? Self.folder(of: settings.shard, in: folder) : folder }

  /// The folder of a shard; it holds `units.sqlite`.
  public static func folder(of shard: Shard, in folder: String) -> String {
    "\(folder)/shards/\(shard.index)-of-\(shard.count)"
  }

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
    self.threads = threads
    let recorder = RunRecorder(
      shard: settings.shard, threads: threads, instructionSet: instructionSet, tool: tool)
    self.recorder = recorder
    var recorded = settings
    recorded.progress = { stage, done, total in
      recorder.update(stage, done)
      settings.progress(stage, done, total)
    }
    self.settings = recorded
    self.instructionSet = instructionSet
    self.tool = tool
  }

  /// What happened to each stage.
  public struct Outcome: Sendable {
    public enum State: String, Sendable {
      case done, stands, skipped
      /// The shard's part is done.
      case part
      /// The shard can do nothing before the parts of all shards are merged.
      case waiting
    }

    public internal(set) var stages: [(stage: Stage, state: State)] = []
    /// Whether every requested stage is finished, or the shard's part of it.
    public var isComplete: Bool { !stages.contains { $0.state == .waiting } }
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
    let name = "weights/\(format.rawValue)-\(digest)"
    let manager = FileManager.default
    // A shard takes what the whole run has made, and otherwise makes its own.
    for place in [folder, ownFolder] where manager.fileExists(atPath: "\(place)/\(name)") {
      return "\(place)/\(name)"
    }
    let target = "\(ownFolder)/\(name)"
    let partial = target + ".partial"
    try? manager.removeItem(atPath: partial)
    try makeFolder(ownFolder + "/weights")
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
    try makeFolder(isShard ? ownFolder : stages)
    let lock = try RunLock(folder: ownFolder)
    defer { lock.release() }
    units = try openUnits()
    defer { try? units?.close() }
    var outcome = Outcome()
    var results = StageResults()
    for stage in Stage.allCases where stage <= settings.until {
      // Checks decide no row of a shard: the whole run makes them.
      if isShard, stage == .checks { continue }
      recorder.begin(stage)
      let state = try run(stage, &results)
      outcome.stages.append((stage, state))
      try recorder.finish(stage, state, in: ownFolder)
      if state == .waiting { break }
    }
    return outcome
  }

  private func openUnits() throws -> UnitFile? {
    if isShard {
      let origin = UnitFile.Origin(
        plan: try plan.lockHash(folder: planFolder), limit: settings.limit, tool: tool)
      return try UnitFile(
        path: ownFolder + "/units.sqlite", origin: origin, shard: settings.shard)
    }
    let merged = folder + "/units.sqlite"
    guard FileManager.default.fileExists(atPath: merged) else { return nil }
    let file = try UnitFile(reading: merged)
    guard file.shard == .whole else {
      throw PipelineError.badFile(
        path: merged, problem: "it holds shard \(file.shard) alone; join all with store merge")
    }
    return file
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
        try contributions(results.rows[.spans] ?? [], store: store, stage: stage)
        if isShard { return [] }
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
        return try RouteStage(layout: Probing.NeuronLayout(try model().model.configuration)).run(
          store: trainingStore(results), neurons: neurons, folder: folder.path)
      }
    case .store: return isShard ? .waiting : try store(results)
    }
  }

  /// Into a store, or of a shard into its units.
  func contributions(
    _ spans: [JSONValue], store: String, stage: Stage, set: String = "", base: Bool = false
  ) throws {
    let contributions = ContributionStage(
      plan: plan, model: try model(base: base), settings: settings)
    let units = try self.units.map { try contributions.units(in: $0, for: stage, set: set) }
    if let units, isShard {
      try contributions.collect(spans, stage: stage, units: units)
    } else {
      try contributions.run(spans, store: store, stage: stage, units: units)
    }
  }

  /// Takes a sealed result, or makes and seals it; a shard computes its part and seals nothing.
  func once(
    _ stage: Stage, _ parameters: JSONValue, _ inputs: [String: String],
    _ results: inout StageResults,
    _ body: (StageFolder, StageResults) throws -> [JSONValue]
  ) throws -> Outcome.State {
    let place = try StageFolder(
      stage: stage, in: stages, parameters: parameters, inputs: inputs, units: units)
    results.folders[stage] = place.path
    if let rows = try place.sealedRows(), let digest = place.sealedDigest() {
      results.rows[stage] = rows
      results.digests[stage] = digest
      return .stands
    }
    guard stage >= settings.from else {
      throw PipelineError.notPossible(
        stage: stage.rawValue, problem: "its result does not stand",
        remedy: isShard
          ? "merge the shards of the stages before and run the plan without --shard first"
          : "run from an earlier stage")
    }
    if isShard, stage.sharing == .none { return .waiting }
    let rows = try body(place, results)
    if isShard {
      // Contributions have places of their own, whose keys need no other shard.
      if stage.sharing == .units, stage != .contributions { try place.finish() }
      results.rows[stage] = rows
      return .part
    }
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
    stage.stageRows = results.rows
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
