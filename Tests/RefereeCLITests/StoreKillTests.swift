import CanonicalJSON
import Foundation
import Testing

/// Work that is killed at any moment leaves the store as it was or with all of it, and no half file.
///
/// 10 kills of an import, 4 of an audit and 6 of a rendering in every run; 120, 40 and 80 with
/// `REFEREE_SLOW=1`.
@Suite(.serialized) struct StoreKillTests {
  private static let isSlow = ProcessInfo.processInfo.environment["REFEREE_SLOW"] == "1"

  private static func csv(_ set: String, rows: Int) -> String {
    var text = "item,dose,neuron_set,outcome,response\n"
    for row in 0..<rows {
      text += "q\(row * 7919 % rows),\(row % 4),\(set),\(row * 31 % 3 == 0),text \(row % 50)\n"
    }
    return text
  }

  @Test func `a killed import leaves all or nothing`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "referee-kill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    let first = path("first.csv")
    let second = path("second.csv")
    try Data(Self.csv("one", rows: 300).utf8).write(to: URL(fileURLWithPath: first))
    try Data(Self.csv("two", rows: Self.isSlow ? 30_000 : 10_000).utf8).write(
      to: URL(fileURLWithPath: second))
    func importing(_ file: String, _ store: String) -> [String] {
      ["import", file, "--store", store, "--study", "kill", "--benchmark", "b"]
    }
    func content(_ store: String) throws -> String {
      let run = try RefereeRun(["store", "info", store, "--json"])
      #expect(run.status == 0, "\(run.errors)")
      return try #require(run.document()["content"]?.stringValue)
    }
    let base = path("base.sqlite")
    #expect(try RefereeRun(importing(first, base)).status == 0)
    let before = try content(base)
    let whole = path("whole.sqlite")
    try FileManager.default.copyItem(atPath: base, toPath: whole)
    let start = ContinuousClock.now
    #expect(try RefereeRun(importing(second, whole)).status == 0)
    let duration = ContinuousClock.now - start
    let after = try content(whole)
    #expect(before != after)

    let rounds = Self.isSlow ? 120 : 10
    var outcomes: [String: Int] = [:]
    for round in 0..<rounds {
      let store = path("store \(round).sqlite")
      try FileManager.default.copyItem(atPath: base, toPath: store)
      let process = try RefereeRun.process(importing(second, store))
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      // Spread over the whole import and a little beyond: the moment is what varies, not the test.
      let share = (Double(round) + 0.5) / Double(rounds) * 1.1
      Thread.sleep(forTimeInterval: share * duration.seconds)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let found = try content(store)
      #expect(found == before || found == after, "round \(round)")
      outcomes[found, default: 0] += 1
      // The work is taken up again and ends where it would have ended.
      #expect(try RefereeRun(importing(second, store)).status == 0)
      #expect(try content(store) == after)
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: store + suffix)
      }
    }
    #expect(outcomes[before, default: 0] > 0)
  }

  /// The files below a folder with their bytes, `run.json` and its times left out.
  private static func files(below folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where name != "run.json" {
      var isFolder: ObjCBool = false
      let path = folder + "/" + name
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
    }
    return files
  }

  /// Runs `arguments` and kills it after `share` of the time that a whole run takes.
  /// - Returns: whether the kill came before the end.
  private static func isKilled(
    _ arguments: [String], after share: Double, of duration: Duration
  ) throws -> Bool {
    let process = try RefereeRun.process(arguments)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: share * duration.seconds)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  @Test func `a killed audit or rendering changes no row and leaves no half file`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "referee-kill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    let rows = path("rows.csv")
    try Data(Self.csv("one", rows: 400).utf8).write(to: URL(fileURLWithPath: rows))
    let store = path("store.sqlite")
    #expect(try RefereeRun(["import", rows, "--store", store, "--study", "kill"]).status == 0)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: store))
    // Each command by its own whole runs; the shorter of two, so that a disturbed one does not put
    // the later kills after the end.
    func duration(_ arguments: [String]) throws -> Duration {
      try (0..<2).map { _ in
        let start = ContinuousClock.now
        let status = try RefereeRun(arguments).status
        #expect(status == 0)
        return ContinuousClock.now - start
      }.min() ?? .zero
    }
    let rendering = try duration(["render", store, "--out", path("whole")])
    let audit = try duration(["audit", store])
    let whole = try Self.files(below: path("whole"))
    #expect(whole.count > 5)

    func share(_ round: Int, of rounds: Int) -> Double {
      (Double(round) + 0.5) / Double(rounds) * 1.1
    }
    var killed = 0
    let audits = Self.isSlow ? 40 : 4
    for round in 0..<audits {
      killed +=
        try Self.isKilled(["audit", store], after: share(round, of: audits), of: audit) ? 1 : 0
      #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == bytes, "audit \(round)")
    }
    let rounds = Self.isSlow ? 80 : 6
    for round in 0..<rounds {
      let out = path("report \(round)")
      let arguments = ["render", store, "--out", out]
      killed += try Self.isKilled(arguments, after: share(round, of: rounds), of: rendering) ? 1 : 0
      #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == bytes, "rendering \(round)")
      if FileManager.default.fileExists(atPath: out) {
        for (name, content) in try Self.files(below: out) where !name.hasSuffix(".part") {
          #expect(content == whole[name], "rendering \(round): \(name)")
        }
      }
      // Rendered again over what is there: the whole report, and nothing that the kill left.
      if !Self.isSlow || round % 8 == 0 {
        #expect(try RefereeRun(arguments).status == 0)
        #expect(try Self.files(below: out) == whole, "rendering \(round)")
      }
      try? FileManager.default.removeItem(atPath: out)
    }
    #expect(killed > rounds / 2)
    #expect(try RefereeRun(["store", "info", store]).status == 0)
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
