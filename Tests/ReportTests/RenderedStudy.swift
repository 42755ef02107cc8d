import Audit
import Foundation
import Report
import Study
import Testing

/// Reports that several suites look at, made once.
enum RenderedStudy {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let folder = root.appending(path: "data/published/moe-h-neurons").path

  /// The audit of the bundled published study and its files.
  static let published = Result {
    let result = AuditEngine.audit(try PublishedStudy.load(folder: folder))
    return (result, try bundle(result))
  }

  static func bundle(_ result: AuditResult) throws -> ReportBundle {
    try ReportBundle(result, generator: "referee test", software: [("Cairo", "test")])
  }

  static func html(_ bundle: ReportBundle) throws -> String {
    String(decoding: try file("report.html", bundle), as: UTF8.self)
  }

  static func file(_ path: String, _ bundle: ReportBundle) throws -> [UInt8] {
    try #require(bundle.files.first { $0.path == path }).bytes
  }

  /// Writes bytes to a private temporary file for a tool of the system to look at.
  static func withFile<Value>(_ bytes: [UInt8], _ body: (String) throws -> Value) throws -> Value {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "referee-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }

  /// Standard output and exit code of a system tool.
  static func run(_ tool: String, _ arguments: [String]) throws -> (output: String, code: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
  }
}
