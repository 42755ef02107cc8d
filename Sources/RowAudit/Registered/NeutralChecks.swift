import Audit
import RawStore
import Statistics
import Study

/// The outcome-neutral checks of a plan, as far as rows can tell.
///
/// A check that failed, or whose result is not in the rows, makes every hypothesis that rests on it
/// not testable: a verdict must not lean on a check that nobody has seen pass.
struct NeutralChecks {
  let plan: StudyPlan
  let context: RowContext

  /// Why a hypothesis cannot be decided; `nil` when every check that it rests on has passed.
  func obstacle(for hypothesis: HypothesisPlan) -> String? {
    let reasons = plan.checks.filter { concerns($0.kind, hypothesis) }.compactMap { check in
      failure(of: check, for: hypothesis).map { "\(check.id): \($0)" }
    }
    return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
  }

  private func concerns(
    _ kind: OutcomeNeutralCheck.Kind, _ hypothesis: HypothesisPlan
  ) -> Bool {
    switch kind {
    case .itemsPerClassAtLeast, .threadIndependent: true
    case .noOpExact, .implementationsAgree, .interventionAlive, .unparsableAtMost:
      hypothesis.unit == .percentagePoints
    }
  }

  private func failure(
    of check: OutcomeNeutralCheck, for hypothesis: HypothesisPlan
  ) -> String? {
    switch check.kind {
    case .unparsableAtMost: unparsable(check, hypothesis)
    case .itemsPerClassAtLeast: classes(check)
    case .noOpExact, .implementationsAgree, .interventionAlive, .threadIndependent:
      ModelChecks(context.table.runs).failure(of: check, configurations: hypothesis.configurations)
    }
  }

  /// Share of unscored answers at the no-op dose, in every arm of the hypothesis.
  private func unparsable(
    _ check: OutcomeNeutralCheck, _ hypothesis: HypothesisPlan
  ) -> String? {
    guard let limit = check.threshold else { return "the plan states no bound" }
    for curve in context.curves
    where hypothesis.benchmarks.contains(curve.arm.benchmark)
      && hypothesis.configurations.contains(curve.arm.configuration) && !curve.arm.isControl
    {
      guard let point = curve.point(at: plan.design.noOpDose) else { continue }
      let answered = point.scoredCount + point.unscoredCount
      if Double(point.unscoredCount) > limit * Double(answered) {
        return "\(point.unscoredCount) of \(answered) answers of \(curve.id) are unscored at the "
          + "no-op dose"
      }
    }
    return nil
  }

  /// Questions that a detector could be fitted on, in the smaller class.
  private func classes(_ check: OutcomeNeutralCheck) -> String? {
    guard let needed = check.threshold else { return "the plan states no bound" }
    let agreement = plan.sampling.agreement
    var (right, wrong) = (0, 0)
    for sample in context.table.samples {
      if sample.judgements.count(where: { $0 == true }) >= agreement { right += 1 }
      if sample.judgements.count(where: { $0 == false }) >= agreement { wrong += 1 }
    }
    return Double(min(right, wrong)) < needed
      ? "\(right) questions are always right and \(wrong) always wrong" : nil
  }
}
