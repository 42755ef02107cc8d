import Foundation
import RawStore
import Testing

@Suite struct ContentHashTests {
  private static let rows: [TestRow] = (0..<40).flatMap { index in
    [0.0, 1, 3].map { dose in
      TestRow(
        set: index % 3 == 0 ? "seed_\(index % 2)" : "h-neurons", isControl: index % 3 == 0,
        item: "item \(index * 7 % 40)", dose: dose,
        outcome: index % 5 == 0
          ? .unscored(index % 2 == 0 ? "error" : "refusal") : .scored(index % 4 == 0),
        response: index % 2 == 0 ? "text \(index % 6)" : nil)
    }
  }

  private func hash(_ batches: [[TestRow]]) throws -> (String, RawTable) {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    for (index, batch) in batches.enumerated() { try store.add(batch, from: "file \(index)") }
    return (try store.contentHash(), try store.table())
  }

  @Test func `the hash does not depend on the order of insertion`() throws {
    let (forward, table) = try hash([Self.rows])
    let (backward, other) = try hash([Self.rows.reversed()])
    let (split, _) = try hash([
      Array(Self.rows[60...]), Array(Self.rows[..<10]), Array(Self.rows[10..<60]),
    ])
    #expect(forward == backward)
    #expect(forward == split)
    #expect(table.contentHash == other.contentHash)
    #expect(table.outcomes == other.outcomes)
    #expect(table.identicalResponses == other.identicalResponses)
  }

  @Test func `every part of a row is in the hash`() throws {
    let (hash, _) = try hash([Self.rows])
    let changes: [(inout TestRow) -> Void] = [
      { $0.set = "other" }, { $0.isControl.toggle() }, { $0.item += "x" }, { $0.dose = 9 },
      { $0.replicate = 1 }, { $0.outcome = .unscored("another") }, { $0.response = "another" },
    ]
    var hashes: Set<String> = [hash]
    for change in changes {
      var rows = Self.rows
      change(&rows[5])
      hashes.insert(try self.hash([rows]).0)
    }
    #expect(hashes.count == changes.count + 1)
  }

  @Test func `VACUUM changes the file and not the hash`() throws {
    let scratch = try StoreScratch()
    let store = try scratch.open()
    try store.add(Self.rows)
    let hash = try store.contentHash()
    try store.close()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "sqlite3", scratch.path(), "PRAGMA page_size = 8192;", "PRAGMA journal_mode = DELETE;",
      "VACUUM;",
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try RawStore(path: scratch.path()).contentHash() == hash)
  }
}
