import ArgumentParser
import CanonicalJSON
import Foundation
import RawStore
import Study

/// `referee store merge FILE… --into FILE`: raw stores, or the units of shards.
struct StoreMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Add the rows of stores, or the units of shards, to another file.",
    discussion: """
      Contradictions stop it, and a repetition changes nothing. Raw stores are added one after the \
      other; of shards all files are merged or none. Their units.sqlite must be of one plan, limit and version, each unit must lie in the file \
      of its shard, and together they must be complete: what is missing is named, with exit code 3.
      """)

  @Argument(help: "Raw stores, or units.sqlite of shards.", completion: .file())
  var stores: [String]

  @Option(name: .long, help: "The file to add to; made if missing.", completion: .file())
  var into: String

  @Option(
    name: .long, help: "Folder of the plan that the shards must have run.",
    completion: .file(), transform: planFolder)
  var plan: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let ofUnits = stores.filter(UnitFile.isUnitFile)
    if ofUnits.isEmpty {
      guard plan == nil else { throw ValidationError("--plan is for the units of shards") }
      return try mergeStores()
    }
    if let missing = stores.first(where: { !FileManager.default.fileExists(atPath: $0) }) {
      throw UnitFileError.missing(path: missing)
    }
    guard ofUnits.count == stores.count else {
      throw ValidationError("raw stores and units of shards cannot be merged with each other")
    }
    try mergeUnits()
  }

  private func mergeStores() throws {
    let target = try RawStore(path: into, access: .readWrite)
    for path in stores {
      let origin = try RawStore(path: path)
      let merged = try target.merge(
        origin, tool: ToolVersion.text, host: ProcessInfo.processInfo.hostName,
        at: Date.now.ISO8601Format())
      for conflict in merged.conflicts { printOutput("conflict: \(conflict)\n") }
      guard merged.conflicts.isEmpty else {
        throw ImportRefused(summary: "\(path): nothing merged: rows contradict each other")
      }
      printOutput("\(path): \(merged.result.hasChanges ? "merged" : "nothing new")\n")
    }
    printOutput("content sha256:\(try target.contentHash())\n")
    try target.close()
  }

  private func mergeUnits() throws {
    let sources = try stores.map { path throws(UnitFileError) in try UnitFile(reading: path) }
    guard let first = sources.first else { return }
    if let plan {
      try FileAccess.requireFolder(plan)
      let hash = try StudyPlan.load(folder: plan).lockHash(folder: plan)
      guard hash == first.origin.plan else {
        throw UnitFileError.otherRun(
          what: "the plan", path: first.path, value: first.origin.plan, otherPath: plan,
          otherValue: hash)
      }
    }
    let isNew = !FileManager.default.fileExists(atPath: into)
    let target = try UnitFile(path: into, origin: first.origin)
    let merged: UnitFile.Merged
    do { merged = try target.merge(sources) } catch {
      try? target.close()
      // An empty file would look like a merge that had nothing to do.
      if isNew { try? FileManager.default.removeItem(atPath: into) }
      throw error
    }
    try target.close()
    if global.json {
      let document: JSONValue = [
        "schema": "referee/units-merge/v1", "plan": .string(first.origin.plan),
        "content": .string(merged.content), "units": .integer(Int64(merged.total)),
        "files": .array(
          zip(stores, merged.added).map {
            ["path": .string($0), "added": .integer(Int64($1))]
          }),
      ]
      return printOutput(try document.prettyText())
    }
    for (path, added) in zip(stores, merged.added) {
      printOutput("\(path): \(added == 0 ? "nothing new" : "\(added) units")\n")
    }
    printOutput("plan sha256:\(first.origin.plan)\n")
    printOutput("\(merged.total) units; content sha256:\(merged.content)\n")
  }
}
