/// The outcome of reading a plan: the plan if it is usable, and everything to mend.
public struct PlanCheck: Sendable {
  /// `nil` when at least one problem is an error.
  public let plan: StudyPlan?
  /// Errors and warnings, sorted by place.
  public let problems: [StudyProblem]

  public init(plan: StudyPlan?, problems: [StudyProblem]) {
    self.plan = plan
    self.problems = problems
  }
}

extension StudyPlan {
  /// Reads `study.yaml` of `kind: plan`. Files that it names are not opened.
  ///
  /// - Throws: ``StudyFormatErrors`` with every mistake, not only the first.
  public static func load(folder: String) throws(StudyFormatErrors) -> StudyPlan {
    let check = check(folder: folder)
    guard let plan = check.plan else { throw StudyFormatErrors(problems: check.problems) }
    return plan
  }

  /// Reads a plan and returns what is wrong with it, warnings too.
  public static func check(folder: String) -> PlanCheck {
    var reader = StudyPlanReader(folder: folder)
    return reader.read()
  }
}
