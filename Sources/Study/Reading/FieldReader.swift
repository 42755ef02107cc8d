/// Reads the fields of one table row into values, logging what does not fit.
///
/// Every method returns `nil` both for an empty optional field and for a wrong one; the latter is
/// in the log, so a study with one is never built.
struct FieldReader {
  let table: CSVTable
  let row: CSVTable.Row

  /// Units that a printed number may have.
  enum Expectation {
    /// `12.0%`, 0 … 100.
    case percent
    /// `0.860`, 0 … 1, without unit.
    case unitInterval
    /// Any number with any unit.
    case any
  }

  func required(_ column: String, log: inout ProblemLog) -> CSVTable.Field? {
    if let field = table.field(column, of: row) { return field }
    log.error(
      table.file, row.line, nil, "the field \(column) is empty", remedy: "write its value")
    return nil
  }

  func text(_ column: String, maximum: Int = 300, log: inout ProblemLog) -> String? {
    guard let field = table.field(column, of: row) else { return nil }
    let length = field.text.unicodeScalars.count
    guard length <= maximum else {
      error(field, "\(column) has \(length) characters, at most \(maximum) fit", "shorten it", &log)
      return nil
    }
    return field.text
  }

  /// A name, see ``StudyIdentifier``.
  func identifier(_ column: String, log: inout ProblemLog) -> String? {
    guard let field = required(column, log: &log) else { return nil }
    guard StudyIdentifier.isValid(field.text) else {
      error(
        field, "\(column) is not a valid name: \(field.text.quotedForMessage)",
        StudyIdentifier.remedy, &log)
      return nil
    }
    return field.text
  }

  /// A name out of a list that the study card declares.
  func declared(
    _ column: String, among names: [String]?, section: String, log: inout ProblemLog
  ) -> String? {
    guard let name = identifier(column, log: &log), let field = table.field(column, of: row)
    else { return nil }
    guard let names, !names.contains(name) else { return name }
    let suggestion = name.closest(in: names).map { "did you mean \($0)? " } ?? ""
    error(
      field, "unknown \(column) \(name.quotedForMessage)",
      "\(suggestion)declare it under \(section) in study.yaml or correct the name", &log)
    return nil
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ column: String, as type: Choice.Type, log: inout ProblemLog
  ) -> Choice? where Choice.RawValue == String {
    guard let field = table.field(column, of: row) else { return nil }
    if let choice = Choice(rawValue: field.text) { return choice }
    let words = Choice.allCases.map(\.rawValue)
    let suggestion = field.text.closest(in: words).map { "did you mean \($0)? " } ?? ""
    error(
      field, "\(column) cannot be \(field.text.quotedForMessage)",
      "\(suggestion)allowed: \(words.joined(separator: ", "))", &log)
    return nil
  }

  func bool(_ column: String, log: inout ProblemLog) -> Bool? {
    guard let field = table.field(column, of: row) else { return nil }
    if field.text == "true" { return true }
    if field.text == "false" { return false }
    error(
      field, "\(column) cannot be \(field.text.quotedForMessage)",
      "write true or false, or leave it empty when the text does not say", &log)
    return nil
  }

  /// A count of 0 or more.
  func count(_ column: String, minimum: Int = 0, log: inout ProblemLog) -> Int? {
    guard let field = table.field(column, of: row) else { return nil }
    let isDigits = field.text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isDigits, field.text.utf8.count <= 9, let value = Int(field.text), value >= minimum,
      field.text == String(value)
    else {
      error(
        field, "\(column) is not a count: \(field.text.quotedForMessage)",
        "write a whole number from \(minimum) to 999999999 without separators, or leave it empty"
          + " when it is unstated", &log)
      return nil
    }
    return value
  }

  /// A plain decimal number.
  func number(_ column: String, log: inout ProblemLog) -> Double? {
    guard let field = table.field(column, of: row) else { return nil }
    let printed = PrintedNumber(field.text)
    guard let printed, printed.kind == .exact, printed.unit == .none, let value = printed.value
    else {
      error(
        field, "\(column) is not a number: \(field.text.quotedForMessage)",
        "write a decimal number without a unit, for example 0.5", &log)
      return nil
    }
    return value
  }

  /// A number as printed.
  func printed(
    _ column: String, _ expectation: Expectation, log: inout ProblemLog
  ) -> PrintedNumber? {
    guard let field = table.field(column, of: row) else { return nil }
    let example = expectation == .unitInterval ? "0.860" : "12.0%"
    guard let printed = PrintedNumber(field.text) else {
      error(
        field, "\(field.text.quotedForMessage) is not a number",
        "write \(example), or ~\(example) if the text says so, or — for a printed dash", &log)
      return nil
    }
    guard printed.kind != .missing, let value = printed.value else { return printed }
    switch expectation {
    case .percent:
      guard printed.unit == .percent else {
        error(
          field, "\(column) has no percent sign: \(field.text.quotedForMessage)",
          "write the rate as printed, for example 12.0%", &log)
        return nil
      }
      guard (0...100).contains(value), !field.text.contains("-"), !field.text.contains("\u{2212}")
      else {
        error(
          field, "\(column) lies outside 0 … 100%: \(field.text.quotedForMessage)",
          "correct the rate", &log)
        return nil
      }
    case .unitInterval:
      guard printed.unit == .none, (0...1).contains(value) else {
        error(
          field, "\(column) lies outside 0 … 1: \(field.text.quotedForMessage)",
          "write it as a proportion, for example 0.860", &log)
        return nil
      }
    case .any: break
    }
    return printed
  }

  /// Where the row stands, with the optional columns `place` and `quote`.
  func source(_ key: String, log: inout ProblemLog) -> SourceReference {
    SourceReference(
      file: table.file, line: row.line, key: key, place: text("place", log: &log),
      quote: text("quote", maximum: 2000, log: &log))
  }

  func error(
    _ field: CSVTable.Field, _ message: String, _ remedy: String, _ log: inout ProblemLog
  ) {
    log.error(table.file, field.line, field.column, message, remedy: remedy)
  }
}

/// Names of versions, benchmarks, configurations, claims and rows.
enum StudyIdentifier {
  static let remedy =
    "use 1 to 80 letters, digits, blanks and . _ ( ) + -, starting with a letter or digit"

  /// `[A-Za-z0-9][A-Za-z0-9 ._()+-]{0,79}`.
  static func isValid(_ text: String) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    let bytes = text.utf8
    guard (1...80).contains(bytes.count), let first = bytes.first, isAlphanumeric(first) else {
      return false
    }
    return bytes.allSatisfy { isAlphanumeric($0) || " ._()+-".utf8.contains($0) }
  }
}
