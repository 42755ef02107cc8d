import ArgumentParser
import CanonicalJSON
import Foundation
import Kernels
import Pipeline
import RawStore
import Study

/// `referee run PLAN`: executes a plan, stage by stage.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a study from its plan to a raw store, resumably.",
    discussion: """
      PLAN is a folder with a study.yaml of kind: plan. Stages: \
      \(Stage.allCases.map(\.rawValue).joined(separator: ", ")). Each result is kept under a key of \
      everything it depends on: the same command again goes on where it stopped and leaves standing \
      what stands. Interrupt it at any moment. The rows end in DIR/raw.sqlite, which referee audit \
      and referee render read.

      --shard i/n runs a part on any machine that sees DIR, or has a copy of DIR/stages, and writes \
      DIR/shards/i-of-n/units.sqlite alone. Shards stop where all are needed: \
      first after contributions, then after intervene. referee store merge DIR/shards/*/units.sqlite \
      --into DIR/units.sqlite checks and joins them; the run without --shard then takes them from \
      there. --slurm-script prints a script that submits all of it.
      """)

  @Argument(
    help: "Folder of the plan, or its study.yaml.", completion: .file(), transform: planFolder)
  var plan: String

  @Option(help: "Folder of the run; made if missing.", completion: .directory)
  var out: String

  @Option(help: "First stage that may be computed; earlier ones must stand.")
  var from: Stage = .sample

  @Option(help: "Last stage.")
  var until: Stage = .store

  @Option(help: "A trial run: items of each question file and benchmark at most.")
  var limit: Int?

  @Option(help: "i/n: run a part of the units into the shard's own file.")
  var shard: String?

  @Flag(name: .customLong("slurm-script"), help: "Print a script that runs the plan on Slurm.")
  var slurmScript = false

  @Option(help: "With --slurm-script: jobs of each array.")
  var shards: Int?

  @Flag(name: .customLong("dry-run"), help: "Print what would be run, and what is missing.")
  var dryRun = false

  @Option(help: "Threads; results do not depend on it. Default: all processors.")
  var threads: Int?

  @Option(help: "Instruction set: serial, avx2 or avx512. Default: the widest of this machine.")
  var isa: InstructionSet?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be in 1...1024")
    }
    if let shards {
      guard slurmScript else { throw ValidationError("--shards is for --slurm-script") }
      guard SlurmScript.shardCounts.contains(shards) else {
        throw ValidationError("--shards must be in 2...1000")
      }
    }
    if slurmScript, shard != nil || dryRun {
      throw ValidationError("--slurm-script runs nothing: leave out --shard and --dry-run")
    }
  }

  func run() throws {
    try FileAccess.requireFolder(plan)
    let study = try StudyPlan.load(folder: plan)
    if slurmScript {
      return printOutput(
        SlurmScript(
          plan: absolute(plan), out: absolute(out), shardCount: shards ?? 4, limit: limit,
          threads: threads
        ).text)
    }
    if dryRun { return try printOutline(RunOutline(study, planFolder: plan, limit: limit)) }
    var settings = RunSettings()
    settings.from = from
    settings.until = until
    settings.limit = limit
    if let shard { settings.shard = try Shard(shard) }
    let reporter = StageReporter(isSilent: global.quiet)
    settings.progress = { reporter.update($0, $1, $2) }
    Interruption.install()
    settings.isCancelled = { Interruption.isRequested }
    let run = StudyRun(
      plan: study, planFolder: plan, folder: out, settings: settings,
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, instructionSet: isa,
      tool: ToolVersion.text)
    let outcome: StudyRun.Outcome
    do { outcome = try run.run() } catch {
      reporter.finish()
      throw error
    }
    reporter.finish()
    if global.json {
      let document: JSONValue = [
        "schema": "referee/run/v1", "complete": .bool(outcome.isComplete),
        "stages": .array(
          outcome.stages.map {
            ["stage": .string($0.stage.rawValue), "state": .string($0.state.rawValue)]
          }),
        "store": .string(run.storePath),
        "shard": settings.shard == .whole ? .null : .string(settings.shard.description),
      ]
      printOutput(try document.prettyText())
    } else {
      for (stage, state) in outcome.stages {
        let part = state == .part ? " \(settings.shard) done" : ""
        printOutput("\(stage.rawValue): \(state.rawValue)\(part)\n")
      }
      if until == .store, outcome.isComplete { printOutput(run.storePath + "\n") }
    }
    if !outcome.isComplete {
      global.note(
        "all shards are needed from here on: merge their units with referee store merge "
          + "\(out)/shards/*/units.sqlite --into \(out)/units.sqlite, then run without --shard")
      throw ExitCode(ExitStatus.incomplete.rawValue)
    }
  }

  /// A path that holds in any working directory.
  private func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path
  }

  private func printOutline(_ outline: RunOutline) throws {
    if global.json {
      printOutput(try outline.json.prettyText())
    } else {
      printOutput(outline.text)
    }
    if !outline.missing.isEmpty { throw ExitCode(ExitStatus.noInput.rawValue) }
  }
}

/// One progress line a stage.
final class StageReporter: @unchecked Sendable {
  // Stages report from the thread that runs them, one at a time.
  private let isSilent: Bool
  private var current: (stage: Stage, progress: Progress)?

  init(isSilent: Bool) { self.isSilent = isSilent }

  func update(_ stage: Stage, _ done: Int, _ total: Int) {
    if current?.stage != stage || done == 0 {
      current?.progress.finish()
      current = (stage, Progress(stage.rawValue, total: total, isSilent: isSilent))
    }
    current?.progress.update(done: done)
  }

  func finish() { current?.progress.finish() }
}

/// Ctrl-C and a scheduler's warning end a run between two units, with its state saved.
enum Interruption {
  private nonisolated(unsafe) static var flag: sig_atomic_t = 0

  static var isRequested: Bool { flag != 0 }

  static func install() {
    for number in [SIGINT, SIGTERM, SIGUSR1] { signal(number) { _ in Interruption.flag = 1 } }
  }
}
