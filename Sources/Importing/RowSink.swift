internal import CanonicalJSON
internal import Provenance
internal import RawStore

/// Where an importer puts the rows of one file, and what it says about its lines.
struct RowSink {
  let writer: RowWriter
  let options: ImportOptions
  private(set) var result: ImportReport.File

  init(writer: RowWriter, options: ImportOptions, result: ImportReport.File) {
    self.writer = writer
    self.options = options
    self.result = result
  }

  mutating func accept() { result.acceptedCount += 1 }

  /// A line without a row.
  mutating func skip(_ line: Int?, _ reason: String) {
    result.skippedCount += 1
    result.add(ImportReport.Remark(kind: .skipped, line: line, reason: reason))
  }

  /// A blank line: counted, not worth a remark.
  mutating func skipBlank() { result.skippedCount += 1 }

  mutating func reject(_ line: Int?, _ reason: String) {
    result.rejectedCount += 1
    result.add(ImportReport.Remark(kind: .rejected, line: line, reason: reason))
  }

  mutating func note(_ line: Int?, _ reason: String) {
    result.add(ImportReport.Remark(kind: .note, line: line, reason: reason))
  }

  /// Runs `body` for a line that gives rows; a refusal of the store rejects the line.
  mutating func row(_ line: Int, _ body: (RowWriter) throws -> Void) throws {
    do {
      try body(writer)
      accept()
    } catch StoreError.invalidRow(let reason) {
      reject(line, reason)
    } catch let refusal as LineRefusal {
      reject(line, refusal.reason)
    }
  }
}

/// Why a line is no row.
struct LineRefusal: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
