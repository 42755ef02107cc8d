import ArgumentParser
import CanonicalJSON
import Foundation
import Study

/// `referee study lock PATH`.
struct StudyLockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Fix a plan: canonical JSON, SHA-256, time and commit in study.lock.json.",
    discussion: """
      Needs no network. A timestamp (RFC 3161 or OpenTimestamps) that you got elsewhere is named \
      with --timestamp and its hash is recorded. A plan that is locked already is left alone; a \
      changed one is refused, because a lock that moves registers nothing: declare the change \
      under deviations instead, or lock anew with --replace before any data exist.
      """)

  @Argument(help: "The plan's folder.", completion: .directory)
  var path: String

  @Option(help: "A timestamp file in that folder; read to be hashed, never sent.")
  var timestamp: String?

  @Flag(help: "Replace an older lock of a plan that has changed.")
  var replace = false

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let plan = try StudyCommand.plan(in: path)
    let inputs = plan.hashedInputs(folder: path)
    let now = Date().timeIntervalSince1970
    let lock = try StudyLock(
      plan, at: UTCTime(seconds: Int64(now)), tool: ToolVersion.text,
      revision: GitRevision.read(folder: path), timestampFile: try timestampFile(plan),
      inputs: inputs)
    if let old = try StudyLock.read(folder: path) {
      if old.sha256 == lock.sha256 {
        try report(old, note: "locked already", inputs: inputs)
        return
      }
      guard replace else {
        let differences = PlanComparison(plan: plan, lock: old, inputs: inputs).differences
        throw GateFailure(
          reasons: ["the plan differs from its lock of \(old.lockedAt)"]
            + differences.prefix(20).map(\.description))
      }
    }
    try FileAccess.write(
      Array(try lock.json.prettyText().utf8), to: path + "/" + StudyLock.file)
    try report(lock, note: "locked", inputs: inputs)
  }

  private func timestampFile(_ plan: StudyPlan) throws -> StudyLock.NamedFile? {
    guard let name = timestamp ?? plan.registration.timestampFile else { return nil }
    let full = name.hasPrefix("/") ? name : path + "/" + name
    guard let hash = StudyPlan.sha256(ofFile: full) else {
      throw FileAccessError.missing(path: full)
    }
    return StudyLock.NamedFile(path: name, sha256: hash)
  }

  private func report(
    _ lock: StudyLock, note: String, inputs: [StudyLock.NamedFile]
  ) throws {
    if global.json {
      printOutput(try lock.json.prettyText())
      return
    }
    let commit = lock.revision.map {
      "commit \($0.commit)\($0.isDirty ? " with uncommitted changes" : "")"
    }
    printOutput("\(note) \(lock.lockedAt), SHA-256 \(lock.sha256), \(commit ?? "no commit")\n")
    for input in inputs where input.sha256 == nil {
      printOutput("  without hash, not found: \(input.path)\n")
    }
  }
}

/// The commit of a folder, as git tells it.
enum GitRevision {
  /// `nil` without git, outside a repository or before the first commit.
  static func read(folder: String) -> StudyLock.Revision? {
    guard let commit = output(["-C", folder, "rev-parse", "HEAD"]), commit.utf8.count >= 40,
      let status = output(["-C", folder, "status", "--porcelain", "--", "."])
    else { return nil }
    return StudyLock.Revision(commit: String(commit.prefix(64)), isDirty: !status.isEmpty)
  }

  private static func output(_ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
