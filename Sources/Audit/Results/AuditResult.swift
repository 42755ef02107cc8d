public import Study

/// Everything that an audit of a published study found. The report, the JSON and the exit code are
/// made from this and nothing else.
public struct AuditResult: Sendable {
  public let study: PublishedStudy
  public let rows: [DoseRow]
  /// Every finding, by rule, then in the order of the study.
  public let findings: [Finding]
  /// One exploratory analysis per dose row, in order.
  public let analyses: [HypothesisResult]
  /// Every claim with its verdict, in the order of the study.
  public let claims: [ClaimResult]

  public init(
    study: PublishedStudy, rows: [DoseRow], findings: [Finding], analyses: [HypothesisResult],
    claims: [ClaimResult]
  ) {
    self.study = study
    self.rows = rows
    self.findings = findings
    self.analyses = analyses
    self.claims = claims
  }
}
