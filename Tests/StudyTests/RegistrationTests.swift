import CanonicalJSON
import Foundation
import Study
import Testing

@Suite struct `Registering a plan` {
  private static let text = `Reading a plan`.complete
  private static let time = UTCTime(seconds: 1_790_000_000)

  private static func plan(_ changes: [(String, String)] = []) throws -> StudyPlan {
    var text = text
    for (old, new) in changes {
      #expect(text.contains(old), "\(old)")
      text = text.replacingOccurrences(of: old, with: new)
    }
    let folder = try StudyFolder(["study.yaml": text])
    let check = withExtendedLifetime(folder) { StudyPlan.check(folder: folder.path) }
    return try #require(check.plan, "\(check.problems)")
  }

  private static func lock(_ plan: StudyPlan) throws -> StudyLock {
    try StudyLock(plan, at: time, tool: "referee test")
  }

  private static func comparison(_ changes: [(String, String)]) throws -> PlanComparison {
    PlanComparison(plan: try plan(changes), lock: try lock(plan()))
  }

  // MARK: - The lock

  @Test func `comments, blanks, order of keys and defaults do not matter`() throws {
    let other = try Self.plan([
      ("kind: plan", "# a comment\nkind: plan"),
      ("{id: main, method: holm}", "{method: holm,   id: main}"),
      ("analysis: detection\n", "analysis: detection\n    direction: increase\n"),
      ("statement: \"No data exist.\"", "statement: No data exist."),
    ])
    let (first, second) = (try Self.lock(Self.plan()), try Self.lock(other))
    #expect(first.sha256 == second.sha256)
    #expect(first.sha256.utf8.count == 64)
  }

  @Test func `where it is registered and what was done otherwise are outside the hash`() throws {
    let other = try Self.plan([
      ("registry: OSF", "registry: OSF, url: \"https://example.org/1\""),
      (
        "limits: One small model.",
        "deviations: [{id: D1, planned: a, done: b, decided: after-data, reason: c, "
          + "hypotheses: [H1]}]\nlimits: One small model."
      ),
    ])
    #expect(try Self.lock(Self.plan()).sha256 == Self.lock(other).sha256)
    #expect(try Self.lock(other).url == "https://example.org/1")
  }

  @Test func `a lock is read back as it was written`() throws {
    let plan = try Self.plan()
    let lock = try StudyLock(
      plan, at: Self.time, tool: "referee test",
      revision: StudyLock.Revision(commit: "0123456789", isDirty: true),
      timestampFile: StudyLock.NamedFile(path: "lock.tsr", sha256: "ab"),
      inputs: [
        StudyLock.NamedFile(path: "train.jsonl", sha256: nil),
        StudyLock.NamedFile(path: "premise.jsonl", sha256: "cd"),
      ])
    let folder = try StudyFolder([StudyLock.file: try lock.json.prettyText()])
    let read = try withExtendedLifetime(folder) { try StudyLock.read(folder: folder.path) }
    #expect(read?.sha256 == lock.sha256)
    #expect(read?.lockedAt == lock.lockedAt)
    #expect(read?.revision == lock.revision)
    #expect(read?.timestampFile == lock.timestampFile)
    #expect(read?.inputs.map(\.path) == ["premise.jsonl", "train.jsonl"])
    #expect(read?.hypotheses == ["H1", "H2", "H3"])
    #expect(PlanComparison(plan: plan, lock: read).differences == [])
  }

  @Test(arguments: [
    ("\"smallest_effect_of_interest\": 10", "\"smallest_effect_of_interest\": 5", "have the hash"),
    ("\"seed\": \"7\"", "\"seed\": \"8\"", "have the hash"),
    ("referee/study-lock/v1", "referee/study-lock/v9", "not of the schema"),
    ("2026-", "someday-", "lacks its plan, inputs, hash, time or tool"), ("{", "[", "is no JSON"),
  ])
  func `a lock that was tampered with is refused`(old: String, new: String, says: String) throws {
    let text = try Self.lock(Self.plan()).json.prettyText()
    let range = try #require(text.range(of: old), "\(old)")
    let folder = try StudyFolder([StudyLock.file: text.replacingCharacters(in: range, with: new)])
    let error = try #require(throws: StudyFormatErrors.self) {
      try withExtendedLifetime(folder) { try StudyLock.read(folder: folder.path) }
    }
    #expect(error.description.contains(says), "\(error)")
    #expect(error.problems.first?.file == StudyLock.file)
  }

  @Test func `a folder without a lock has none, and a link is not followed`() throws {
    let folder = try StudyFolder([:])
    #expect(try StudyLock.read(folder: folder.path) == nil)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/" + StudyLock.file, withDestinationPath: "/dev/zero")
    #expect(throws: StudyFormatErrors.self) { try StudyLock.read(folder: folder.path) }
  }

  // MARK: - Differences and what they do

  /// The change, the path of the difference, and the status of H1, H2, H3.
  @Test(
    arguments: [
      (
        "smallest_effect_of_interest: 10\n    equivalence_margin",
        "smallest_effect_of_interest: 5\n    equivalence_margin",
        "hypotheses.H1.smallest_effect_of_interest", ["deviation", "registered", "registered"]
      ),
      (
        "alphas: [0, 1, 2, 3]", "alphas: [0, 1, 2]", "design.alphas",
        ["deviation", "registered", "deviation"]
      ),
      (
        "items: 300", "items: 200", "design.benchmarks.premise.items",
        ["deviation", "registered", "deviation"]
      ),
      (
        "random_sets: 100", "random_sets: 10", "detection.random_sets",
        ["registered", "registered", "registered"]
      ),
      (
        "file: in-domain.jsonl", "file: other.jsonl", "detection.sets.in-domain.file",
        ["registered", "deviation", "registered"]
      ),
      (
        "responses: 10", "responses: 12", "sampling.responses",
        ["deviation", "deviation", "deviation"]
      ),
      (
        "selection: auroc", "selection: accuracy", "classifier.selection",
        ["deviation", "deviation", "deviation"]
      ),
      (
        "method: holm", "method: none", "families.main.method",
        ["deviation", "deviation", "deviation"]
      ),
      (
        "title: Small", "title: Smaller", "study.title",
        ["registered", "registered", "registered"]
      ),
      (
        "limits: One small model.", "limits: Two.", "limits",
        ["registered", "registered", "registered"]
      ),
      (
        "base_path: base", "base_path: other", "design.model.base_path",
        ["registered", "registered", "registered"]
      ),
      (
        "{path: model,", "{path: bigger,", "design.model.path",
        ["deviation", "deviation", "deviation"]
      ),
    ] as [(String, String, String, [String])])
  func `a change touches what rests on it`(
    old: String, new: String, path: String, statuses: [String]
  ) throws {
    let comparison = try Self.comparison([(old, new)])
    #expect(comparison.differences.map(\.path) == [path])
    #expect(["H1", "H2", "H3"].map { comparison.status(of: $0).word } == statuses)
    #expect(comparison.undeclaredDifferences.isEmpty == !statuses.contains("deviation"))
  }

  @Test func `what was not registered is exploratory, and nothing is without a lock`() throws {
    let comparison = try Self.comparison([("- id: H2", "- id: H9")])
    #expect(comparison.differences.map(\.path) == ["hypotheses.H2", "hypotheses.H9"])
    #expect(comparison.differences.map(\.kind) == [.removed, .added])
    #expect(comparison.status(of: "H9") == .exploratory(.notInLock))
    #expect(comparison.status(of: nil) == .exploratory(.notInLock))
    #expect(comparison.omittedHypotheses == ["H2"])
    let unlocked = PlanComparison(plan: try Self.plan(), lock: nil)
    #expect(unlocked.status(of: "H1") == .exploratory(.noLock))
    #expect(!unlocked.status(of: "H1").isConfirmatory)
  }

  @Test func `a declared deviation is one, and no longer undeclared`() throws {
    let declared = (
      "limits: One small model.",
      "deviations: [{id: D1, planned: 300 items, done: 200 items, decided: before-data, "
        + "reason: time, hypotheses: [H1, H3]}]\nlimits: One small model."
    )
    let comparison = try Self.comparison([("items: 300", "items: 200"), declared])
    #expect(comparison.undeclaredDifferences == [])
    guard case .deviation(let reasons) = comparison.status(of: "H1") else {
      Issue.record("H1 is no deviation")
      return
    }
    #expect(reasons.contains(.declared("D1")) && reasons.count == 2)
    #expect(comparison.status(of: "H2") == .registered)
  }

  @Test func `items that were exchanged after the lock are found`() throws {
    let folder = try StudyFolder([
      "study.yaml": Self.text, "premise.jsonl": "{}", "train.jsonl": "{}",
    ])
    let plan = try StudyPlan.load(folder: folder.path)
    let inputs = plan.hashedInputs(folder: folder.path)
    #expect(inputs.map(\.path) == ["in-domain.jsonl", "premise.jsonl", "train.jsonl"])
    #expect(inputs[0].sha256 == nil)
    let lock = try StudyLock(plan, at: Self.time, tool: "test", inputs: inputs)
    try folder.write("premise.jsonl", Array("{\"id\": 1}".utf8))
    // Fetched after the lock: nothing to compare with.
    try folder.write("in-domain.jsonl", [0x7B, 0x7D])
    let comparison = PlanComparison(
      plan: plan, lock: lock, inputs: plan.hashedInputs(folder: folder.path))
    #expect(comparison.differences.map(\.path) == ["inputs.premise.jsonl"])
    #expect(
      ["H1", "H2", "H3"].map { comparison.status(of: $0).word }
        == ["deviation", "registered", "deviation"])
  }

  // MARK: - Time

  @Test func `rows older than the lock are counted`() throws {
    let lock = try Self.lock(Self.plan())
    let timing = lock.timing(ofRows: [
      UTCTime(seconds: 1_789_999_999), nil, UTCTime(seconds: 1_790_000_000),
      UTCTime(seconds: 1_790_000_001),
    ])
    #expect((timing.older, timing.newer, timing.unknown) == (1, 2, 1))
    #expect(timing.earliest == UTCTime(seconds: 1_789_999_999))
    #expect(timing.isRegisteredAfterData)
    #expect(!lock.timing(ofRows: [nil]).isRegisteredAfterData)
  }

  /// Oracle: Python `datetime.fromisoformat(…).timestamp()`.
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-29T01:45:00Z", 1_795_916_700),
      ("2024-02-29T23:59:59.5+02:00", 1_709_243_999), ("1969-12-31T23:59:59Z", -1),
      ("2000-03-01T00:00:00-00:30", 951_870_600),
    ] as [(String, Int64)])
  func `times are ordered as moments`(text: String, seconds: Int64) throws {
    let time = try #require(UTCTime(text))
    #expect(time.seconds == seconds)
    #expect(UTCTime(time.description)?.seconds == seconds)
  }

  @Test(arguments: [
    "", "2026-11-29", "2026-11-29T01:45:00", "2023-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-11-29T24:00:00Z", "2026-11-29T01:45:00.Z", "2026-11-29T01:45:00Zulu",
    "2026-11-29T01:45:00+2:00", "0000-11-29T01:45:00Z",
  ])
  func `what is no moment is refused`(text: String) { #expect(UTCTime(text) == nil) }
}

@Suite struct `The page on plans` {
  private static let page: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return (try? String(contentsOf: root.appending(path: "docs/study-plan.md"), encoding: .utf8))
      ?? ""
  }()

  @Test func `its example is a valid plan`() throws {
    let parts = Self.page.components(separatedBy: "```yaml\n")
    let example = try #require(parts.last?.components(separatedBy: "\n```").first)
    let folder = try StudyFolder(["study.yaml": example])
    let check = withExtendedLifetime(folder) { StudyPlan.check(folder: folder.path) }
    #expect(check.problems == [])
    #expect(check.plan?.hypotheses.count == 3)
  }

  @Test func `it names every analysis`() {
    for analysis in HypothesisPlan.Analysis.allCases {
      #expect(Self.page.contains("| `\(analysis.rawValue)` |"), "\(analysis)")
    }
  }
}
