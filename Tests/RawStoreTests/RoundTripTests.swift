import Foundation
import RawStore
import Testing

@Suite struct RoundTripTests {
  @Test func `outcomes come back as they were written`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    try store.add([
      TestRow(item: "b", dose: 1, outcome: .scored(false), response: "no"),
      TestRow(item: "a", dose: 0, outcome: .scored(true), response: "yes"),
      TestRow(item: "a", dose: 1, outcome: .unscored("parse-failure")),
      TestRow(item: "ä", dose: 0.5, outcome: .unscored("error")),
      TestRow(set: "seed_0", isControl: true, item: "a", dose: -0.0, outcome: .scored(true)),
    ])
    let table = try store.table()
    #expect(table.study == "study")
    #expect(table.outcomes.map(\.arm.neuronSet) == ["h-neurons", "seed_0"])
    let matrix = try #require(table.outcomes.first)
    #expect(matrix.doses == [0, 0.5, 1])
    #expect(matrix.items == ["a", "b", "ä"])
    #expect(matrix.unscoredClasses == ["error", "parse-failure"])
    #expect(matrix.outcome(item: 0, column: 0) == true)
    #expect(matrix.outcome(item: 1, column: 2) == false)
    #expect(matrix.code(item: 0, column: 2) == OutcomeMatrix.Code.firstUnscored + 1)
    #expect(matrix.code(item: 2, column: 1) == OutcomeMatrix.Code.firstUnscored)
    #expect(matrix.code(item: 1, column: 0) == OutcomeMatrix.Code.missing)
    #expect(table.outcomes[1].doses == [0])
    #expect(table.sources.map(\.path) == ["rows.jsonl"])
  }

  @Test func `an arm without intervention has one column and no dose`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    try store.add([
      TestRow(set: "none", item: "a", dose: nil), TestRow(set: "none", item: "b", dose: nil),
    ])
    let matrix = try #require(try store.table().outcomes.first)
    #expect(matrix.doses.isEmpty)
    #expect(matrix.columnCount == 1)
    #expect(matrix.outcome(item: 1, column: 0) == true)
    #expect(throws: StoreError.self) {
      try store.add([TestRow(set: "none", item: "a", dose: 0)], from: "other.jsonl")
    }
  }

  @Test func `replicates need not start at 0 or be complete`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    try store.add([
      TestRow(item: "a", replicate: 1), TestRow(item: "a", replicate: 7, outcome: .scored(false)),
      TestRow(item: "b", replicate: 7),
    ])
    let matrix = try #require(try store.table().outcomes.first)
    #expect(matrix.replicateCount == 2)
    #expect(matrix.outcome(item: 0, column: 0, replicate: 1) == false)
    #expect(matrix.code(item: 1, column: 0, replicate: 0) == OutcomeMatrix.Code.missing)
  }

  @Test func `identical responses are grouped across doses and sets`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    try store.add([
      TestRow(item: "a", dose: 0, outcome: .scored(true), response: "D"),
      TestRow(item: "a", dose: 1, outcome: .scored(false), response: "D"),
      TestRow(set: "seed_0", isControl: true, item: "a", dose: 1, response: "D"),
      TestRow(item: "a", dose: 2, response: "C"),
      TestRow(item: "b", dose: 0, response: "D"),
    ])
    let groups = try store.table().identicalResponses
    #expect(groups.count == 1)
    #expect(groups.first?.trueCount == 2)
    #expect(groups.first?.falseCount == 1)
    #expect(groups.first?.isConflicting == true)
  }

  @Test func `a store can be read from a folder where nothing can be written`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    try store.add([TestRow(item: "a")])
    let hash = try store.contentHash()
    try store.close()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path()))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o555], ofItemAtPath: scratch.folder.path)
    defer {
      try? FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: scratch.folder.path)
    }
    #expect(try RawStore(path: scratch.path()).contentHash() == hash)
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path())) == bytes)
  }
}
