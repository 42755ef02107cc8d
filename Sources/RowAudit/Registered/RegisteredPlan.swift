public import Study

/// A plan with what comparing it with its lock has shown.
public struct RegisteredPlan: Sendable {
  public let plan: StudyPlan
  /// Whether a lock exists and the plan is what was locked, hypothesis by hypothesis.
  public let isLocked: Bool
  /// Deviations by hypothesis: of the plan's own list, and differences from the lock.
  public let deviations: [String: [String]]

  public init(plan: StudyPlan, isLocked: Bool, deviations: [String: [String]] = [:]) {
    self.plan = plan
    self.isLocked = isLocked
    var all = deviations
    for deviation in plan.deviations {
      for hypothesis in deviation.hypotheses {
        all[hypothesis, default: []].append(
          "planned: \(deviation.planned); done: \(deviation.done); "
            + "decided: \(deviation.decided.rawValue); \(deviation.reason)")
      }
    }
    self.deviations = all
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
