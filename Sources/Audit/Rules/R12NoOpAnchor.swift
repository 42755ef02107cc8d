import Statistics
import Study

/// R12: at the dose that changes nothing, configurations that run the same weights must agree.
///
/// Within a weight format a difference means that at least one configuration measures something
/// else (prompt, length, subset, judge, or a fault in the replaced forward pass), so that every
/// comparison across them is void until it is explained: critical. Across formats levels may differ
/// legitimately, so a difference there is reported with its own numbers and as information.
///
/// The p-values of all benchmark × weight-format tests of the study are Holm-adjusted together, and
/// those across formats form a family of their own.
public struct NoOpAnchorRule: AuditRule {
  public static let id = RuleID.noOpAnchor
  public static let question =
    "Do configurations on the same weights agree at the dose that changes nothing?"
  public static let needs =
    "A declared no-op dose, measured in two configurations of one weight format."
  public static let method =
    "Fisher's exact test (two configurations) or Fisher–Freeman–Halton (more), Holm over all "
    + "benchmark × format tests; Newcombe intervals (1998, method 10)."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    guard context.noOpDose != nil else {
      return [
        .notRun(
          Self.id,
          reason: UndefinedReason(.notReported, "the study names no dose that changes nothing"),
          title: "No declared no-op dose")
      ]
    }
    let across = NoOpAnchor.acrossFormats(in: context.study, rows: context.rows)
    let between = across.map { formatEffect($0, context: context) }
    guard !context.noOpAnchors.isEmpty else {
      let reason = UndefinedReason(
        .notApplicable, "no two configurations with the same weights report the no-op dose")
      return [.notRun(Self.id, reason: reason, title: "No shared weights at the no-op dose")]
        + between
    }
    return context.noOpAnchors.map { finding($0, context: context) } + between
  }

  private func evidence(_ group: NoOpAnchor, context: StudyContext) -> [String: Evidence] {
    let sources = group.arms.map(\.point.cell.source)
    var evidence: [String: Evidence] = [
      "benchmark": .text(group.benchmark, "benchmark"),
      "format": .text(group.label, "weight format"),
      "dose": .text(PrintedNumber.text(of: context.noOpDose ?? 1), "no-op dose"),
      "arms": .list(
        group.arms.map { "\($0.row.configuration) \($0.point.successes) of \($0.point.total)" },
        "counts at the no-op dose", sources: sources),
      "p": .number(group.test.pValue, .pStatement, group.test.name, sources: sources),
      "p-holm": .number(
        group.adjusted, .pStatement, "Holm over the rule's tests", method: "Holm"),
      "tests": .count(group.testCount, "tests in the family"),
      "chi2": .measured(
        group.test.chiSquared, .decimal(2), "chi-squared of homogeneity", sources: sources),
      "df": .count(group.arms.count - 1, "degrees of freedom"),
      "p-chi2": .measured(
        group.test.chiSquaredPValue, .pStatement, "chi-squared test of homogeneity",
        sources: sources),
    ]
    for (index, arm) in group.arms.enumerated() {
      evidence["configuration-\(index + 1)"] = .text(arm.row.configuration, "configuration")
      evidence["rate-\(index + 1)"] = .number(
        arm.point.rate, .percent, "rate at the no-op dose in \(arm.row.configuration)",
        sources: [arm.point.cell.source])
      evidence["n-\(index + 1)"] = arm.row.countEvidence
    }
    if let (first, second) = widestPair(group.arms) {
      let contrast = CountContrast(from: second.point, to: first.point)
      evidence["difference"] = contrast.evidence(
        "difference of rates at the no-op dose, \(first.row.configuration) − "
          + second.row.configuration)
      evidence["pair"] = .text(
        "\(first.row.configuration) − \(second.row.configuration)", "configurations compared")
      evidence["p-pair"] = .number(
        contrast.fisherPValue, .pStatement, "Fisher's exact test of the pair",
        sources: contrast.sources)
    }
    let inferred = group.arms.filter(\.row.isCountInferred).map(\.row.configuration)
    if !inferred.isEmpty {
      evidence["inferred"] = .list(inferred, "configurations whose n is inferred")
    }
    return evidence
  }

  /// The pair with the largest difference, the larger rate first.
  private func widestPair(_ arms: [NoOpAnchor.Arm]) -> (NoOpAnchor.Arm, NoOpAnchor.Arm)? {
    guard let high = arms.max(by: { $0.point.rate < $1.point.rate }),
      let low = arms.min(by: { $0.point.rate < $1.point.rate })
    else { return nil }
    return high.row.configuration == low.row.configuration ? (arms[0], arms[1]) : (high, low)
  }

  private func inferredClause(_ evidence: [String: Evidence]) -> Prose {
    evidence["inferred"] == nil ? "" : "This rests on an n inferred for configuration {inferred}."
  }

  private func finding(_ group: NoOpAnchor, context: StudyContext) -> Finding {
    let evidence = evidence(group, context: context)
    let fires = group.adjusted < context.settings.level
    let numbers: Prose =
      "At dose {dose}, which changes nothing, {benchmark} gives {arms} on the same weights "
      + "({format}): {pair} is {difference}, {p}, Holm-adjusted over {tests} tests {p-holm}."
    return Finding(
      rule: Self.id, subject: "\(group.benchmark)/\(group.label)",
      status: fires ? .fired(.critical) : .passed,
      title: fires
        ? "{benchmark}: on the same weights, {pair} is {difference} at the dose that changes nothing"
        : "The no-op anchor of {benchmark} is not broken",
      sentence: numbers
        + (fires
          ? "At least one configuration measures something else, so agreement or disagreement "
            + "between them says nothing about the intervention until this is explained."
          : "This does not show that they agree; it shows no contradiction.")
        + inferredClause(evidence),
      remedy: fires
        ? "Compare hooked and unhooked answers item by item at the no-op dose; any flip is a fault."
        : "",
      evidence: evidence, assessments: assessments(group, context: context))
  }

  /// Claims on the group, each judged on the configurations that it names: where one of three stands
  /// apart, the other two may still agree. Agreement at one dose is no evidence about the other
  /// doses, so it supports nothing; whether the configurations agree elsewhere is R21's question.
  private func assessments(_ group: NoOpAnchor, context: StudyContext) -> [ClaimAssessment] {
    context.claims(.sameOperation, .configurationsAgree).compactMap { claim in
      guard claim.benchmarks.isEmpty || claim.benchmarks.contains(group.benchmark) else {
        return nil
      }
      let named =
        claim.configurations.isEmpty
        ? group.arms.map(\.row.configuration) : claim.configurations
      guard let adjusted = group.adjusted(among: Set(named)) else { return nil }
      if adjusted < context.settings.level {
        return ClaimAssessment(claim: claim.id, verdict: .refuted)
      }
      return claim.predicate == .sameOperation
        ? ClaimAssessment(claim: claim.id, verdict: .inconclusive) : nil
    }
  }

  private func formatEffect(_ group: NoOpAnchor, context: StudyContext) -> Finding {
    let evidence = evidence(group, context: context)
    let differs = group.adjusted < context.settings.level
    let numbers: Prose =
      "Across the weight formats {format}, {benchmark} gives {arms} at the no-op dose {dose}: "
      + "chi-squared {chi2} on {df} degrees of freedom, {p-chi2}; exact {p}, Holm {p-holm}."
    return Finding(
      rule: Self.id, subject: "\(group.benchmark)/formats",
      status: differs ? .fired(.info) : .passed,
      title: differs
        ? "Levels of {benchmark} differ between weight formats"
        : "Levels of {benchmark} show no difference between weight formats",
      sentence: numbers
        + (differs
          ? "Levels are not comparable across formats; compare each configuration's change from "
            + "its own no-op." : "")
        + inferredClause(evidence),
      evidence: evidence)
  }
}
