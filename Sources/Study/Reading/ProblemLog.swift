/// Collects problems while a folder is read. Bounded, so that a file with a million mistakes
/// gives a readable list.
struct ProblemLog {
  static let limit = 200

  private(set) var problems: [StudyProblem] = []
  private(set) var hasErrors = false

  mutating func add(_ problem: StudyProblem) {
    if problem.severity == .error { hasErrors = true }
    guard problems.count < Self.limit else { return }
    problems.append(problem)
    if problems.count == Self.limit {
      problems.append(
        StudyProblem(
          severity: .warning, file: problem.file,
          message: "more than \(Self.limit) problems; the rest is not listed",
          remedy: "mend these and check again"))
    }
  }

  mutating func error(
    _ file: String, _ line: Int? = nil, _ column: Int? = nil, _ message: String, remedy: String
  ) {
    add(
      StudyProblem(file: file, line: line, column: column, message: message, remedy: remedy))
  }

  mutating func warning(
    _ file: String, _ line: Int? = nil, _ column: Int? = nil, _ message: String, remedy: String
  ) {
    add(
      StudyProblem(
        severity: .warning, file: file, line: line, column: column, message: message,
        remedy: remedy))
  }
}

extension String {
  /// The text for a message: in quotes, without control characters, at most 60 characters.
  var quotedForMessage: String { Substring(self).quotedForMessage }
}

extension Substring {
  var quotedForMessage: String {
    let isLong = utf8.count > 240 || count > 60
    let shown = unicodeScalars.prefix(60).map { scalar -> String in
      let category = scalar.properties.generalCategory
      let hidden: [Unicode.GeneralCategory] = [
        .control, .format, .lineSeparator, .paragraphSeparator,
      ]
      guard hidden.contains(category) else { return String(scalar) }
      return "\\u{" + String(scalar.value, radix: 16) + "}"
    }
    return "\"\(shown.joined())\(isLong ? "…" : "")\""
  }
}
