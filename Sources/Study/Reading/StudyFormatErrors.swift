/// Everything that is wrong with a study folder, in the order of the files and lines.
public struct StudyFormatErrors: Error, Hashable, Sendable, CustomStringConvertible {
  /// Sorted; at least one is an error.
  public let problems: [StudyProblem]

  public init(problems: [StudyProblem]) { self.problems = problems.sorted() }

  /// One line a problem.
  public var description: String {
    problems.map(\.description).joined(separator: "\n")
  }
}
