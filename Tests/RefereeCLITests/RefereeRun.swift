import CanonicalJSON
import Foundation

/// One run of the built `referee`, as a user would start it.
struct RefereeRun: Sendable {
  let status: Int32
  let output: String
  let errors: String

  /// - Parameters:
  ///   - input: what standard input holds.
  ///   - environment: added to a minimal environment without colours and of fixed width.
  init(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws {
    try self.init(arguments, input: input, environment: environment)
  }

  init(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws {
    // Files instead of pipes: nothing can fill up while the other stream is read.
    let folder = try TemporaryFolder()
    let source = try folder.write(input, to: "stdin")
    let (output, errors) = (try folder.write("", to: "stdout"), try folder.write("", to: "stderr"))
    let process = Process()
    process.executableURL = try Self.binary()
    process.arguments = arguments
    process.currentDirectoryURL = Repository.root
    process.environment = ["NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80", "LANG": "C"]
      .merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: source)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -1
    self.output = try String(contentsOf: output, encoding: .utf8)
    self.errors = try String(contentsOf: errors, encoding: .utf8)
  }

  /// A run that the caller starts, watches and ends.
  static func process(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = try binary()
    process.arguments = arguments
    process.currentDirectoryURL = Repository.root
    return process
  }

  /// The one document on standard output.
  func document() throws -> JSONValue { try JSONValue(parsing: output) }

  struct NoBinary: Error, CustomStringConvertible {
    let folders: [String]
    var description: String { "no built referee in \(folders.joined(separator: ", "))" }
  }

  /// The product lies beside the test bundle, in debug and in release.
  private static func binary() throws -> URL {
    let running = [
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      CommandLine.arguments.first, Bundle.main.executablePath,
    ].compactMap { $0 }.map { URL(filePath: $0).deletingLastPathComponent() }
    let bundles = CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
      .map { URL(filePath: $0).deletingLastPathComponent() }
    let folders = bundles + running + [Bundle.main.bundleURL]
    for folder in folders {
      let file = folder.appending(path: "referee")
      if FileManager.default.isExecutableFile(atPath: file.path) { return file }
    }
    throw NoBinary(folders: folders.map(\.path))
  }
}

/// Files of the repository that tests read.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let study = root.appending(path: "data/published/moe-h-neurons").path
}

/// A folder that is gone when the test ends.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "referee-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var path: String { url.path }

  @discardableResult
  func write(_ text: String, to name: String) throws -> URL {
    let file = url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file
  }
}

/// A copy of the bundled study in which one file is changed.
final class ChangedStudy {
  private let folder: TemporaryFolder

  var path: String { folder.path }

  init(_ file: String, _ change: (String) -> String) throws {
    folder = try TemporaryFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: Repository.study) {
      let text = try String(
        contentsOf: URL(filePath: Repository.study).appending(path: name), encoding: .utf8)
      try folder.write(name == file ? change(text) : text, to: name)
    }
  }
}
