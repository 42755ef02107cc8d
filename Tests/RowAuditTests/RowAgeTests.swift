import CanonicalJSON
import Foundation
import RawStore
import RowAudit
import Study
import TestSupport
import Testing

/// Rows beside the moment of the lock.
@Suite struct RowAgeTests {
  private static func source(_ path: String, _ rows: Int) -> RowSource {
    RowSource(
      path: path, sha256: String(repeating: "a", count: 64), sizeBytes: 1, format: "dose-jsonl",
      acceptedCount: rows, skippedCount: 0, rejectedCount: 0)
  }

  private static func run(_ path: String, _ started: String?) -> RunRecord {
    RunRecord(
      path: path, sha256: String(repeating: "b", count: 64), status: "completed",
      startedAt: started, completedAt: nil, document: "{}")
  }

  @Test func `rows are as old as the run that their file lies with`() throws {
    var small = SmallPlan()
    small.items = 30
    small.permutations = 99
    let folder = NSTemporaryDirectory() + "referee-age-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(small.text.utf8).write(to: URL(fileURLWithPath: folder + "/study.yaml"))
    let plan = try StudyPlan.load(folder: folder)
    let noon = try #require(UTCTime("2026-06-01T12:00:00Z"))
    let lock = try StudyLock(plan, at: noon, tool: "test")

    let matrix = RowFixture.matrix(
      RowFixture.arm("all"), rates: [0.3, 0.4, 0.5], items: 30, doses: [0, 1, 2])
    let table = RawTable(
      study: "fixture", outcomes: [matrix],
      sources: [
        Self.source("early/control/alpha_0.jsonl", 40), Self.source("early/run.json", 1),
        Self.source("late/alpha_1.jsonl", 30), Self.source("other/alpha_2.jsonl", 20),
      ],
      runs: [
        Self.run("early/run.json", "2026-06-01T11:59:59+00:00"),
        Self.run("late/run.json", "2026-06-01T12:00:00Z"), Self.run("other/run.json", nil),
      ], contentHash: "t")
    func rows(_ lock: StudyLock?) throws -> RowAuditResult {
      let registered = RegisteredPlan(PlanComparison(plan: plan, lock: lock))
      return try RowAuditEngine.audit(table, settings: registered.settings, plan: registered)
    }
    let result = try rows(lock)
    let timing = try #require(result.timing)
    #expect(timing.older == 40 && timing.newer == 30 && timing.unknown == 20)
    #expect(timing.isRegisteredAfterData)
    #expect(result.json["lock"]?["rowsOlder"]?.intValue == 40)
    #expect(result.json["lock"]?["earliest"]?.stringValue == "2026-06-01T11:59:59Z")
    #expect(try rows(nil).timing == nil && rows(nil).json["lock"] == nil)
  }
}
