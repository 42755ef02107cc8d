public import Study

/// A general rule that reads a published study and reports what it found.
///
/// A rule never knows a study: it must find the same fault under other names and numbers. It
/// reports a finding for every subject that it could check (`fired` or `passed`) and one `notRun`
/// with the reason for each that it could not.
public protocol AuditRule: Sendable {
  static var id: RuleID { get }
  /// The question that the rule answers, as printed in the methods section.
  static var question: String { get }
  /// What the rule needs to run.
  static var needs: String { get }
  /// What it computes, with the source of each method.
  static var method: String { get }

  init()

  /// Findings in the order of the study's rows; ids are unique within the rule.
  func evaluate(_ context: StudyContext) -> [Finding]
}
