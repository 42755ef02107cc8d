import CanonicalJSON
import Foundation
import Testing

/// The first case of every reference file through the binary; the numbers themselves are compared
/// in `ComputeTests`.
@Suite struct ComputeBinaryTests {
  static let fixtures: [String] = {
    let folder = Repository.root.appending(path: "Tests/StatisticsTests/Oracles").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
  }()

  @Test func `first cases run and print the expected keys`() throws {
    let listing = try RefereeRun("compute", "--list", "--json").document()
    let known = Set(
      (listing["functions"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue })
    #expect(known.count >= 37)
    var used = 0
    for path in Self.fixtures {
      let file = try JSONValue(parsing: Data(contentsOf: URL(filePath: path)))
      let name =
        file["function"]?.stringValue
        ?? URL(filePath: path).deletingPathExtension()
        .lastPathComponent
      guard known.contains(name), let oracle = file["cases"]?.arrayValue?.first,
        let input = oracle["input"], let expected = oracle["expected"]?.objectValue
      else { continue }
      used += 1
      let run = try RefereeRun(["compute", name], input: try input.canonicalText())
      #expect(run.status == 0, "\(name): \(run.errors)")
      let output = try run.document()
      #expect(try output.prettyText() == run.output, "\(name)")
      for (key, value) in expected.sorted(by: { $0.key < $1.key }) {
        #expect(output[key] != nil, "\(name): \(key) is missing")
        if let target = value.doubleValue, let found = output[key]?.doubleValue {
          #expect(abs(found - target) <= 1e-3 * max(1, abs(target)), "\(name): \(key)")
        }
      }
    }
    #expect(used >= 37)
  }

  @Test func `a file and standard input give the same bytes`() throws {
    let folder = try TemporaryFolder()
    let text = #"{"x": 31, "n": 40}"#
    let file = try folder.write(text, to: "input.json")
    let piped = try RefereeRun("compute", "wilson", input: text)
    #expect(try RefereeRun("compute", "wilson", file.path).output == piped.output)
    #expect(try piped.document()["estimate"]?.doubleValue == 0.775)
  }
}
