/// A comma-separated table with a header line (RFC 4180), each field with the line and column of
/// its first character.
struct CSVTable {
  struct Field: Hashable {
    let text: String
    let line: Int
    let column: Int
  }

  struct Row {
    let line: Int
    /// One field a header column, in the order of the header.
    let fields: [Field]
  }

  let file: String
  let header: [Field]
  let rows: [Row]
  private let positions: [String: Int]

  /// The field of a column, trimmed; `nil` when the table has no such column or the field is empty.
  func field(_ column: String, of row: Row) -> Field? {
    guard let index = positions[column] else { return nil }
    let field = row.fields[index]
    let text = field.text.trimmingBlanks
    return text.isEmpty ? nil : Field(text: text, line: field.line, column: field.column)
  }

  /// Parses a file. Unknown, missing and repeated columns and rows of another width are logged.
  ///
  /// Lines that start with `#` and empty lines between rows are skipped.
  init?(_ file: BoundedFile, required: [String], optional: [String], log: inout ProblemLog) {
    self.file = file.name
    var scanner = CSVScanner(text: file.text)
    var records: [[Field]] = []
    do {
      while let record = try scanner.next() { records.append(record) }
    } catch {
      log.error(file.name, error.line, error.column, error.message, remedy: error.remedy)
      return nil
    }
    let known = required + optional
    guard let header = records.first else {
      log.error(
        file.name, 1, nil, "the file is empty",
        remedy: "write the header line \(required.joined(separator: ",")) or remove the file")
      return nil
    }
    self.header = header
    var positions: [String: Int] = [:]
    var isUsable = true
    for (index, field) in header.enumerated() {
      let name = field.text.trimmingBlanks
      if !known.contains(name) {
        isUsable = false
        log.error(
          file.name, field.line, field.column, "unknown column \(name.quotedForMessage)",
          remedy: "the columns are \(known.joined(separator: ", "))")
      } else if positions.updateValue(index, forKey: name) != nil {
        isUsable = false
        log.error(
          file.name, field.line, field.column, "the column \(name) stands twice",
          remedy: "remove one of them")
      }
    }
    for name in required where positions[name] == nil {
      isUsable = false
      log.error(
        file.name, header.first?.line ?? 1, nil, "the column \(name) is missing",
        remedy: "add it to the header; the columns are \(known.joined(separator: ", "))")
    }
    self.positions = positions
    var rows: [Row] = []
    for record in records.dropFirst() {
      guard let first = record.first else { continue }
      if record.count != header.count {
        isUsable = false
        log.error(
          file.name, first.line, nil,
          "the row has \(record.count) fields, the header has \(header.count)",
          remedy: "put fields that contain a comma into double quotes")
        continue
      }
      rows.append(Row(line: first.line, fields: record))
    }
    guard isUsable else { return nil }
    self.rows = rows
    if rows.isEmpty {
      log.warning(
        file.name, header.first?.line ?? 1, nil, "the table has a header and no rows",
        remedy: "add rows or remove the file")
    }
  }
}
