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

  /// Tables of the report that was here before and has other ones.
  struct Leftovers {
    var removed: [String] = []
    /// Those that could not be removed, and why; `run.json` has to list them still, so that the next
    /// `render` tries again.
    var stuck: [(table: String, reason: FileAccessError)] = []
  }

  /// Writes every file of the report, then removes tables of the report that was here before and
  /// has other ones: beside the new page they would pass for its sources.
  ///
  /// - Throws: ``FileAccessError`` when a file cannot be written.
  func write(_ bundle: ReportBundle) throws -> Leftovers {
    let before = writtenTables
    for file in bundle.files { try FileAccess.write(file.bytes, to: path + "/" + file.path) }
    let kept = Set(bundle.files.map(\.path))
    var leftovers = Leftovers()
    for table in before where !kept.contains(table) && FileAccess.exists(path + "/" + table) {
      do throws(FileAccessError) {
        try FileAccess.remove(path + "/" + table)
        leftovers.removed.append(table)
      } catch {
        leftovers.stuck.append((table, error))
      }
    }
    return leftovers
  }

  private static func isTable(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0] == "data" && parts[1].hasSuffix(".csv")
  }
}
