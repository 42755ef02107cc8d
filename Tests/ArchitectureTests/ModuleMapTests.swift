import Foundation
import Testing

/// The module map of `docs/architecture.md` and the real package must be the same.
@Suite struct ModuleMapTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Rows of the table, target → imports.
  private static func documented() throws -> [String: Set<String>] {
    let page = try String(
      contentsOf: root.appending(path: "docs/architecture.md"), encoding: .utf8)
    var edges: [String: Set<String>] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("| `") {
      let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let imports =
        fields[1] == "–" ? [] : fields[1].split(separator: ", ").map(String.init)
      for name in fields[0].split(separator: ", ") {
        edges[name.trimmingCharacters(in: ["`"])] = Set(imports)
      }
    }
    return edges
  }

  /// What the package manager sees, without test targets.
  private static func actual() throws -> [String: Set<String>] {
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "referee-module-map-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "swift", "package", "--package-path", root.path, "--scratch-path", scratch.path,
      "dump-package",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let package = try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: Any],
      "swift package dump-package printed no JSON")
    var edges: [String: Set<String>] = [:]
    for target in try #require(package["targets"] as? [[String: Any]]) {
      let name = try #require(target["name"] as? String)
      let folder = target["path"] as? String ?? ""
      if target["type"] as? String == "test" || folder.hasPrefix("Tests/") { continue }
      let dependencies = try #require(target["dependencies"] as? [[String: Any]])
      edges[name] = Set(
        dependencies.compactMap { dependency in
          (dependency.values.first as? [Any])?.first as? String
        })
    }
    return edges
  }

  @Test func `the documented module map is the real one`() throws {
    let documented = try Self.documented()
    let actual = try Self.actual()
    #expect(documented.keys.sorted() == actual.keys.sorted())
    for (target, imports) in actual {
      #expect(documented[target] == imports, "imports of \(target)")
    }
  }

  @Test func `dependencies go one way`() throws {
    let edges = try Self.actual()
    var done: Set<String> = []
    func visit(_ target: String, _ path: [String]) {
      if done.contains(target) { return }
      #expect(!path.contains(target), "cycle: \((path + [target]).joined(separator: " → "))")
      if path.contains(target) { return }
      for next in (edges[target] ?? []).sorted() { visit(next, path + [target]) }
      done.insert(target)
    }
    for target in edges.keys.sorted() { visit(target, []) }
  }

  @Test func `every target has its folder and every folder its target`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appending(path: "Sources").path)
    #expect(Set(folders.filter { !$0.hasPrefix(".") }) == Set(try Self.actual().keys))
  }

  @Test func `no source crashes on data`() throws {
    let forbidden = ["try!", "fatalError(", "as! ", "TODO", "FIXME"]
    let sources = try #require(
      FileManager.default.enumerator(
        at: Self.root.appending(path: "Sources"), includingPropertiesForKeys: nil))
    for case let url as URL in sources where url.pathExtension == "swift" {
      let text = try String(contentsOf: url, encoding: .utf8)
      for word in forbidden {
        #expect(!text.contains(word), "\(word) in \(url.lastPathComponent)")
      }
    }
  }
}
