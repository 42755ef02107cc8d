import ArgumentParser
import Audit
import CanonicalJSON
import Foundation
import Report
import RowAudit
import Study

/// `referee render STUDY --out DIR`.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Audit a study and write report.html, report.pdf, findings.json and data/*.csv.",
    discussion: """
      The same inputs give the same bytes. Times and the machine go to run.json, which is not part \
      of the report.
      """)

  @Argument(help: "The study folder, or a raw store.", completion: .file())
  var study: String

  @Option(name: .long, help: "Where to write; made if missing.", completion: .directory)
  var out: String

  @OptionGroup var rows: RowOptions

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let summary: String
    let bundle: ReportBundle
    let audited: ContinuousClock.Instant
    if RowOptions.isStore(study) {
      let result = try rows.audit(study)
      audited = clock.now
      bundle = try ReportBundle(result, generator: ToolVersion.text, software: Self.software)
      summary = RowAuditSummary(result).text
    } else {
      try FileAccess.requireFolder(study)
      let result = AuditEngine.audit(try PublishedStudy.load(folder: study))
      audited = clock.now
      global.detail("audited \(result.claims.count) claims")
      bundle = try ReportBundle(result, generator: ToolVersion.text, software: Self.software)
      summary = AuditSummary(result).text
    }
    let leftovers = try ReportFolder(out).write(bundle)
    for file in bundle.files { global.detail("wrote \(file.path), \(file.bytes.count) bytes") }
    for table in leftovers.removed {
      global.detail("removed \(table) of the report that was here before")
    }
    let files = bundle.files.map(\.path) + leftovers.stuck.map(\.table)
    let run: JSONValue = [
      "schema": .string(ReportFolder.runSchema), "tool": .string(ToolVersion.text),
      "auditSeconds": .number(Self.seconds(audited - start)),
      "renderSeconds": .number(Self.seconds(clock.now - audited)),
      "host": .string(ProcessInfo.processInfo.hostName),
      "files": .array(files.map { .string($0) }),
    ]
    try FileAccess.write(Array(try run.prettyText().utf8), to: out + "/run.json")
    if let stuck = leftovers.stuck.first { throw stuck.reason }
    if global.json {
      let document: JSONValue = [
        "schema": "referee/render/v1",
        "files": .array(bundle.files.map { .string(out + "/" + $0.path) }),
      ]
      printOutput(try document.prettyText())
    } else {
      printOutput(summary + "\n")
      for name in ["report.html", "report.pdf"] { printOutput(out + "/" + name + "\n") }
    }
  }

  /// Libraries whose versions shape the bytes of a report.
  static let software: [(name: String, version: String)] =
    SystemCheck.libraries.filter { $0.name != "OpenBLAS" && $0.name != "SQLite" }
    .map { ($0.name, $0.value) }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
