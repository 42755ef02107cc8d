import CanonicalJSON
import Foundation
import Testing

/// Mistakes that people make, through the binary: a clear error with its place, or escaped text.
@Suite struct BadInputTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let name: String
    let file: String
    let message: String
    let change: @Sendable (String) -> String

    var testDescription: String { name }
  }

  static let mistakes = [
    Mistake(name: "a percentage above 100", file: "cells.csv", message: "cells.csv:2") {
      $0.replacing("A,0,12.0%,100", with: "A,0,120.0%,100", maxReplacements: 1)
    },
    Mistake(name: "a percentage that is a word", file: "cells.csv", message: "cells.csv:2") {
      $0.replacing("A,0,12.0%,100", with: "A,0,twelve,100", maxReplacements: 1)
    },
    Mistake(name: "a duplicate cell", file: "cells.csv", message: "cells.csv:3") { text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      return (lines[0..<2] + lines[1...]).joined(separator: "\n")
    },
    Mistake(name: "a dose that is no number", file: "cells.csv", message: "cells.csv:2") {
      $0.replacing("A,0,12.0%", with: "A,zero,12.0%", maxReplacements: 1)
    },
    Mistake(name: "an unknown key", file: "study.yaml", message: "surprise") {
      $0 + "\nsurprise: 1\n"
    },
    Mistake(name: "an empty study file", file: "study.yaml", message: "study.yaml") { _ in "" },
    Mistake(name: "an empty table", file: "cells.csv", message: "cells.csv") { _ in "" },
    Mistake(name: "a line of 70 MiB", file: "cells.csv", message: "longer than") { text in
      text + String(repeating: "a", count: 70 << 20)
    },
    Mistake(name: "a line of 70 MiB in YAML", file: "claims.yaml", message: "longer than") {
      $0 + "# " + String(repeating: "a", count: 70 << 20)
    },
  ]

  @Test(arguments: mistakes)
  func `a mistake is reported with its place`(_ mistake: Mistake) throws {
    let study = try ChangedStudy(mistake.file, mistake.change)
    let run = try RefereeRun("study", "check", study.path)
    #expect(run.status == 65)
    #expect(run.output.contains(mistake.message), "\(run.output.prefix(500))")
    #expect(run.output.utf8.count < 100_000)
    #expect(run.errors.contains("mistake"))
    let document = try RefereeRun("study", "check", study.path, "--json").document()
    #expect(document["valid"]?.boolValue == false)
    let audit = try RefereeRun("audit", study.path)
    #expect(audit.status == 65 && audit.output.isEmpty)
  }

  @Test func `a script in a claim is text in the report`() throws {
    let hostile = #"<script>alert(1)</script><img src=x onerror=alert(2)>"#
    let study = try ChangedStudy("claims.yaml") {
      $0.replacing(
        "quote: sometimes as few as 0.01 per mille", with: "quote: '\(hostile)'",
        maxReplacements: 1)
    }
    let folder = try TemporaryFolder()
    let run = try RefereeRun("render", study.path, "--out", folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let html = try String(
      contentsOf: folder.url.appending(path: "report.html"), encoding: .utf8)
    #expect(!html.contains("<script"))
    #expect(!html.contains("<img"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
  }

  @Test func `a file above the limit is refused before it is parsed`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", to: "large.json")
    // Sparse: it takes no room and no time to make.
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: 300 << 20)
    try handle.close()
    let run = try RefereeRun("compute", "wilson", file.path)
    #expect(run.status == 74)
    #expect(run.errors.contains("larger than"))
    #expect(run.output.isEmpty)
  }

  @Test func `an input of one long line is refused with its place`() throws {
    let run = try RefereeRun(
      "compute", "wilson", input: #"{"x": "# + String(repeating: "1", count: 66 << 20))
    #expect(run.status == 65)
    #expect(run.errors.utf8.count < 2_000)
    #expect(run.output.isEmpty)
  }

  @Test func `deep nesting is an error and no crash`() throws {
    let run = try RefereeRun(
      "compute", "wilson", input: String(repeating: "[", count: 1_000_000))
    #expect(run.status == 65)
    #expect(run.errors.contains("nested"))
  }
}
