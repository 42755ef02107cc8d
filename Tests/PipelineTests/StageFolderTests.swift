import CanonicalJSON
import Foundation
import Pipeline
import Testing

@Suite struct `The folder of a stage` {
  private final class Scratch {
    let path = NSTemporaryDirectory() + "referee-stage-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func folder(
    _ scratch: Scratch, parameters: JSONValue = ["a": 1], shard: Shard = .whole
  ) throws -> StageFolder {
    try StageFolder(
      stage: .sample, in: scratch.path, parameters: parameters, inputs: ["questions": "abc"],
      shard: shard)
  }

  @Test func `another parameter is another folder`() throws {
    let scratch = Scratch()
    let (first, second) = (try folder(scratch), try folder(scratch, parameters: ["a": 2]))
    #expect(first.path != second.path)
    #expect(try folder(scratch).key == first.key)
  }

  @Test func `units survive, a torn line is repeated, rows are sealed`() throws {
    let scratch = Scratch()
    let first = try folder(scratch)
    try first.append([("one", 1), ("two", ["x": "y"])])
    let handle = try #require(FileHandle(forWritingAtPath: first.path + "/units.jsonl"))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"unit\":\"thr".utf8))
    try handle.close()
    let second = try folder(scratch)
    #expect(try second.finishedUnits() == ["one": 1, "two": ["x": "y"]])
    try second.append([("three", 3)])
    #expect(try folder(scratch).finishedUnits().keys.sorted() == ["one", "three", "two"])
    #expect(try second.sealedRows() == nil)
    let digest = try second.seal([1, 2, 3])
    let third = try folder(scratch)
    #expect(try third.sealedRows() == [1, 2, 3])
    #expect(third.sealedDigest() == digest)
  }

  @Test func `a row that was changed after the seal is found`() throws {
    let scratch = Scratch()
    let stage = try folder(scratch)
    try stage.seal([1, 2, 3])
    try Data("1\n2\n4\n".utf8).write(to: URL(fileURLWithPath: stage.path + "/rows.jsonl"))
    #expect(throws: PipelineError.self) { try stage.sealedRows() }
  }

  @Test(arguments: [2, 3, 7])
  func `shards part the units, and their union is the whole`(count: Int) throws {
    let units = (0..<500).map { "unit-\($0)" }
    let shards = try (1...count).map { try Shard("\($0)/\(count)") }
    for unit in units { #expect(shards.count { $0.contains(unit) } == 1) }
    let scratch = Scratch()
    for shard in shards {
      let stage = try folder(scratch, shard: shard)
      try stage.append(units.filter(shard.contains).map { ($0, .string($0)) })
    }
    #expect(try folder(scratch).finishedUnits().count == units.count)
  }

  @Test(arguments: ["", "0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3"])
  func `a shard that is none is refused`(text: String) {
    #expect(throws: PipelineError.badShard(text)) { try Shard(text) }
  }
}
