import CanonicalJSON
import Foundation
import Pipeline
import RawStore
import Testing

@Suite struct `The folder of a stage` {
  private final class Scratch {
    let path = NSTemporaryDirectory() + "referee-stage-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func folder(
    _ scratch: Scratch, parameters: JSONValue = ["a": 1], units: UnitFile? = nil
  ) throws -> StageFolder {
    try StageFolder(
      stage: .sample, in: scratch.path, parameters: parameters, inputs: ["questions": "abc"],
      units: units)
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
    try FileManager.default.createDirectory(
      atPath: scratch.path, withIntermediateDirectories: true)
    let origin = UnitFile.Origin(plan: "p", limit: nil, tool: "t")
    var files: [UnitFile] = []
    for shard in shards {
      let file = try UnitFile(
        path: "\(scratch.path)/\(shard.index).sqlite", origin: origin, shard: shard)
      let stage = try folder(scratch, units: file)
      try stage.plan(units)
      try stage.append(units.filter(shard.contains).map { ($0, .string($0)) })
      try stage.finish()
      files.append(file)
    }
    // Shards write nothing where the whole run works.
    #expect(!FileManager.default.fileExists(atPath: try folder(scratch, units: files[0]).path))
    let merged = try UnitFile(path: scratch.path + "/merged.sqlite", origin: origin)
    _ = try merged.merge(files)
    let whole = try folder(scratch, units: merged)
    #expect(
      try whole.finishedUnits() == Dictionary(uniqueKeysWithValues: units.map { ($0, .string($0)) })
    )
    // What was merged and what this run adds stand side by side.
    try whole.append([("one more", 1)])
    #expect(try folder(scratch, units: merged).finishedUnits().count == units.count + 1)
  }

  @Test(arguments: ["", "0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3"])
  func `a shard that is none is refused`(text: String) {
    #expect(throws: PipelineError.badShard(text)) { try Shard(text) }
  }
}
