import Foundation
import Provenance
import RawStore

/// A folder of its own for one test.
final class StoreScratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "referee-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String = "store.sqlite") -> String { folder.appending(path: name).path }

  func open(_ name: String = "store.sqlite") throws -> RawStore {
    try RawStore(path: path(name), access: .readWrite)
  }

  static func source(_ path: String, study: String = "study") -> SourceFile {
    SourceFile(
      study: study, path: path, sha256: SHA256Digest(of: path), sizeBytes: path.utf8.count,
      format: "test", parameters: "{}")
  }
}

/// One outcome row as a test writes it.
struct TestRow: Hashable {
  var set = "h-neurons"
  var isControl = false
  var item: String
  var dose: Double? = 1
  var replicate = 0
  var outcome: Outcome = .scored(true)
  var response: String?

  var arm: Arm {
    Arm(
      benchmark: "faith", configuration: "default", neuronSet: set, isControl: isControl,
      endpoint: "compliance", judge: "rule")
  }
}

extension RawStore {
  /// Writes rows of one source in one transaction.
  @discardableResult
  func add(
    _ rows: [TestRow], from path: String = "rows.jsonl", study: String = "study"
  ) throws -> (result: WriteResult, conflicts: [RowConflict]) {
    var conflicts: [RowConflict] = []
    let result = try write(stage: "import", tool: "test") { writer in
      guard try writer.begin(StoreScratch.source(path, study: study)) else { return true }
      for (index, row) in rows.enumerated() {
        try writer.addOutcome(
          series: try writer.series(row.arm, dose: row.dose, replicate: row.replicate),
          item: try writer.item(row.item), code: try writer.code(row.outcome),
          response: try row.response.map { try writer.response($0) }, line: index + 1)
      }
      try writer.finish(acceptedCount: rows.count, skippedCount: 0, rejectedCount: 0)
      conflicts = writer.conflicts
      return true
    }
    return (result, conflicts)
  }
}
