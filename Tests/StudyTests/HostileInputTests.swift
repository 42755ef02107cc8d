import Foundation
import Study
import Testing

@Suite struct `Hostile study folders` {
  @Test func `a line without end is refused by its number`() throws {
    let folder = try StudyFolder(StudyFolder.complete)
    var bytes = Array("version,benchmark,configuration,alpha,printed\n".utf8)
    bytes += [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
    try folder.write("cells.csv", bytes)
    #expect(
      folder.problems.contains { $0.hasPrefix("cells.csv:2: error: the line is longer than 1 MiB") }
    )
  }

  @Test func `a file of many lines is refused by its size`() throws {
    let folder = try StudyFolder(StudyFolder.complete)
    let line = Array("# nothing but comments, over and over, for ever and ever\n".utf8)
    var bytes: [UInt8] = []
    while bytes.count <= 5 << 20 { bytes += line }
    try folder.write("claims.yaml", bytes)
    #expect(
      folder.problems.contains { $0.hasPrefix("claims.yaml:") && $0.contains("larger than 4 MiB") })
  }

  struct Spoilt: Sendable {
    let name: String
    let bytes: [UInt8]
    let place: String
    let message: String

    init(_ name: String, _ bytes: [UInt8], _ place: String, _ message: String) {
      self.name = name
      self.bytes = bytes
      self.place = place
      self.message = message
    }
  }

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  static let spoilt: [Spoilt] = [
    Spoilt(
      "cells.csv", text(String(repeating: ",", count: 5_000)), "cells.csv:1:",
      "more than 100 fields"),
    Spoilt(
      "cells.csv", text(String(repeating: "a\n", count: 10_050)), "cells.csv:",
      "more than 10000 rows"),
    Spoilt("cells.csv", text(""), "cells.csv:1: error", "the file is empty"),
    Spoilt("cells.csv", text("\n\n# only this\n"), "cells.csv:1: error", "the file is empty"),
    Spoilt("cells.csv", text("version,\0"), "cells.csv:1: error", "zero byte"),
    Spoilt("cells.csv", text("a\nb\n") + [0xFF, 0x0A], "cells.csv:3: error", "not valid UTF-8"),
    Spoilt("study.yaml", text(""), "study.yaml:1: error", "the file is empty"),
    Spoilt("study.yaml", text("# nothing\n"), "study.yaml:1: error", "the file is empty"),
    Spoilt(
      "study.yaml", text("just text\n"), "study.yaml:1:1: error", "the document must be a mapping"),
    Spoilt("study.yaml", text("a: 1\n---\nb: 2\n"), "study.yaml:", "the YAML cannot be read"),
    Spoilt("study.yaml", text("? [a]\n: b\n"), "study.yaml:1:", "a key must be a word"),
    Spoilt("study.yaml", text("a: x\u{7}\n"), "study.yaml", "the YAML cannot be read"),
    Spoilt("claims.yaml", text("claims:\n  - *bomb\n"), "claims.yaml", "the YAML cannot be read"),
    Spoilt(
      "claims.yaml", text(String(repeating: "[", count: 500_000)), "claims.yaml",
      "the YAML cannot be read"),
    Spoilt(
      "claims.yaml", text(String(repeating: "- ", count: 400_000)), "claims.yaml",
      "the YAML cannot be read"),
  ]

  @Test(arguments: spoilt)
  func `a spoilt file is refused with its place`(file: Spoilt) throws {
    let folder = try StudyFolder(StudyFolder.complete)
    try folder.write(file.name, file.bytes)
    let problems = folder.problems
    #expect(
      problems.contains { $0.hasPrefix(file.place) && $0.contains(file.message) },
      "\(problems.map { $0.prefix(300) })")
    #expect(folder.study == nil)
  }

  @Test func `nested aliases are refused before they unfold`() throws {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    var last = "a"
    for name in ["b", "c", "d", "e", "f", "g", "h", "i", "j"] {
      text +=
        "\(name): &\(name) [" + Array(repeating: "*\(last)", count: 9).joined(separator: ",")
        + "]\n"
      last = name
    }
    let folder = try StudyFolder(StudyFolder.complete)
    try folder.write("study.yaml", Array(text.utf8))
    #expect(
      folder.problems.first
        == "study.yaml:1:4: error: a word that starts with & is a YAML anchor; anchors and aliases are not allowed: write the value out, or quote the text"
    )
  }

  @Test(arguments: ["link", "folder"])
  func `a table that is no regular file is refused`(kind: String) throws {
    let folder = try StudyFolder(StudyFolder.complete)
    let path = folder.path + "/cells.csv"
    try FileManager.default.removeItem(atPath: path)
    if kind == "link" {
      try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: folder.path + "/detection.csv")
    } else {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    let wanted = kind == "link" ? "a symbolic link" : "a folder"
    #expect(
      folder.problems.contains {
        $0
          == "cells.csv: error: this is not a regular file but \(wanted); put the file itself into the folder"
      }, "\(folder.problems)")
  }

  @Test func `a missing folder, card or result is named`() throws {
    #expect(
      PublishedStudy.check(folder: "/nowhere/at/all").problems.map(\.description) == [
        "/nowhere/at/all: error: there is no such folder; name the folder that holds study.yaml"
      ])
    var files = StudyFolder.complete
    files["study.yaml"] = nil
    #expect(
      try StudyFolder(files).problems.contains {
        $0.hasPrefix("study.yaml: error: the file is missing")
      })
    files = StudyFolder.complete
    files["cells.csv"] = nil
    files["detection.csv"] = nil
    files["claims.yaml"] = nil
    #expect(
      try StudyFolder(files).problems.contains {
        $0.hasPrefix("cells.csv: error: there is neither cells.csv nor detection.csv")
      })
  }

  @Test func `thousands of mistakes give a short list`() throws {
    var files = StudyFolder.complete
    files["cells.csv"] =
      "version,benchmark,configuration,alpha,printed\n"
      + String(repeating: "V9,Q,Z,x,1\n", count: 3_000)
    let problems = try StudyFolder(files).problems
    #expect(problems.count <= 201)
    #expect(problems.contains { $0.contains("more than 200 problems") })
  }

  @Test func `control characters of a file do not reach the message`() throws {
    let folder = try StudyFolder.mutated("cells.csv", "12.0%", "\u{1B}[31m\u{202E}x")
    let problem = try #require(folder.problems.first)
    #expect(problem.contains("\\u{1b}[31m\\u{202e}x"))
    #expect(!problem.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
  }

  @Test func `markup in a claim is kept as text`() throws {
    let text = "<script>alert(1)</script> & \"quotes\""
    let folder = try StudyFolder.mutated(
      "claims.yaml", "these swings are noise", "'\(text)'")
    #expect(folder.study?.claims.first?.quote == text)
  }

  @Test func `byte order mark, CRLF and quoted commas are read`() throws {
    let folder = try StudyFolder(StudyFolder.complete)
    let table =
      "version,benchmark,configuration,alpha,printed,n,quote\r\n"
      + "V1,Quiz,A,0,12.0%,100,\"a, \"\"b\"\"\r\nc\"\r\n\r\n# note\r\nV1,Quiz,A,1,27.0%,100,\r\n"
    try folder.write("cells.csv", [0xEF, 0xBB, 0xBF] + Array(table.utf8))
    let study = try #require(folder.study, "\(folder.problems)")
    #expect(study.cells.map(\.id) == ["V1/Quiz/A/0", "V1/Quiz/A/1"])
    #expect(study.cells.map(\.source.line) == [2, 6])
    #expect(study.cells.first?.source.quote == "a, \"b\"\r\nc")
  }
}
