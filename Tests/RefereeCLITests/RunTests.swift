import CanonicalJSON
import Foundation
import Study
import TestSupport
import Testing

/// The first stages of the bundled study on the shipped model: a smoke test of `referee run`.
@Suite struct RunTests {
  private final class Scratch {
    let path = NSTemporaryDirectory() + "referee-run-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private static let plan = Repository.root.appending(path: "data/studies/reference").path

  private func run(_ out: String, _ arguments: String...) throws -> RefereeRun {
    try RefereeRun(["run", Self.plan, "--out", out, "--limit", "12", "--quiet"] + arguments)
  }

  /// Sealed rows by stage folder.
  private func rows(_ out: String) throws -> [String: Data] {
    let stages = out + "/stages"
    var rows: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: stages) {
      rows[name] = FileManager.default.contents(atPath: "\(stages)/\(name)/rows.jsonl")
    }
    return rows
  }

  @Test func `threads and repetition change no byte`() throws {
    let (one, two) = (Scratch(), Scratch())
    #expect(try run(one.path, "--threads", "1", "--until", "spans").status == 0)
    #expect(try run(two.path, "--threads", "2", "--until", "spans").status == 0)
    let expected = try rows(one.path)
    #expect(expected.count == 3)
    #expect(expected.values.allSatisfy { !$0.isEmpty })
    #expect(try rows(two.path) == expected)
    let again = try run(one.path, "--until", "spans")
    #expect(again.output == "sample: stands\nfilter: stands\nspans: stands\n")
  }

  @Test func `the script for Slurm is valid shell, quotes its paths and runs nothing`() throws {
    let scratch = Scratch()
    let odd = scratch.path + "/it's here"
    let script = try run(odd, "--slurm-script", "--shards", "7")
    #expect(script.status == 0)
    #expect(script.output.contains("shards=7\n"))
    #expect(script.output.contains("/it'\\''s here'\n"))
    #expect(script.output.contains(" --limit 12 "))
    #expect(script.output.contains("--dependency=\"afterok:$intervene\""))
    #expect(!FileManager.default.fileExists(atPath: odd))
    let check = Process()
    check.executableURL = URL(filePath: "/bin/bash")
    check.arguments = ["-n", "-c", script.output]
    try check.run()
    check.waitUntilExit()
    #expect(check.terminationStatus == 0)
    for wrong in [
      ["--shards", "7"], ["--slurm-script", "--shards", "1001"],
      ["--slurm-script", "--shard", "1/2"],
    ] {
      #expect(try RefereeRun(["run", Self.plan, "--out", odd] + wrong).status == 64)
    }
  }

  @Test func `a dry run names what it would do and runs nothing`() throws {
    let scratch = Scratch()
    let outline = try RefereeRun(["run", Self.plan, "--out", scratch.path, "--dry-run"])
    let byFile = try RefereeRun([
      "run", Self.plan + "/study.yaml", "--out", scratch.path, "--dry-run",
    ])
    #expect(byFile.output == outline.output)
    #expect(outline.status == 0)
    #expect(outline.output.contains("sample: 32960 responses"))
    #expect(outline.output.contains("all files are there"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path))
  }

  @Test func `the plan for Qwen is valid and its dry run names every missing input`() throws {
    let plan = Repository.root.appending(path: "data/studies/qwen3.5-35b-a3b").path
    #expect(try RefereeRun(["study", "check", plan]).status == 0)
    let scratch = Scratch()
    let outline = try RefereeRun(["run", plan, "--out", scratch.path, "--dry-run"])
    #expect(outline.status == 66)
    for name in [
      "checkpoint", "items/falseqa/test.csv", "items/triviaqa/unfiltered-web-train.json",
    ] {
      #expect(outline.output.contains("missing: \(name)\n"))
    }
    // 10,000 × 10 + 2 × 1,000 responses of 64 tokens; 32 cells of 300 items of each benchmark.
    #expect(outline.output.contains("sample: 100000 responses"))
    #expect(outline.output.contains("at most 11443200 generated tokens"))
  }

  @Test func `questions of the SmolLM2 study are as they were locked, without the pilot's facts`()
    throws
  {
    let folder = Repository.root.appending(path: "data/studies/smollm2")
    func facts(_ name: String) throws -> Set<String> {
      let text = try String(
        contentsOf: folder.appending(path: "questions/\(name).jsonl"), encoding: .utf8)
      return Set(
        try text.split(separator: "\n").compactMap {
          try JSONValue(parsing: String($0))["fact"]?.stringValue
        })
    }
    let plan = try StudyPlan.load(folder: folder.path)
    let lock = try #require(try StudyLock.read(folder: folder.path))
    let inputs = plan.hashedInputs(folder: folder.path)
    #expect(Set(inputs.map(\.path)) == Set(lock.inputs.map(\.path)))
    #expect(inputs.allSatisfy { $0.sha256 != nil })
    let comparison = PlanComparison(plan: plan, lock: lock, inputs: inputs)
    #expect(!comparison.differences.contains { $0.path.hasPrefix("inputs") })
    let piloted = try facts("pilot")
    #expect(!piloted.isEmpty)
    for name in ["training", "second-in-domain", "cross-domain", "misleading-context"] {
      let own = try facts(name)
      #expect(!own.isEmpty && piloted.isDisjoint(with: own), "\(name)")
    }
  }
}
