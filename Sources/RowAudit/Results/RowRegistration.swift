public import Audit

/// What a registered plan says about one analysis.
public struct AnalysisRegistration: Hashable, Sendable {
  public let status: RegistrationStatus
  /// By the rule of the plan; ignored for an exploratory analysis.
  public let verdict: Verdict?
  public let deviations: [String]

  public init(
    status: RegistrationStatus, verdict: Verdict? = nil, deviations: [String] = []
  ) {
    self.status = status
    self.verdict = verdict
    self.deviations = deviations
  }

  public static let exploratory = AnalysisRegistration(status: .exploratory)
}

/// Decides for every analysis of a row-level audit how it came into the report.
///
/// The audit computes the same numbers with and without a plan; a plan adds the status, the verdict
/// and the deviations.
public struct RowRegistration: Sendable {
  private let decide: @Sendable (HypothesisResult) -> AnalysisRegistration

  /// - Parameter decide: gets the analysis with all its evidence and without a verdict.
  public init(_ decide: @escaping @Sendable (HypothesisResult) -> AnalysisRegistration) {
    self.decide = decide
  }

  /// Without a plan: shapes in words, no verdicts.
  public static let none = RowRegistration { _ in .exploratory }

  func applied(to analysis: HypothesisResult) -> HypothesisResult {
    let registration = decide(analysis)
    return HypothesisResult(
      id: analysis.id, statement: analysis.statement, registration: registration.status,
      evidence: analysis.evidence, multiplicity: analysis.multiplicity,
      verdict: registration.verdict, sentence: analysis.sentence,
      deviations: registration.deviations, inputsHash: analysis.inputsHash)
  }
}
