import RawStore
import Study

extension StudyLock {
  /// How many rows of a store were made by runs that began before the lock.
  ///
  /// A row is as old as the run that its file lies with: the innermost folder with a provenance
  /// sidecar above it, and there the run that began first. Files without one have no known age. A
  /// sidecar is no row. Times that the store itself noted are of imports, not of rows, and stay out.
  func timing(of table: RawTable) -> RowTiming {
    var began: [String: UTCTime] = [:]
    for run in table.runs {
      guard let time = run.startedAt.flatMap(UTCTime.init) else { continue }
      let folder = Self.folder(of: run.path)
      began[folder] = began[folder].map { min($0, time) } ?? time
    }
    let sidecars = Set(table.runs.map(\.path))
    let files = table.sources.filter { !sidecars.contains($0.path) }
    let times = files.lazy.flatMap { file in
      repeatElement(Self.time(of: file.path, began), count: file.acceptedCount)
    }
    return timing(ofRows: times)
  }

  private static func time(of path: String, _ began: [String: UTCTime]) -> UTCTime? {
    var folder = folder(of: path)
    while true {
      if let time = began[folder] { return time }
      if folder.isEmpty { return nil }
      folder = Self.folder(of: folder)
    }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}
