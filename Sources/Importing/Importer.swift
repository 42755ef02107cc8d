internal import CanonicalJSON
internal import Foundation
internal import Provenance
public import RawStore

/// Turns other tools' files into rows of a raw store.
public enum Importer {
  /// Imports files and folders in one transaction: all rows and their ledger record, or nothing.
  ///
  /// A file that was imported before is passed over, so that importing twice changes nothing. Rows
  /// that contradict each other stop the import and are shown side by side.
  /// - Parameters:
  ///   - tool: name and version for the ledger.
  ///   - host, time: kept outside every hash.
  ///   - progress: called after each file with the number of files done.
  /// - Throws: ``ImportError`` and ``StoreError``; what is wrong with single lines and files is in
  ///   the report.
  public static func run(
    paths: [String], into store: RawStore, options: ImportOptions, tool: String, host: String = "",
    at time: String = "", progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> ImportReport {
    let walk = try FolderWalk(paths)
    var report = ImportReport()
    report.study = try studyName(paths: paths, store: store, options: options)
    for entry in walk.passedOver {
      var file = ImportReport.File(path: entry.path)
      file.state = .unrecognised
      file.add(ImportReport.Remark(kind: .skipped, line: nil, reason: entry.reason))
      report.files.append(file)
    }
    let result = try store.write(stage: "import", tool: tool, host: host, at: time) { writer in
      writer.keepsText = options.keepsText
      for (index, file) in walk.files.enumerated() {
        report.files.append(
          try importFile(file, study: report.study, writer: writer, options: options))
        progress(index + 1, walk.files.count)
      }
      try writer.flush()
      report.conflicts = writer.conflicts
      report.conflictCount = writer.conflictCount
      let isRefused = options.isStrict && (report.rejectedCount > 0 || report.unusableCount > 0)
      report.isCommitted = report.conflictCount == 0 && !isRefused
      return report.isCommitted
    }
    report.files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    report.hasChanges = result.hasChanges
    report.contentHash = try result.contentHash ?? store.lastContentHash() ?? ""
    return report
  }

  /// The study that rows belong to when the user names none.
  private static func studyName(
    paths: [String], store: RawStore, options: ImportOptions
  ) throws -> String {
    if let study = options.study { return study }
    let known = try store.studies()
    if known.count == 1, let only = known.first { return only }
    guard let first = paths.first else { return "study" }
    var url = URL(fileURLWithPath: first).standardizedFileURL.resolvingSymlinksInPath()
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: first, isDirectory: &isFolder)
    if !isFolder.boolValue { url.deleteLastPathComponent() }
    let name = url.lastPathComponent
    return name.isEmpty || name == "/" ? "study" : name
  }

  private static func importFile(
    _ file: InputFile, study: String, writer: RowWriter, options: ImportOptions
  ) throws -> ImportReport.File {
    var result = ImportReport.File(path: file.path)
    func fail(_ reason: String, line: Int?) -> ImportReport.File {
      result.state = .failed
      result.rejectedCount += 1
      result.add(ImportReport.Remark(kind: .rejected, line: line, reason: reason))
      return result
    }
    do {
      let probed = try ProbedFile(file)
      guard let format = RowFormats.all.first(where: { $0.detects(probed, options: options) })
      else {
        if let problem = probed.problem {
          return fail("column \(problem.column): \(problem.message)", line: problem.line)
        }
        result.state = .unrecognised
        return result
      }
      result.format = format.name
      let (digest, size) = try file.digest()
      result.sha256 = digest.hexadecimal
      result.sizeBytes = size
      let source = SourceFile(
        study: study, path: file.path, sha256: digest, sizeBytes: size, format: format.name,
        parameters: try format.parameters(probed, options: options).canonicalText())
      guard try writer.begin(source) else {
        result.state = .unchanged
        return result
      }
      var sink = RowSink(writer: writer, options: options, result: result)
      do { try format.read(probed, into: &sink) } catch ImportError.malformed(
        _, let line, let reason)
      {
        guard sink.result.acceptedCount > 0 else {
          writer.abandon()
          return fail(reason, line: line)
        }
        sink.reject(line, reason + "; the rest of the file was not read")
      }
      guard try file.digest().digest == digest else { throw ImportError.changed(path: file.path) }
      result = sink.result
      try writer.finish(
        acceptedCount: result.acceptedCount, skippedCount: result.skippedCount,
        rejectedCount: result.rejectedCount)
      result.addedCount = writer.addedCount
      result.knownCount = writer.knownCount
      return result
    } catch let error as ImportError {
      if case .tooLarge = error { return fail(error.description, line: nil) }
      throw error
    }
  }
}
