import CanonicalJSON
import Compute
import Foundation
import Testing

/// One file of reference values: `{function, default_tol, cases[{id, input, expected, tol?}]}`.
struct OracleFile: Sendable, CustomTestStringConvertible {
  struct Case: Sendable {
    let id: String
    let input: JSONValue
    let expected: [String: JSONValue]
    let absolute: Double
    let relative: Double
  }

  let name: String
  let function: String
  let cases: [Case]

  var testDescription: String { name }

  /// The files of the families that the registry knows, from both folders.
  static let all: [OracleFile] = {
    let known = Set(ComputeRegistry.all.map(\.name))
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "StatisticsTests/Oracles")
    let paths = [folder, folder.appending(path: "extra")].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".json") }.sorted().map { folder.appending(path: $0) }
    }
    return paths.compactMap { path in
      let name = path.deletingPathExtension().lastPathComponent
      guard let file = (try? Data(contentsOf: path)).flatMap({ OracleFile(name: name, bytes: $0) })
      else { return nil }
      return known.contains(file.function) ? file : nil
    }
  }()

  private init?(name: String, bytes: Data) {
    guard let file = try? JSONValue(parsing: bytes),
      let cases = file["cases"]?.arrayValue
    else { return nil }
    self.name = name
    function = file["function"]?.stringValue ?? name
    let absolute = file["default_tol"]?["abs"]?.doubleValue ?? 0
    let relative = file["default_tol"]?["rel"]?.doubleValue ?? 0
    self.cases = cases.compactMap { value in
      guard let input = value["input"], let expected = value["expected"]?.objectValue else {
        return nil
      }
      return Case(
        id: value["id"]?.stringValue ?? "?", input: input, expected: expected,
        absolute: value["tol"]?["abs"]?.doubleValue ?? absolute,
        relative: value["tol"]?["rel"]?.doubleValue ?? relative)
    }
  }
}
