import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// A locked plan, rows, their report, and a stranger who verifies it; and rows as JSON Lines.
@Suite(.serialized) struct PlannedRowsTests {
  private static let plan = SmallPlan().text

  private static func rows(_ folder: TemporaryFolder) throws -> String {
    var lines: [String: String] = [:]
    for dose in [0, 1, 2] {
      for item in 0..<60 {
        lines["alpha_\(dose).0", default: ""] +=
          #"{"id": "q\#(item)", "alpha": \#(dose), "compliance": \#(item * 7 % 60 < 15 + 12 * dose)}"#
          + "\n"
      }
    }
    let path = folder.path + "/in/a/quiz/all"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in lines {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name).jsonl"))
    }
    // The run began long before anybody locked a plan.
    try Data(
      #"{"schema_version": "run_provenance/v1", "status": "completed", "started_at_utc": "2020-01-01T00:00:00+00:00"}"#
        .utf8
    ).write(to: URL(fileURLWithPath: "\(path)/run.provenance.json"))
    return folder.path + "/in"
  }

  @Test func `a report with a plan is verified with it, and in a bundle without naming it`() throws
  {
    let folder = try TemporaryFolder()
    func path(_ name: String) -> String { folder.path + "/" + name }
    func expect(_ status: Int32, _ arguments: String...) throws -> RefereeRun {
      let run = try RefereeRun(arguments)
      #expect(run.status == status, "\(arguments): \(run.output)\(run.errors)")
      return run
    }
    let input = try Self.rows(folder)
    try FileManager.default.createDirectory(
      atPath: path("study"), withIntermediateDirectories: true)
    try folder.write(Self.plan, to: "study/study.yaml")
    _ = try expect(0, "study", "lock", path("study"))
    _ = try expect(
      0, "import", input, "--store", path("store.sqlite"), "--study", "fixture")
    _ = try expect(
      0, "render", path("store.sqlite"), "--plan", path("study"), "--out", path("report"))
    let verified = try expect(
      0, "verify", path("report"), "--store", path("store.sqlite"), "--plan", path("study"))
    #expect(verified.output.split(separator: "\n").count == 3)
    // Without the plan the hypotheses are missing, which is said.
    let without = try expect(1, "verify", path("report"), "--store", path("store.sqlite"))
    #expect(without.output.contains("hypotheses"))

    // Rows that were there before the lock are shown as such.
    let page = try String(contentsOfFile: path("report/report.html"), encoding: .utf8)
    #expect(page.contains("Rows older than the lock"))
    let findings = try JSONValue(
      parsing: try String(contentsOfFile: path("report/findings.json"), encoding: .utf8))
    #expect(findings["lock"]?["rowsOlder"]?.intValue == 180)
    #expect(findings["lock"]?["rowsOfUnknownAge"]?.intValue == 0)

    // The folder of the plan goes into the bundle with its lock.
    _ = try expect(
      0, "bundle", path("store.sqlite"), "--report", path("report"), "--plan", path("study"),
      "--out", path("study.zip"))
    let files = StoredZip.files(
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: path("study.zip")))))
    #expect(files["plan/study.yaml"] == Array(Self.plan.utf8))
    #expect(files["plan/study.lock.json"] != nil)
    for (name, content) in files {
      let url = URL(fileURLWithPath: path("unpacked/" + name))
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content).write(to: url)
    }
    _ = try expect(
      0, "verify", path("unpacked/report"), "--store", path("unpacked/store.sqlite"))
    let readme = String(decoding: files["README.md"] ?? [], as: UTF8.self)
    #expect(readme.contains("referee render store.sqlite --out again --plan plan\n"))

    // A plan that was changed after its lock is found and named.
    let changed = Self.plan.replacing("equivalence_margin: 5", with: "equivalence_margin: 9")
    try folder.write(changed, to: "study/study.yaml")
    let tampered = try expect(
      1, "verify", path("report"), "--store", path("store.sqlite"), "--plan", path("study"))
    #expect(tampered.output.contains("plan: hypotheses"))
    #expect(tampered.output.contains("(lock against plan)"))
  }

  @Test func `exported rows are canonical, complete and the same from a file`() throws {
    let folder = try TemporaryFolder()
    let store = folder.path + "/store.sqlite"
    let input = try Self.rows(folder)
    #expect(try RefereeRun("import", input, "--store", store, "--study", "fixture").status == 0)
    let run = try RefereeRun("store", "export", store)
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 180)
    let first = try JSONValue(parsing: String(lines[0]))
    #expect(try first.canonicalText() == String(lines[0]))
    #expect(first["item"]?.stringValue == "q0" && first["dose"]?.doubleValue == 0)
    #expect(first["outcome"]?.boolValue == true && first["line"]?.intValue == 1)
    #expect(first["neuronSet"]?.stringValue == "all" && first["benchmark"]?.stringValue == "quiz")
    #expect(first["source"]?.stringValue == "a/quiz/all/alpha_0.0.jsonl")
    let trues = try lines.count { try JSONValue(parsing: String($0))["outcome"]?.boolValue == true }
    #expect(trues == 15 + 27 + 39)
    let out = folder.path + "/rows.jsonl"
    #expect(try RefereeRun("store", "export", store, "--out", out).status == 0)
    #expect(try String(contentsOfFile: out, encoding: .utf8) == run.output)
    #expect(!FileManager.default.fileExists(atPath: out + ".part"))
    let missing = try RefereeRun("store", "export", folder.path + "/none.sqlite")
    #expect(missing.status != 0 && missing.errors.contains("does not exist"))
    // Merged into an empty store the rows are the same; merged again nothing is new.
    let other = folder.path + "/other.sqlite"
    let merged = try RefereeRun("store", "merge", store, "--into", other)
    #expect(merged.status == 0 && merged.output.contains("merged"))
    #expect(try RefereeRun("store", "export", other).output == run.output)
    #expect(try RefereeRun("store", "merge", store, "--into", other).output.contains("nothing new"))
  }
}
