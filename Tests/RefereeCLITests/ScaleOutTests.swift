import CanonicalJSON
import Foundation
import Testing

/// One small study from questions to report, run whole, with other threads, in shards and with kills:
/// the same rows, findings and report, byte for byte.
///
/// 3 kills in every run, 20 with `REFEREE_SLOW=1`; seeded by `REFEREE_KILL_SEED`.
@Suite(.serialized) struct ScaleOutTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let kills = environment["REFEREE_SLOW"] == "1" ? 20 : 3

  private static var plan: String {
    let model = Repository.root.appending(path: "data/reference-model").path
    let questions = model + "/questions"
    return """
      kind: plan
      schema_version: 1
      study: {id: scale-out, title: A small study for shards and kills}
      questions: [{id: Q, text: Does it depend on how it is run?}]
      families: [{id: main, method: holm}]
      design:
        model: {path: \(model), base_path: \(model)/base, layers: 8, full_attention_layers: [3, 7]}
        alphas: [0, 1, 3]
        no_op_alpha: 1
        configurations:
          - {id: B, implementation: post-hoc, weight_format: gptq-int4, neuron_sets: [all, random]}
          - {id: R, implementation: expert-loop, weight_format: as-stored, neuron_sets: [all]}
          - {id: C, implementation: folded, weight_format: mlx-4bit, neuron_sets: [all]}
        benchmarks:
          - {id: false-premise, file: \(questions)/false-premise.jsonl, endpoint: compliance, items: 8, decoding: sampled, max_tokens: 12}
          - {id: pushback, file: \(questions)/pushback.jsonl, endpoint: compliance, items: 8, max_tokens: 12}
        random_sets: 1
        matching: layer
        seed: 7
      sampling: {questions: \(questions)/training.jsonl, items: 150, responses: 10, max_tokens: 24}
      classifier: {c_grid: [0.5, 1], stability_resamples: 1, folds: 3}
      detection:
        sets:
          - {id: in-domain, file: \(questions)/in-domain.jsonl, items: 24}
          - {id: cross-domain, file: \(questions)/cross-domain.jsonl, items: 24}
        random_sets: 5
      analysis: {permutations: 199}
      limits: None.
      hypotheses:
        - {id: H1, analysis: dose-trend, benchmarks: [false-premise], configurations: [B],
           smallest_effect_of_interest: 10, equivalence_margin: 5, family: main, question: Q,
           statement: s, interpretation: {supported: a, refuted: b, inconclusive: c}}
        - {id: H2, analysis: detection, detection_sets: [in-domain, cross-domain],
           smallest_effect_of_interest: 0.05, family: main, question: Q,
           statement: s, interpretation: {supported: a, refuted: b, inconclusive: c}}
        - {id: H3, analysis: origin, detection_sets: [in-domain],
           smallest_effect_of_interest: 0.05, family: main, question: Q,
           statement: s, interpretation: {supported: a, refuted: b, inconclusive: c}}

      """
  }

  /// A plan and the folders of its runs.
  private final class Study {
    let folder: TemporaryFolder
    var plan: String { folder.path + "/plan" }

    init() throws {
      folder = try TemporaryFolder()
      try FileManager.default.createDirectory(atPath: plan, withIntermediateDirectories: true)
      try folder.write(ScaleOutTests.plan, to: "plan/study.yaml")
      try expect(0, ["study", "lock", plan])
    }

    func out(_ name: String) -> String { folder.path + "/" + name }

    func arguments(_ out: String, _ more: [String]) -> [String] {
      ["run", plan, "--out", self.out(out), "--quiet"] + more
    }

    @discardableResult
    func expect(_ status: Int32, _ arguments: [String]) throws -> RefereeRun {
      let run = try RefereeRun(arguments)
      #expect(run.status == status, "\(arguments): \(run.output)\(run.errors)")
      return run
    }

    @discardableResult
    func run(_ out: String, _ more: String..., status: Int32 = 0) throws -> RefereeRun {
      try expect(status, arguments(out, more))
    }

    func units(_ out: String, _ shards: Int) -> [String] {
      (1...shards).map { self.out(out) + "/shards/\($0)-of-\(shards)/units.sqlite" }
    }

    @discardableResult
    func merge(_ out: String, _ files: [String], status: Int32 = 0) throws -> RefereeRun {
      try expect(
        status,
        ["store", "merge"] + files + ["--into", self.out(out) + "/units.sqlite", "--plan", plan])
    }

    /// Sealed rows, tile stores, the content of the raw store, findings and report.
    func result(_ out: String) throws -> [String: Data] {
      let root = self.out(out)
      try expect(
        0, ["render", root + "/raw.sqlite", "--plan", plan, "--out", root + "/report"])
      var files: [String: Data] = [:]
      for name in try FileManager.default.subpathsOfDirectory(atPath: root)
      where name.hasPrefix("stages/") || name.hasPrefix("report/") {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder),
          !isFolder.boolValue, !name.hasSuffix("/run.json")
        else { continue }
        files[name] = try Data(contentsOf: URL(fileURLWithPath: root + "/" + name))
      }
      let info = try expect(0, ["store", "info", root + "/raw.sqlite"])
      files["raw.sqlite"] = Data(info.output.utf8)
      return files
    }
  }

  /// Names of what differs.
  private static func differences(_ left: [String: Data], _ right: [String: Data]) -> [String] {
    Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
  }

  @Test func `threads, shards and kills change no byte of rows, findings and report`() throws {
    let study = try Study()
    let start = ContinuousClock.now
    try study.run("one", "--threads", "1")
    let duration = ContinuousClock.now - start
    let expected = try study.result("one")
    for part in ["report/findings.json", "report/report.html", "stages/intervene-"] {
      let isThere = expected.keys.contains { $0.hasPrefix(part) }
      try #require(isThere, "\(part)")
    }

    try study.run("two", "--threads", "2")
    #expect(try Self.differences(study.result("two"), expected) == [])

    try shards(study)
    #expect(try Self.differences(study.result("parts"), expected) == [])

    try killed(study, after: duration)
    #expect(try Self.differences(study.result("killed"), expected) == [])

    // Times, machine and throughput are kept, and nowhere in what was compared.
    let times = try JSONValue(
      parsing: String(contentsOfFile: study.out("one") + "/run.json", encoding: .utf8))
    let run = try #require(times["runs"]?[0])
    #expect(run["host"]?.stringValue?.isEmpty == false)
    #expect(run["stages"]?[0]?["unitsPerSecond"]?.doubleValue ?? 0 > 0)
  }

  /// Three shards, each with a round before and a round after the fit; one is killed in the middle.
  private func shards(_ study: Study) throws {
    let files = study.units("parts", 3)
    for index in [2, 1] {
      let run = try study.run(
        "parts", "--shard", "\(index)/3", "--until", "contributions", "--threads", "2")
      #expect(
        run.output.contains("sample: part \(index)/3 done\n")
          && run.output.contains("contributions: part \(index)/3 done\n"))
    }
    // Not all are there: the missing one is named, by file and by number.
    #expect(try study.merge("parts", files, status: 66).errors.contains("3-of-3"))
    let missing = try study.merge("parts", [files[0], files[1]], status: 3)
    #expect(missing.errors.contains("sample") && missing.errors.contains("shard 3/3"))
    #expect(!FileManager.default.fileExists(atPath: study.out("parts") + "/units.sqlite"))
    // The second round cannot begin.
    let early = try study.run("parts", "--shard", "1/3", "--from", "detect", status: 65)
    #expect(early.errors.contains("merge the shards"))
    // Without --until the shard says that it waits.
    let waiting = try study.run("parts", "--shard", "3/3", status: 3)
    #expect(waiting.output.hasSuffix("fit: waiting\n"))

    #expect(try study.merge("parts", files).output.contains("units; content sha256:"))
    let again = try study.merge("parts", files.reversed())
    #expect(again.output.contains("nothing new\n") && !again.output.contains(": 1"))
    let fit = try study.run("parts", "--until", "checks")
    #expect(fit.output.contains("fit: done\n"))
    for index in 1...3 {
      try study.run("parts", "--shard", "\(index)/3", "--from", "detect", "--until", "intervene")
    }
    try study.merge("parts", files)
    try study.run("parts")
    // Shards computed it all: the whole run had none of its own to journal.
    let times = try JSONValue(
      parsing: String(contentsOfFile: study.out("parts") + "/run.json", encoding: .utf8))
    let stages = (times["runs"]?.arrayValue ?? []).flatMap { $0["stages"]?.arrayValue ?? [] }
    for stage in stages where ["sample", "intervene"].contains(stage["stage"]?.stringValue) {
      #expect(stage["units"] == nil)
    }
    // Another plan is another study.
    let changed = Self.plan.replacing("seed: 7", with: "seed: 8")
    let other = study.out("other-plan")
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try Data(changed.utf8).write(to: URL(fileURLWithPath: other + "/study.yaml"))
    let refused = try study.expect(
      65, ["store", "merge"] + files + ["--into", study.out("m.sqlite"), "--plan", other])
    #expect(refused.errors.contains("the plan differs"))
  }

  /// Kills with SIGKILL at seeded moments; each run goes on from what the one before left. With
  /// many kills, half of them hit shards and merges.
  private func killed(_ study: Study, after duration: Duration) throws {
    var state = UInt64(Self.environment["REFEREE_KILL_SEED"] ?? "") ?? 20_261_129
    func random() -> Double {
      // SplitMix64.
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
    let seconds =
      Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    var hits = 0
    func interrupt(_ arguments: [String], within share: Double) throws {
      let process = try RefereeRun.process(arguments)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      Thread.sleep(forTimeInterval: random() * share * seconds)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { hits += 1 }
    }
    let whole = Self.kills > 3 ? Self.kills / 2 : Self.kills
    // Often enough in each part of the run: the later it is, the less is left to do.
    for _ in 0..<whole {
      try interrupt(
        study.arguments("killed", ["--threads", "2"]), within: Self.kills > 3 ? 0.25 : 0.5)
    }
    try study.run("killed")
    if Self.kills > 3 {
      let expected = try study.result("killed")
      let files = study.units("shot", 2)
      let merge =
        ["store", "merge"] + files + ["--into", study.out("shot") + "/units.sqlite"]
      for (round, range) in [
        ["--until", "contributions"], ["--from", "detect", "--until", "intervene"],
      ]
      .enumerated() {
        for index in 1...2 {
          let arguments = study.arguments("shot", ["--shard", "\(index)/2"] + range)
          for _ in 0..<2 { try interrupt(arguments, within: 0.15) }
          try study.expect(0, arguments)
        }
        try interrupt(merge, within: 0.01)
        try study.expect(0, merge)
        try study.expect(0, study.arguments("shot", round == 0 ? ["--until", "checks"] : []))
      }
      #expect(try Self.differences(study.result("shot"), expected) == [])
    }
    #expect(hits >= Self.kills / 2, "\(hits) of \(Self.kills) kills came before the end")
  }
}
