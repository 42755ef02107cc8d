/// The outcome of reading a study folder: the study if it is usable, and everything to mend.
public struct StudyCheck: Sendable {
  /// `nil` when at least one problem is an error.
  public let study: PublishedStudy?
  /// Errors and warnings, sorted by place.
  public let problems: [StudyProblem]

  public init(study: PublishedStudy?, problems: [StudyProblem]) {
    self.study = study
    self.problems = problems
  }
}
