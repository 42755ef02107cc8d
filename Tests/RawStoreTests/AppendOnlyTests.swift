import Foundation
import RawStore
import Testing

@Suite struct AppendOnlyTests {
  private func sqlite(_ path: String, _ sql: String) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", path, sql]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test func `importing twice changes nothing`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    #expect(try store.add([TestRow(item: "a")]).result.hasChanges)
    let ledger = try store.ledger()
    let second = try store.add([TestRow(item: "a")])
    #expect(!second.result.hasChanges)
    #expect(try store.ledger() == ledger)
  }

  @Test func `rows that agree are known and rows that do not are shown side by side`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    try store.add([TestRow(item: "a", response: "D"), TestRow(item: "b")], from: "first.jsonl")
    let hash = try store.contentHash()
    let agreeing = try store.add([TestRow(item: "a", response: "D")], from: "second.jsonl")
    #expect(agreeing.conflicts.isEmpty)
    #expect(try store.contentHash() == hash)
    let contradicting = try store.add(
      [TestRow(item: "c"), TestRow(item: "b", outcome: .scored(false))], from: "third.jsonl")
    let conflict = try #require(contradicting.conflicts.first)
    #expect(conflict.earlier == RowPlace(path: "first.jsonl", line: 2))
    #expect(conflict.later == RowPlace(path: "third.jsonl", line: 2))
    #expect(conflict.earlierValue == "true")
    #expect(conflict.laterValue == "false")
    #expect(conflict.subject.contains("item b, dose 1.0"))
    // Nothing of the refused file is stored, the good row neither.
    #expect(try store.contentHash() == hash)
    #expect(try store.table().outcomes.first?.items == ["a", "b"])
  }

  @Test func `a contradiction within one file is found`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    let result = try store.add(
      [TestRow(item: "a", response: "D"), TestRow(item: "a", response: "E")], from: "x.jsonl")
    #expect(result.conflicts.first?.earlier.line == 1)
    #expect(result.conflicts.first?.later.line == 2)
    #expect(try store.ledger().isEmpty)
  }

  @Test(arguments: [
    "UPDATE outcome SET outcome = 0", "DELETE FROM outcome", "DELETE FROM ledger",
    "UPDATE item SET name = 'x'", "UPDATE source SET accepted = 9",
  ])
  func `the file refuses changes by others`(sql: String) throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    try store.add([TestRow(item: "a")])
    let hash = try store.contentHash()
    try store.close()
    let (status, text) = try sqlite(scratch.path(), sql)
    #expect(status != 0)
    #expect(text.contains("append-only"))
    #expect(try RawStore(path: scratch.path()).contentHash() == hash)
  }

  @Test func `a dropped trigger is found on opening`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    try store.add([TestRow(item: "a")])
    try store.close()
    #expect(try sqlite(scratch.path(), "DROP TRIGGER outcome_no_update").status == 0)
    #expect {
      _ = try RawStore(path: scratch.path())
    } throws: { "\($0)".contains("trigger outcome_no_update") }
  }

  @Test func `files of other programs are refused and left as they are`() throws {
    let scratch = try StoreScratch()
    #expect(try sqlite(scratch.path("other.sqlite"), "CREATE TABLE t (x)").status == 0)
    let text = URL(fileURLWithPath: scratch.path("text.sqlite"))
    try Data(repeating: 65, count: 5_000).write(to: text)
    for name in ["other.sqlite", "text.sqlite"] {
      let before = try Data(contentsOf: URL(fileURLWithPath: scratch.path(name)))
      #expect(throws: StoreError.self) { try scratch.open(name) }
      #expect(throws: StoreError.self) { try RawStore(path: scratch.path(name)) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path(name))) == before)
    }
    #expect(throws: StoreError.missing(path: scratch.path("none"))) {
      try RawStore(path: scratch.path("none"))
    }
  }

  @Test func `a store of a newer version is not touched`() throws {
    let scratch = try StoreScratch()
    try scratch.open().close()
    #expect(
      try sqlite(scratch.path(), "INSERT INTO grdb_migrations VALUES ('9-later')").status == 0)
    #expect(throws: StoreError.newerSchema(path: scratch.path())) { try scratch.open() }
    let error = #expect(throws: StoreError.self) { try RawStore(path: scratch.path()) }
    #expect(error?.description.contains("newer version of referee; update referee") == true)
  }

  @Test func `a store of an older version is read after it was migrated, not before`() throws {
    let scratch = try StoreScratch()
    // What a version before the first migration would have left: the mark and nothing else.
    #expect(try sqlite(scratch.path(), "PRAGMA application_id = \(0x5246_5245)").status == 0)
    let error = #expect(throws: StoreError.self) { try RawStore(path: scratch.path()) }
    #expect(error?.description.contains("schema is older") == true, "\(error.debugDescription)")
    let store = try scratch.open()
    try store.add([TestRow(item: "a")])
    let hash = try store.contentHash()
    try store.close()
    #expect(
      try sqlite(scratch.path(), "SELECT identifier FROM grdb_migrations").text == "1-rows\n")
    #expect(try RawStore(path: scratch.path()).contentHash() == hash)
  }
}
