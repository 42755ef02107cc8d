import Audit
public import Study

/// A plan with what comparing it with its lock has shown.
public struct RegisteredPlan: Sendable {
  public let comparison: PlanComparison

  public init(_ comparison: PlanComparison) { self.comparison = comparison }

  public var plan: StudyPlan { comparison.plan }

  /// How an analysis of a hypothesis counts, and why, one line a reason.
  func standing(
    of hypothesis: String
  ) -> (status: RegistrationStatus, deviations: [String]) {
    switch comparison.status(of: hypothesis) {
    case .registered: (.registered, [])
    case .deviation(let reasons): (.deviation, reasons.map(describe))
    case .exploratory: (.exploratory, [])
    }
  }

  private func describe(_ reason: PlanStanding.Reason) -> String {
    guard case .declared(let id) = reason,
      let deviation = plan.deviations.first(where: { $0.id == id })
    else { return "\(reason)" }
    return "planned: \(deviation.planned); done: \(deviation.done); decided: "
      + "\(deviation.decided.rawValue); \(deviation.reason)"
  }

  /// The choices of the audit that the plan makes.
  public var settings: RowAuditSettings {
    var settings = RowAuditSettings()
    settings.level = plan.analysis.level
    settings.confidenceLevel = plan.analysis.confidenceLevel
    settings.resampleCount = plan.analysis.resampleCount
    settings.permutationCount = plan.analysis.permutationCount
    settings.noOpDose = plan.design.noOpDose
    settings.seed = plan.design.seed
    settings.equivalenceMargin =
      plan.hypotheses.first { $0.unit == .percentagePoints && $0.equivalenceMargin != nil }?
      .equivalenceMargin ?? settings.equivalenceMargin
    settings.weightFormats = Dictionary(
      plan.design.configurations.map { ($0.id, $0.weightFormat.rawValue) },
      uniquingKeysWith: { $1 })
    return settings
  }
}
