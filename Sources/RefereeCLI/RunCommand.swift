import ArgumentParser
import CanonicalJSON
import Foundation
import Kernels
import Pipeline
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
      """)

  @Argument(help: "Folder of the plan.", completion: .directory)
  var plan: String

  @Option(help: "Folder of the run; made if missing.", completion: .directory)
  var out: String

  @Option(help: "First stage that may be computed; earlier ones must stand.")
  var from: Stage = .sample

  @Option(help: "Last stage.")
  var until: Stage = .store

  @Option(help: "A trial run: items of each question file and benchmark at most.")
  var limit: Int?

  @Option(help: "i/n: run a part of the units; the last of n shards goes on to the end.")
  var shard: String?

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
  }

  func run() throws {
    try FileAccess.requireFolder(plan)
    let study = try StudyPlan.load(folder: plan)
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
    let outcome = try run.run()
    reporter.finish()
    if global.json {
      let document: JSONValue = [
        "schema": "referee/run/v1", "complete": .bool(outcome.isComplete),
        "stages": .array(
          outcome.stages.map {
            ["stage": .string($0.stage.rawValue), "state": .string($0.state.rawValue)]
          }),
        "store": .string(run.storePath),
      ]
      printOutput(try document.prettyText())
    } else {
      for (stage, state) in outcome.stages { printOutput("\(stage.rawValue): \(state.rawValue)\n") }
      if until == .store, outcome.isComplete { printOutput(run.storePath + "\n") }
    }
    if !outcome.isComplete {
      global.note("other shards are missing; run them with the same --out")
      throw ExitCode(ExitStatus.incomplete.rawValue)
    }
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
