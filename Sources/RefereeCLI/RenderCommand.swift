import ArgumentParser
import Audit
import CanonicalJSON
import Foundation
import Report
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

  @Argument(help: "The study folder.", completion: .directory)
  var study: String

  @Option(name: .long, help: "Where to write; made if missing.", completion: .directory)
  var out: String

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let clock = ContinuousClock()
    let start = clock.now
    try FileAccess.requireFolder(self.study)
    let study = try PublishedStudy.load(folder: study)
    let result = AuditEngine.audit(study)
    let audited = clock.now
    global.detail("audited \(result.claims.count) claims")
    let bundle = try ReportBundle(
      result, generator: ToolVersion.text,
      software: SystemCheck.libraries.filter { $0.name != "OpenBLAS" && $0.name != "SQLite" }
        .map { ($0.name, $0.value) })
    for file in bundle.files {
      try FileAccess.write(file.bytes, to: out + "/" + file.path)
      global.detail("wrote \(file.path), \(file.bytes.count) bytes")
    }
    let run: JSONValue = [
      "schema": "referee/run/v1", "tool": .string(ToolVersion.text),
      "auditSeconds": .number(Self.seconds(audited - start)),
      "renderSeconds": .number(Self.seconds(clock.now - audited)),
      "host": .string(ProcessInfo.processInfo.hostName),
    ]
    try FileAccess.write(Array(try run.prettyText().utf8), to: out + "/run.json")
    if global.json {
      let document: JSONValue = [
        "schema": "referee/render/v1",
        "files": .array(bundle.files.map { .string(out + "/" + $0.path) }),
      ]
      printOutput(try document.prettyText())
    } else {
      printOutput(AuditSummary(result).text + "\n")
      for name in ["report.html", "report.pdf"] { printOutput(out + "/" + name + "\n") }
    }
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
