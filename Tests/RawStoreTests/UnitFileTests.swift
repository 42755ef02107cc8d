import Foundation
import RawStore
import Testing

/// Units of shards and their merge: plan, disjointness, coverage, conflicts, repetition.
@Suite struct UnitFileTests {
  private final class Scratch {
    let path = NSTemporaryDirectory() + "referee-units-" + UUID().uuidString

    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
  }

  private static let origin = UnitFile.Origin(plan: "aa", limit: 5, tool: "test 1")
  private static let place = UnitFile.Place(stage: "sample", key: "0123456789abcdef")
  private static let names = (0..<40).map { "question \($0)" }

  private func shard(_ index: Int, _ count: Int = 3) throws -> Shard {
    try #require(Shard(index: index, count: count))
  }

  /// Writes the file of a shard; `units` and `values` change what it holds.
  private func write(
    _ scratch: Scratch, _ index: Int, of count: Int = 3, origin: UnitFile.Origin = origin,
    name: String? = nil, dropping: Int = 0, finishing: Bool = true,
    value: (String) -> String = { "{\"text\":\"\($0)\"}" },
    owns: ((Shard, String) -> Bool)? = nil
  ) throws -> String {
    let shard = try shard(index, count)
    let path = scratch.file(name ?? "\(index)-of-\(count).sqlite")
    let file = try UnitFile(path: path, origin: origin, shard: shard)
    try file.plan(Self.names, of: Self.place)
    let own = Self.names.filter { owns?(shard, $0) ?? shard.contains($0) }.dropLast(dropping)
    try file.add(own.map { ($0, Array(value($0).utf8)) }, to: Self.place)
    if finishing { try file.finish(Self.place) }
    try file.close()
    return path
  }

  private func merge(_ scratch: Scratch, _ paths: [String]) throws -> UnitFile.Merged {
    let sources = try paths.map { try UnitFile(reading: $0) }
    let target = try UnitFile(path: scratch.file("merged.sqlite"), origin: sources[0].origin)
    defer { try? target.close() }
    return try target.merge(sources)
  }

  @Test func `the union of shards does not depend on their number or order, and merging repeats`()
    throws
  {
    var contents: Set<String> = []
    for count in [1, 2, 3, 7] {
      let scratch = try Scratch()
      let paths = try (1...count).map { try write(scratch, $0, of: count) }
      let merged = try merge(scratch, paths.reversed())
      #expect(merged.total == Self.names.count)
      #expect(merged.added.reduce(0, +) == Self.names.count)
      contents.insert(merged.content)
      let bytes = FileManager.default.contents(atPath: scratch.file("merged.sqlite"))
      let again = try merge(scratch, paths)
      #expect(again.added.allSatisfy { $0 == 0 })
      #expect(again.content == merged.content)
      #expect(FileManager.default.contents(atPath: scratch.file("merged.sqlite")) == bytes)
      let file = try UnitFile(reading: scratch.file("merged.sqlite"))
      #expect(try file.units(of: Self.place) == Set(Self.names))
      #expect(
        try file.value(of: "question 7", in: Self.place) == Array(#"{"text":"question 7"}"#.utf8))
      #expect(try file.value(of: "question 40", in: Self.place) == nil)
    }
    #expect(contents.count == 1)
  }

  @Test func `missing shards and missing units are named, and nothing is merged`() throws {
    let scratch = try Scratch()
    let paths = [try write(scratch, 1), try write(scratch, 3)]
    let missing = try #require(throws: UnitFileError.self) { try merge(scratch, paths) }
    #expect("\(missing)".contains("sample (01234567): shard 2/3"))
    #expect("\(missing)".contains("of shard 2/3"))
    #expect(
      try UnitFile(reading: scratch.file("merged.sqlite")).units(of: Self.place).isEmpty)
    let torn = try write(scratch, 2, dropping: 1)
    let lost = try #require(Self.names.last { (try? shard(2).contains($0)) ?? false })
    let incomplete = try #require(throws: UnitFileError.self) {
      try merge(scratch, paths + [torn])
    }
    #expect("\(incomplete)".contains("1 units, first \(lost) of shard 2/3"))
    let unfinished = try write(scratch, 2, name: "unfinished.sqlite", finishing: false)
    #expect(throws: UnitFileError.self) { try merge(scratch, paths + [unfinished]) }
  }

  @Test func `a unit with two values is refused with both`() throws {
    let scratch = try Scratch()
    let paths = try (1...3).map { try write(scratch, $0) }
    let other = try write(
      scratch, 2, name: "other.sqlite", value: { "{\"text\":\"not \($0)\"}" })
    let error = try #require(throws: UnitFileError.self) { try merge(scratch, paths + [other]) }
    guard case .conflict(_, let path, let value, let otherPath, let otherValue) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(path == paths[1] && otherPath == other)
    #expect(value.hasPrefix(#"{"text":"question"#) && otherValue.hasPrefix(#"{"text":"not "#))
  }

  @Test func `a unit in the file of another shard is refused`() throws {
    let scratch = try Scratch()
    let paths = [
      try write(scratch, 1), try write(scratch, 2, owns: { _, _ in true }), try write(scratch, 3),
    ]
    let error = try #require(throws: UnitFileError.self) { try merge(scratch, paths) }
    guard case .wrongShard(let path, "2/3", _, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(path == paths[1])
  }

  @Test func `files of another plan, limit or version are refused`() throws {
    for origin in [
      UnitFile.Origin(plan: "bb", limit: 5, tool: "test 1"),
      UnitFile.Origin(plan: "aa", limit: nil, tool: "test 1"),
      UnitFile.Origin(plan: "aa", limit: 5, tool: "test 2"),
    ] {
      let scratch = try Scratch()
      let paths = [
        try write(scratch, 1), try write(scratch, 2, origin: origin), try write(scratch, 3),
      ]
      let error = try #require(throws: UnitFileError.self) { try merge(scratch, paths) }
      guard case .otherRun = error else {
        Issue.record("\(error)")
        return
      }
      #expect(throws: UnitFileError.self) {
        try UnitFile(path: paths[0], origin: origin, shard: shard(1))
      }
    }
    let scratch = try Scratch()
    let path = try write(scratch, 1)
    #expect(throws: UnitFileError.self) {
      try UnitFile(path: path, origin: Self.origin, shard: shard(2))
    }
  }

  @Test func `files that hold no units are refused, and changed bytes are found`() throws {
    let scratch = try Scratch()
    #expect(throws: UnitFileError.missing(path: scratch.file("none"))) {
      try UnitFile(reading: scratch.file("none"))
    }
    try Data("no database".utf8).write(to: URL(fileURLWithPath: scratch.file("text")))
    #expect(throws: UnitFileError.self) { try UnitFile(reading: scratch.file("text")) }
    #expect(!UnitFile.isUnitFile(scratch.file("text")))
    let rows = scratch.file("rows.sqlite")
    try RawStore(path: rows, access: .readWrite).close()
    #expect(!UnitFile.isUnitFile(rows))
    #expect(throws: UnitFileError.self) { try UnitFile(reading: rows) }

    let path = try write(scratch, 1, of: 1)
    #expect(UnitFile.isUnitFile(path))
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = try #require(bytes.range(of: Data(#"{"text":"question 7"}"#.utf8)))
    bytes[place.upperBound - 3] = UInt8(ascii: "8")
    try bytes.write(to: URL(fileURLWithPath: path))
    let error = try #require(throws: UnitFileError.self) { try merge(scratch, [path]) }
    guard case .damaged = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: ["", "0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3", "1/100001"])
  func `a shard that is none is refused`(text: String) {
    #expect(Shard(parsing: text) == nil)
  }
}
