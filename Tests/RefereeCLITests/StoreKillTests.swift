import CanonicalJSON
import Foundation
import Testing

/// An import that is killed at any moment leaves the store as it was or with all of it.
///
/// 10 kills in every run, 240 with `REFEREE_SLOW=1`.
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

    let rounds = Self.isSlow ? 240 : 10
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
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
