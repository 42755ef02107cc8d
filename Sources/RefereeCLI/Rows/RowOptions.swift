import ArgumentParser
import Foundation
import RawStore
import RowAudit
import Study

/// Options of audits of a raw store.
struct RowOptions: ParsableArguments {
  @Option(
    name: .customLong("study-name"),
    help: "With a store: which of its studies (default: the only one).")
  var studyName: String?

  @Option(
    name: .long,
    help: "With a store: the folder with figures.yaml, published numbers to recompute.",
    completion: .directory)
  var figures: String?

  @Option(
    name: .long,
    help: "With a store: the folder of the plan; its hypotheses are decided by its own rules.",
    completion: .file(), transform: planFolder)
  var plan: String?

  @Option(
    name: .customLong("no-op"),
    help: "With a store: the dose that changes nothing.")
  var noOpDose: Double = 1

  @Option(
    name: .customLong("margin"),
    help: "With a store: equivalence margin in percentage points.")
  var margin: Double = 5

  func validate() throws {
    guard noOpDose.isFinite else { throw ValidationError("--no-op must be a number") }
    guard margin > 0, margin < 100 else {
      throw ValidationError("--margin must lie between 0 and 100 percentage points")
    }
  }

  /// Whether a path is a raw store: a regular file, where a published study is a folder.
  static func isStore(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }

  /// Reads the store and audits it.
  func audit(_ path: String) throws -> RowAuditResult {
    let store = try RawStore(path: path)
    let table = try store.table(study: studyName)
    try store.close()
    var settings = RowAuditSettings()
    settings.noOpDose = noOpDose
    settings.equivalenceMargin = margin
    var registered: RegisteredPlan?
    if let plan {
      try FileAccess.requireFolder(plan)
      let study = try StudyPlan.load(folder: plan)
      let known = RegisteredPlan(
        PlanComparison(
          plan: study, lock: try StudyLock.read(folder: plan),
          inputs: study.hashedInputs(folder: plan)))
      settings = known.settings
      registered = known
    }
    var published: PublishedFigures?
    if let figures {
      try FileAccess.requireFolder(figures)
      published = try PublishedFigures.load(folder: figures)
    }
    return try RowAuditEngine.audit(table, settings: settings, figures: published, plan: registered)
  }
}
