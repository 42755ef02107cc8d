import CanonicalJSON
import Foundation
import Importing
import RawStore
import Study
import Testing

/// Logs that lm_eval 0.4.13 and inspect_ai 0.3.285 wrote (`Fixtures/make_fixtures.py`).
@Suite struct OtherToolsTests {
  private static let model = "lm-eval/org__small@alpha=2.0"

  private static func name(_ prefix: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: ImportScratch.fixtures.appending(path: model).path)
    return try #require(names.first { $0.hasPrefix(prefix) })
  }

  private static func copy(to scratch: ImportScratch) throws {
    for prefix in ["samples_", "results_"] {
      try scratch.copyFixture("\(model)/\(try name(prefix))")
    }
  }

  @Test func `lm-eval samples are read and every hash of theirs is right`() throws {
    let scratch = try ImportScratch()
    try Self.copy(to: scratch)
    let store = try scratch.store()
    let report = try scratch.run(store)
    #expect(report.rejectedCount == 0)
    let samples = try #require(report.files.first { $0.format == "lm-eval-samples" })
    #expect(samples.acceptedCount == 8)
    #expect(samples.remarks.contains { $0.reason.contains("the task's hash") })
    #expect(samples.remarks.contains { $0.reason.contains("the metric length is not 0 or 1") })
    let table = try store.table()
    #expect(table.outcomes.map(\.arm.judge) == ["none", "strict-match"])
    let matrix = try #require(table.outcomes.first)
    #expect(matrix.arm.benchmark == "tiny")
    #expect(matrix.arm.configuration == "org__small")
    #expect(matrix.arm.endpoint == "exact_match")
    #expect(matrix.doses == [2])
    #expect(matrix.items.count == 4)
    #expect(matrix.items.indices.count { matrix.outcome(item: $0, column: 0) == true } == 2)
    #expect(table.runs.count == 1)
  }

  @Test(arguments: ["Österreich", "\"target\": \"Wien\"", "Q: What is 2 + 2?"])
  func `a changed document, target or prompt is found`(text: String) throws {
    let scratch = try ImportScratch()
    let name = try Self.name("samples_")
    let file = ImportScratch.fixtures.appending(path: "\(Self.model)/\(name)")
    let original = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    #expect(original.contains(text))
    // The name without a time: the task's hash is not looked for, the lines' hashes are.
    try scratch.write(
      "samples_tiny.jsonl",
      original.replacing(text, with: text.replacing("W", with: "V").replacing("Ö", with: "O")))
    let report = try scratch.run(try scratch.store())
    #expect(report.files.first?.rejectedCount == 2)
    #expect(
      report.files.first?.remarks.contains { $0.reason.contains("_hash does not fit") } == true)
  }

  @Test func `a missing line breaks the task's hash`() throws {
    let scratch = try ImportScratch()
    try Self.copy(to: scratch)
    let name = "\(Self.model)/\(try Self.name("samples_"))"
    let file = ImportScratch.fixtures.appending(path: name)
    let lines = String(decoding: try Data(contentsOf: file), as: UTF8.self).split(separator: "\n")
    try scratch.write(name, lines.dropLast().joined(separator: "\n") + "\n")
    let store = try scratch.store()
    let report = try scratch.run(store)
    let samples = try #require(report.files.first { $0.path.contains("samples_") })
    #expect(samples.state == .failed)
    #expect(samples.remarks.first?.reason.contains("added, removed, reordered or changed") == true)
    #expect(try store.table().outcomes.isEmpty)
  }

  @Test(arguments: ["tiny.json", "tiny.eval", "tiny-deflate.eval"])
  func `inspect logs give the same rows in every container`(name: String) throws {
    let scratch = try ImportScratch()
    try scratch.copyFixture("inspect/\(name)")
    let store = try scratch.store()
    let report = try scratch.run(store)
    #expect(report.rejectedCount == 0)
    let table = try store.table()
    let includes = try #require(table.outcomes.first { $0.arm.endpoint == "includes" })
    #expect(includes.arm.benchmark == "tiny")
    #expect(includes.arm.configuration == "mockllm/model")
    #expect(includes.doses == [2])
    #expect(includes.items == ["a", "b", "c", "d"])
    #expect(includes.replicateCount == 2)
    #expect(
      (0..<4).map { includes.outcome(item: $0, column: 0, replicate: 0) }
        == [true, true, false, false])
    #expect(
      (0..<4).map { includes.outcome(item: $0, column: 0, replicate: 1) } == [
        true, true, true, nil,
      ])
    // A sample that failed is unscored for every scorer, never false.
    #expect(includes.unscoredClasses == ["error"])
    let partial = try #require(table.outcomes.first { $0.arm.endpoint == "partial" })
    #expect(partial.unscoredClasses == ["error", "no-answer", "partial"])
    #expect(
      try store.contentHash()
        == "\(try Self.inspectHash())")
  }

  private static func inspectHash() throws -> String {
    let scratch = try ImportScratch()
    try scratch.copyFixture("inspect/tiny.json")
    let store = try scratch.store()
    try scratch.run(store)
    return try store.contentHash()
  }

  @Test func `a zip that lies about its sizes is refused without taking memory`() throws {
    let archive = try Data(
      contentsOf: ImportScratch.fixtures.appending(path: "inspect/tiny-deflate.eval"))
    var bytes = [UInt8](archive)
    let directory = try #require(
      (0..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == [0x50, 0x4B, 1, 2] })
    // The size of the first member becomes 3 GiB.
    bytes.replaceSubrange(directory + 24..<directory + 28, with: [0, 0, 0, 0xC0])
    let scratch = try ImportScratch()
    try scratch.write("bomb.eval", Data(bytes))
    let report = try scratch.run(try scratch.store())
    #expect(report.files.first?.state == .failed)
    #expect(report.files.first?.remarks.first?.reason.contains("more than 128 MiB") == true)
  }

  @Test func `csv needs no mapping when its columns are called after their roles`() throws {
    let scratch = try ImportScratch()
    try scratch.write(
      "rows.csv",
      "item,alpha,outcome,neuron_set,control,response\r\n"
        + "\"a, \"\"quoted\"\"\",0,1,h-neurons,0,yes\r\n"
        + "b,0,false,seed_1,1,\"two\nlines\"\r\n\r\n"
        + "c,0,NA,h-neurons,0,\r\n"
        + "d,zero,1,h-neurons,0,\r\ne,0,maybe,h-neurons,0,\r\nf,0,1\r\n")
    let store = try scratch.store()
    let report = try scratch.run(store)
    let file = try #require(report.files.first)
    #expect(file.acceptedCount == 3)
    #expect(file.remarks.map(\.line) == [7, 8, 9])
    let table = try store.table()
    #expect(table.outcomes.map(\.arm.isControl) == [false, true])
    #expect(table.outcomes.first?.items == ["a, \"quoted\"", "c"])
    #expect(table.outcomes.first?.arm.benchmark == "rows")
  }

  @Test func `a mapping names columns and values`() throws {
    let scratch = try ImportScratch()
    try scratch.write(
      "t.csv", "Frage;Stufe;Urteil;Rest\nx;1.5;ja;?\ny;1.5;nein;?\nz;1.5;kaputt;?\n")
    let mapping = scratch.folder.appending(path: "mapping.yaml")
    try Data(
      """
      kind: row-mapping
      delimiter: ";"
      constants: {benchmark: faith, endpoint: compliance}
      fields:
        - {name: Frage, role: item}
        - {name: Stufe, role: dose}
        - name: Urteil
          role: outcome
          trueValues: [ja]
          falseValues: [nein]
          unscored: {kaputt: error}
      """.utf8
    ).write(to: mapping)
    let parsed = try RowMapping(file: mapping.path)
    let store = try scratch.store()
    let report = try scratch.run(store) { $0.mapping = parsed }
    #expect(report.rejectedCount == 0)
    let matrix = try #require(try store.table().outcomes.first)
    #expect(matrix.arm.benchmark == "faith")
    #expect(matrix.arm.endpoint == "compliance")
    #expect((0..<3).map { matrix.outcome(item: $0, column: 0) } == [true, false, nil])
    #expect(throws: StudyFormatErrors.self) {
      try Data("kind: row-mapping\nfields: [{name: a, role: thing}]\n".utf8).write(to: mapping)
      _ = try RowMapping(file: mapping.path)
    }
  }
}
