import CanonicalJSON
import Foundation
import Report

/// The folder of a report: what `render` wrote there before, and what is there now.
struct ReportFolder {
  let path: String

  init(_ path: String) {
    self.path = path
  }

  /// Tables that an earlier `render` wrote, by its `run.json`. Files of others are not among them,
  /// and a path that leaves `data/` is not believed.
  var writtenTables: [String] {
    guard let bytes = try? FileAccess.read(path + "/run.json"),
      let run = try? JSONValue(parsing: bytes)
    else { return [] }
    return (run["files"]?.arrayValue ?? []).compactMap(\.stringValue).filter(Self.isTable)
  }

  /// All tables of the folder, sorted.
  var tables: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: path + "/data")
    return (names ?? []).sorted().map { "data/" + $0 }.filter(Self.isTable)
  }

  /// Writes every file of the report, then removes tables of the report that was here before and
  /// has other ones: beside the new page they would pass for its sources.
  ///
  /// - Returns: the tables that were removed.
  /// - Throws: ``FileAccessError``.
  func write(_ bundle: ReportBundle) throws -> [String] {
    let before = writtenTables
    for file in bundle.files { try FileAccess.write(file.bytes, to: path + "/" + file.path) }
    let kept = Set(bundle.files.map(\.path))
    return before.filter { table in
      !kept.contains(table) && unlink(path + "/" + table) == 0
    }
  }

  private static func isTable(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0] == "data" && parts[1].hasSuffix(".csv")
  }
}
