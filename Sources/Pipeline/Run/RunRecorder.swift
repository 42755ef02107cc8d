internal import CanonicalJSON
internal import Foundation
internal import Kernels
internal import RawStore

/// Writes `run.json`: who ran which stage where, how long and how fast.
///
/// Rows, findings and reports hold none of it. The file is written after each stage, so a killed run
/// leaves what it finished.
final class RunRecorder: @unchecked Sendable {
  // Progress may come from any thread.
  private let lock = NSLock()
  private let head: [String: JSONValue]
  private let started = Date.now
  private var begun = ContinuousClock.now
  private var first: Int?
  private var last = 0
  private var stages: [JSONValue] = []
  private var earlier: [JSONValue]?
  /// Runs that the file keeps.
  private static let maximumRuns = 1_000

  init(shard: Shard, threads: Int, instructionSet: InstructionSet?, tool: String) {
    head = [
      "shard": .string(shard.description), "threads": .integer(Int64(threads)),
      "instructionSet": instructionSet.map { .string("\($0)") } ?? .string("widest"),
      "tool": .string(tool), "host": .string(ProcessInfo.processInfo.hostName),
      "startedAt": .string(started.ISO8601Format()),
    ]
  }

  func begin(_ stage: Stage) {
    lock.withLock {
      begun = .now
      (first, last) = (nil, 0)
    }
  }

  func update(_ stage: Stage, _ done: Int) {
    lock.withLock {
      if first == nil { first = done }
      last = done
    }
  }

  func finish(_ stage: Stage, _ state: StudyRun.Outcome.State, in folder: String) throws {
    let document: JSONValue = lock.withLock {
      let duration = ContinuousClock.now - begun
      let seconds =
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
      let count = max(0, last - (first ?? last))
      var entry: [String: JSONValue] = [
        "stage": .string(stage.rawValue), "state": .string(state.rawValue),
        "seconds": .number(seconds),
      ]
      if count > 0 {
        entry["units"] = .integer(Int64(count))
        entry["unitsPerSecond"] = .number(Double(count) / max(seconds, 1e-9))
      }
      stages.append(.object(entry))
      let path = folder + "/run.json"
      let known =
        earlier
        ?? FileManager.default.contents(atPath: path).flatMap {
          try? JSONValue(parsing: $0)["runs"]?.arrayValue
        } ?? []
      earlier = known
      var run = head
      run["stages"] = .array(stages)
      run["endedAt"] = .string(Date.now.ISO8601Format())
      return [
        "schema": "referee/run-times/v1",
        "runs": .array(known.suffix(Self.maximumRuns - 1) + [.object(run)]),
      ]
    }
    try StageFolder.write(Data(try document.prettyText().utf8), to: folder + "/run.json")
  }
}
