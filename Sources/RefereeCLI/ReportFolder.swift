import CanonicalJSON
import Foundation
import Report

/// The folder of a report: what `render` wrote there before, and what is there now.
struct ReportFolder {
  /// Schema of the `run.json` of a report.
  static let runSchema = "referee/run/v1"

  let path: String

  init(_ path: String) {
    self.path = path
  }

  /// Tables that an earlier `render` wrote, by its `run.json`. Files of others are not among them,
  /// a path that leaves `data/` is not believed, and a folder of runs is none of reports.
  var writtenTables: [String] {
    guard let bytes = try? FileAccess.read(path + "/run.json"),
      let run = try? JSONValue(parsing: bytes), run["schema"]?.stringValue == Self.runSchema
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
  /// - Throws: ``FileAccessError``; `run.json` still lists what could not be removed, so that the
  ///   next `render` tries again.
  func write(_ bundle: ReportBundle) throws -> [String] {
    let before = writtenTables
    for file in bundle.files { try FileAccess.write(file.bytes, to: path + "/" + file.path) }
    let kept = Set(bundle.files.map(\.path))
    let stale = before.filter { !kept.contains($0) && FileAccess.exists(path + "/" + $0) }
    for table in stale { try FileAccess.remove(path + "/" + table) }
    return stale
  }

  private static func isTable(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0] == "data" && parts[1].hasSuffix(".csv")
  }
}
