import Foundation
import TestSupport
import Testing

/// The first stages of the bundled study on the shipped model: a smoke test of `referee run`.
@Suite struct RunTests {
  private final class Scratch {
    let path = NSTemporaryDirectory() + "referee-run-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private static let plan = Repository.root.appending(path: "data/studies/reference").path

  private func run(_ out: String, _ arguments: String...) throws -> RefereeRun {
    try RefereeRun(["run", Self.plan, "--out", out, "--limit", "12", "--quiet"] + arguments)
  }

  /// Sealed rows by stage folder.
  private func rows(_ out: String) throws -> [String: Data] {
    let stages = out + "/stages"
    var rows: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: stages) {
      rows[name] = FileManager.default.contents(atPath: "\(stages)/\(name)/rows.jsonl")
    }
    return rows
  }

  @Test func `threads, shards and repetition change no byte`() throws {
    let (one, two, parts) = (Scratch(), Scratch(), Scratch())
    #expect(try run(one.path, "--threads", "1", "--until", "spans").status == 0)
    #expect(try run(two.path, "--threads", "2", "--until", "spans").status == 0)
    let expected = try rows(one.path)
    #expect(expected.count == 3)
    #expect(expected.values.allSatisfy { !$0.isEmpty })
    #expect(try rows(two.path) == expected)
    // The first shard ends incomplete, the second finds everything and goes on.
    #expect(try run(parts.path, "--shard", "1/2", "--until", "spans").status == 3)
    #expect(try run(parts.path, "--shard", "2/2", "--until", "spans").status == 0)
    #expect(try rows(parts.path) == expected)
    let again = try run(one.path, "--until", "spans")
    #expect(again.output == "sample: stands\nfilter: stands\nspans: stands\n")
  }

  @Test func `a dry run names what it would do and runs nothing`() throws {
    let scratch = Scratch()
    let outline = try RefereeRun(["run", Self.plan, "--out", scratch.path, "--dry-run"])
    #expect(outline.status == 0)
    #expect(outline.output.contains("sample: 27300 responses"))
    #expect(outline.output.contains("all files are there"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path))
  }
}
