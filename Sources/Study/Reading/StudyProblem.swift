/// One mistake in a study folder: where it stands, what is wrong and what to do.
public struct StudyProblem: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable, CaseIterable {
    /// The study cannot be used until this is mended.
    case error
    /// The study can be used; the author should look.
    case warning
  }

  public let severity: Severity
  /// Path relative to the study folder, for example `cells.csv`.
  public let file: String
  /// 1-based; `nil` when the mistake concerns the whole file.
  public let line: Int?
  /// 1-based, in characters; `nil` when the mistake concerns the whole line.
  public let column: Int?
  /// What is wrong.
  public let message: String
  /// What to do.
  public let remedy: String

  public init(
    severity: Severity = .error, file: String, line: Int? = nil, column: Int? = nil,
    message: String, remedy: String
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.remedy = remedy
  }
}

extension StudyProblem: Comparable, CustomStringConvertible {
  /// By file, then by position; errors before warnings at the same place.
  public static func < (left: Self, right: Self) -> Bool {
    let leftKey = (left.file, left.line ?? 0, left.column ?? 0)
    let rightKey = (right.file, right.line ?? 0, right.column ?? 0)
    if leftKey != rightKey { return leftKey < rightKey }
    if left.severity != right.severity { return left.severity == .error }
    return (left.message, left.remedy) < (right.message, right.remedy)
  }

  /// `cells.csv:5:12: error: "12.0.0%" is not a number; write 12.0% or —`.
  public var description: String {
    let position = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
    return "\(file)\(position): \(severity.rawValue): \(message); \(remedy)"
  }
}
