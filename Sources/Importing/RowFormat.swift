internal import CanonicalJSON

/// One file format: how it is recognised and how it becomes rows.
protocol RowFormat {
  /// The name in reports and in the store, for example `dose-jsonl`.
  static var name: String { get }

  /// Whether a file is of this format; the first one in the registry's order that says so reads it.
  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool

  /// Everything outside the file's bytes that decides its rows, so that the same bytes with the
  /// same parameters need not be read twice.
  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue

  /// Writes the rows; lines that are none are rejected or skipped in the sink.
  /// - Throws: ``ImportError`` when the whole file cannot be used, and errors of the store.
  static func read(_ file: ProbedFile, into sink: inout RowSink) throws
}

/// The formats in the order in which they are asked.
enum RowFormats {
  static var all: [any RowFormat.Type] {
    [
      ProvenanceSidecar.self, DoseRows.self, ConsistencySamples.self, AnswerTokens.self,
      ClassifierSummary.self, StructureSummary.self, IDList.self, LMEvalSamples.self,
      LMEvalResults.self, InspectLog.self, CSVOutcomes.self,
    ]
  }
}
