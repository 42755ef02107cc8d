internal import CanonicalJSON
internal import RawStore

/// lm-evaluation-harness `results_<time>.json`: what the run was, and the hashes of its tasks.
enum LMEvalResults: RowFormat {
  static let name = "lm-eval-results"

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    guard let document = file.document else { return false }
    return document["results"]?.objectValue != nil && document["versions"]?.objectValue != nil
      && document["configs"]?.objectValue != nil
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue { [:] }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    guard let document = file.document else { return }
    try sink.row(1) { writer in
      try writer.addRun(
        status: "completed", startedAt: nil, completedAt: nil,
        document: try document.canonicalText())
    }
    let hasHashes = document["task_hashes"]?.objectValue?.isEmpty == false
    if !hasHashes { sink.note(nil, "the run logged no samples: it states no task hashes") }
  }
}
