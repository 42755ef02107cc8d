import CanonicalJSON
import Foundation
import Testing

/// From rows to a report, to a bundle, and back by a stranger; and every way to cheat.
@Suite(.serialized) struct VerifyTests {
  /// Rows, their store and the rendered report, made once.
  private final class Made: Sendable {
    let folder: URL

    init() throws {
      folder = FileManager.default.temporaryDirectory.appending(
        path: "referee-verify-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      var text = "item,dose,neuron_set,control,outcome\n"
      for (set, control) in [("h-neurons", 0), ("seed_0", 1)] {
        for item in 0..<40 {
          for dose in [0, 1, 2] {
            let isTrue = (item * 13 + (control == 0 ? dose * 7 : 0)) % 40 > 18 - 3 * dose
            text += "q\(item),\(dose),\(set),\(control),\(isTrue)\n"
          }
        }
      }
      try Data(text.utf8).write(to: folder.appending(path: "rows.csv"))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func build() throws {
      let imported = try RefereeRun(
        "import", path("rows.csv"), "--store", path("store.sqlite"), "--study", "tiny")
      #expect(imported.status == 0, "\(imported.errors)")
      let rendered = try RefereeRun("render", path("store.sqlite"), "--out", path("report"))
      #expect(rendered.status == 0, "\(rendered.errors)")
    }

    func replace(_ text: String, with other: String, in name: String) throws {
      let url = folder.appending(path: name)
      let content = try String(contentsOf: url, encoding: .utf8)
      #expect(content.contains(text))
      try Data(content.replacing(text, with: other, maxReplacements: 1).utf8).write(to: url)
    }

    func sqlite(_ sql: String) throws {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["sqlite3", path("store.sqlite"), sql]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  private func verify(_ made: Made, report: String = "report") throws -> RefereeRun {
    try RefereeRun("verify", made.path(report), "--store", made.path("store.sqlite"))
  }

  @Test func `an honest report is verified in three lines`() throws {
    let made = try Made()
    try made.build()
    let run = try verify(made)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("rows: 1 ledger record and 1 sources intact") == true)
    #expect(lines.dropFirst().first?.contains("equal bit for bit") == true)
    #expect(lines.last?.contains("equal byte for byte") == true)

    // A changed number of the findings, of the page and of a table.
    let findings = try JSONValue(
      parsing: try String(contentsOfFile: made.path("report/findings.json"), encoding: .utf8))
    let hash = try #require(findings["rows"]?["contentHash"]?.stringValue)
    try made.replace("\"questions\": 40", with: "\"questions\": 41", in: "report/findings.json")
    let changedFinding = try verify(made)
    #expect(changedFinding.status == 1)
    #expect(changedFinding.output.contains("rows.questions: 41 against 40"))
    try made.replace("\"questions\": 41", with: "\"questions\": 40", in: "report/findings.json")

    let page = try String(contentsOfFile: made.path("report/report.html"), encoding: .utf8)
    let number = try #require(page.firstMatch(of: #/<span data-source="([^"]+)">([^<]*\d[^<]*)</#))
    try made.replace(
      String(number.0), with: String(number.0).replacing(String(number.2), with: "99.9 %"),
      in: "report/report.html")
    let changedPage = try verify(made)
    #expect(changedPage.status == 1)
    #expect(changedPage.output.contains("the number of \(number.1) is printed as 99.9 %"))
    try Data(page.utf8).write(to: made.folder.appending(path: "report/report.html"))

    // A changed row: the trigger is dropped and put back, so that only the hashes can tell.
    try made.sqlite(
      """
      DROP TRIGGER outcome_no_update;
      UPDATE outcome SET outcome = 1 - outcome WHERE line = 2;
      CREATE TRIGGER outcome_no_update BEFORE UPDATE ON outcome
      BEGIN SELECT RAISE(ABORT, 'the raw store is append-only'); END;
      """)
    let changedRow = try verify(made)
    #expect(changedRow.status == 1)
    #expect(
      changedRow.output.contains(
        "outcomes of rows · default · h-neurons · outcome · dose 0: rows were changed"))
    #expect(changedRow.output.contains("its content hash is \(hash)"))
  }

  @Test func `a table of an earlier report is removed, and one that nobody wrote is named`() throws
  {
    let made = try Made()
    try made.build()
    let stale = made.path("report/data/stale.csv")
    try Data("a,b\n".utf8).write(to: URL(filePath: stale))
    let refused = try verify(made)
    #expect(refused.status == 1)
    #expect(refused.output.contains("data/stale.csv: the report has no such table"))

    func renderAgain() throws {
      let run = try RefereeRun("render", made.path("store.sqlite"), "--out", made.path("report"))
      #expect(run.status == 0, "\(run.errors)")
    }
    // Not among the files that `render` says it wrote: it stays.
    try renderAgain()
    #expect(FileManager.default.fileExists(atPath: stale))
    // As an earlier report would have left it. A path out of the folder is not believed.
    try made.replace(
      "\"files\": [", with: "\"files\": [\"data/stale.csv\", \"data/../../rows.csv\",",
      in: "report/run.json")
    try renderAgain()
    #expect(!FileManager.default.fileExists(atPath: stale))
    #expect(FileManager.default.fileExists(atPath: made.path("rows.csv")))
    #expect(try verify(made).status == 0)
  }

  @Test func `a table that cannot be removed is named, and tried by the next render`() throws {
    let made = try Made()
    try made.build()
    let stuck = made.path("report/data/stuck.csv")
    // A folder is not removed as a file is.
    try FileManager.default.createDirectory(atPath: stuck, withIntermediateDirectories: false)
    try made.replace(
      "\"files\": [", with: "\"files\": [\"data/stuck.csv\",", in: "report/run.json")
    func render() throws -> RefereeRun {
      try RefereeRun("render", made.path("store.sqlite"), "--out", made.path("report"))
    }
    for _ in 1...2 {
      let refused = try render()
      #expect(refused.status == 74)
      #expect(refused.errors.contains("stuck.csv belongs to an earlier report"))
    }
    try FileManager.default.removeItem(atPath: stuck)
    #expect(try render().status == 0)
  }

  @Test func `a bundle has the same bytes twice and a stranger gets the same report`() throws {
    let made = try Made()
    try made.build()
    try Data("kind: plan\n".utf8).write(to: made.folder.appending(path: "study.yaml"))
    func bundle(_ name: String) throws -> [UInt8] {
      let run = try RefereeRun(
        "bundle", made.path("store.sqlite"), "--report", made.path("report"), "--plan",
        made.path("study.yaml"), "--out", made.path(name), "--license", "CC-BY-4.0")
      #expect(run.status == 0, "\(run.errors)")
      return [UInt8](try Data(contentsOf: made.folder.appending(path: name)))
    }
    let bytes = try bundle("one.zip")
    #expect(try bundle("two.zip") == bytes)
    let files = StoredZip.files(bytes)
    for (name, content) in files {
      let url = made.folder.appending(path: "unpacked/\(name)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content).write(to: url)
    }
    let verified = try RefereeRun(
      "verify", made.path("unpacked/report"), "--store", made.path("unpacked/store.sqlite"))
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let again = try RefereeRun(
      "render", made.path("unpacked/store.sqlite"), "--out", made.path("again"))
    #expect(again.status == 0, "\(again.errors)")
    for name in files.keys where name.hasPrefix("report/") {
      let url = made.folder.appending(path: name.replacing("report/", with: "again/"))
      #expect([UInt8](try Data(contentsOf: url)) == files[name], "\(name)")
    }

    let crate = try JSONValue(
      parsing: String(decoding: try #require(files["ro-crate-metadata.json"]), as: UTF8.self))
    let entities = crate["@graph"]?.arrayValue ?? []
    let root = try #require(entities.first { $0["@id"] == "./" })
    for property in ["name", "description", "datePublished", "license", "hasPart", "conformsTo"] {
      #expect(root[property] != nil, "\(property)")
    }
    let ids = Set(entities.compactMap { $0["@id"]?.stringValue })
    for action in entities where action["@type"] == "CreateAction" {
      for property in ["instrument", "object", "result"] {
        let references =
          action[property]?.arrayValue ?? [action[property]].compactMap { $0 }
        #expect(!references.isEmpty)
        #expect(references.allSatisfy { ids.contains($0["@id"]?.stringValue ?? "") })
      }
    }

    try Data("kind: plan # nicer\n".utf8).write(
      to: made.folder.appending(path: "unpacked/plan/study.yaml"))
    let changedPlan = try RefereeRun(
      "verify", made.path("unpacked/report"), "--store", made.path("unpacked/store.sqlite"))
    #expect(changedPlan.status == 1)
    #expect(changedPlan.output.contains("plan/study.yaml: it is not the file that was bundled"))
  }
}

/// The members of a zip without compression.
enum StoredZip {
  static func files(_ bytes: [UInt8]) -> [String: [UInt8]] {
    func number(_ offset: Int, _ width: Int) -> Int {
      (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
    var files: [String: [UInt8]] = [:]
    var offset = 0
    while offset + 30 <= bytes.count, number(offset, 4) == 0x0403_4B50 {
      let size = number(offset + 22, 4)
      let start = offset + 30 + number(offset + 26, 2)
      files[String(decoding: bytes[offset + 30..<start], as: UTF8.self)] = Array(
        bytes[start..<start + size])
      offset = start + size
    }
    return files
  }
}
