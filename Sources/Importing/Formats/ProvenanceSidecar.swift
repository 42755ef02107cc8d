internal import CanonicalJSON
internal import RawStore

/// What a run wrote about itself beside its rows: `*.provenance.<time>.json`,
/// `run_provenance/v1`.
enum ProvenanceSidecar: RowFormat {
  static let name = "run-provenance"

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    guard let document = file.document else { return false }
    return document["schema_version"]?.stringValue?.hasPrefix("run_provenance/") == true
      || (file.file.name.contains(".provenance.") && document["status"] != nil)
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue { [:] }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    guard let document = file.document else { return }
    let status = document["status"]?.stringValue ?? "unknown"
    try sink.row(1) { writer in
      try writer.addRun(
        status: status, startedAt: document["started_at_utc"]?.stringValue,
        completedAt: document["completed_at_utc"]?.stringValue,
        document: try document.canonicalText())
    }
    if status != "completed" {
      sink.note(
        nil, "the run beside these rows is \(status), not completed: rows may be missing or mixed")
    }
    if document["git_dirty"]?.boolValue == true {
      sink.note(nil, "the run's code had changes that are not in its commit")
    }
  }
}
