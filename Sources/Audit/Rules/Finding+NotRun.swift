import Statistics

extension Finding {
  /// A check that could not be made, with its reason as evidence of the sentence.
  static func notRun(
    _ rule: RuleID, subject: String = "", reason: UndefinedReason, title: Prose,
    evidence: [String: Evidence] = [:], assessments: [ClaimAssessment] = []
  ) -> Finding {
    var evidence = evidence
    evidence["reason"] = .text(reason.description, "reason")
    return Finding(
      rule: rule, subject: subject, status: .notRun(reason), title: title,
      sentence: "Not checked: {reason}.", evidence: evidence, assessments: assessments)
  }
}

extension Prose {
  /// Joins two parts with one blank.
  package static func + (left: Prose, right: Prose) -> Prose {
    guard let last = left.template.last else { return right }
    guard !right.template.isEmpty else { return left }
    return Prose(left.template + (last == " " ? "" : " ") + right.template)
  }
}
