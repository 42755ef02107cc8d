public import Study

/// Audits a published study: every rule, one exploratory analysis per dose row, every claim.
///
/// A pure function of the study: the same study gives the same result, bit for bit.
public enum AuditEngine {
  public static func audit(_ study: PublishedStudy) -> AuditResult {
    audit(study, rules: AuditRules.all)
  }

  /// The audit with some of the rules, for tests.
  package static func audit(
    _ study: PublishedStudy, rules: [any AuditRule.Type]
  ) -> AuditResult {
    let context = StudyContext(study: study)
    let findings =
      rules
      .sorted { $0.id < $1.id }
      .flatMap { rule in rule.init().evaluate(context) }
    return AuditResult(
      study: study, rows: context.rows, findings: findings,
      analyses: DoseRowAnalysis.all(context),
      claims: study.claims.map { ClaimResult(claim: $0, assessedBy: findings) })
  }
}
