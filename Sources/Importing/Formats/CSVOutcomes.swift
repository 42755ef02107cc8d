internal import CanonicalJSON
internal import Provenance
internal import RawStore
internal import Study

/// Outcome rows as CSV or TSV, with a mapping or with columns called after their roles.
enum CSVOutcomes: RowFormat {
  static let name = "csv"

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    let name = file.file.name.lowercased()
    return name.hasSuffix(".csv") || name.hasSuffix(".tsv")
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue {
    [
      "mapping": (options.mapping ?? .byName).json,
      "defaults": .array(
        CSVColumns.defaults(file, options: options).map { .string($0) }),
    ]
  }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    let mapping = sink.options.mapping ?? .byName
    let isTabs = file.file.name.lowercased().hasSuffix(".tsv")
    let delimiter = mapping.delimiter?.utf8.first ?? (isTabs ? 0x09 : UInt8(ascii: ","))
    let defaults = CSVColumns.defaults(file, options: sink.options)
    var columns: CSVColumns?
    let blankCount = try RecordReader(file.file, delimiter: delimiter).forEachRecord { record in
      if columns == nil {
        columns = try CSVColumns(
          header: record, mapping: mapping, options: sink.options, defaults: defaults,
          path: file.file.path)
        sink.skipBlank()
        return
      }
      if let problem = record.problem {
        sink.reject(record.line, problem)
        return
      }
      do {
        try columns?.add(record, writer: sink.writer)
        sink.accept()
      } catch StoreError.invalidRow(let reason) {
        sink.reject(record.line, reason)
      } catch let refusal as LineRefusal {
        sink.reject(record.line, refusal.reason)
      }
    }
    for _ in 0..<blankCount { sink.skipBlank() }
    guard columns != nil else {
      throw ImportError.malformed(path: file.file.path, line: 1, reason: "the file has no header")
    }
  }
}
