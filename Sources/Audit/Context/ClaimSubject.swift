import Statistics
import Study

/// A claim with the rows of the study that it is about.
///
/// References name rows (see `RowReference`); without one into a table the claim's subject
/// (benchmarks, configurations, datasets) selects them.
struct ClaimSubject: Sendable {
  let claim: Claim
  /// Its dose rows, see ``StudyContext/rows(of:)``.
  let rows: [DoseRow]
  let detection: [DetectionRow]
  /// Every detection set of the study, whether the claim is about it or not.
  let allDetection: [DetectionRow]
  let grid: [GridRow]
  let tests: [ReportedTest]
  let neurons: [NeuronCount]
  let validations: [ValidationRow]
  let summaries: [SummaryRow]
  let arithmetic: [ArithmeticRow]

  init(_ claim: Claim, in context: StudyContext) {
    self.claim = claim
    let study = context.study
    rows = context.rows(of: claim)
    let named = study.detectionRows(of: claim)
    detection =
      named.isEmpty ? study.detection.filter { claim.datasets.contains($0.dataset) } : named
    allDetection = study.detection
    grid = claim.references.flatMap(study.gridRows)
    tests = claim.references.flatMap(study.reportedTests)
    neurons = claim.references.flatMap(study.neuronCounts)
    validations = claim.references.flatMap(study.validationRows)
    summaries = claim.references.flatMap(study.summaryRows)
    arithmetic = claim.references.flatMap(study.arithmeticRows)
  }

  func assessed(_ verdict: Verdict) -> ClaimAssessment {
    ClaimAssessment(claim: claim.id, verdict: verdict)
  }
}

extension StudyContext {
  /// The claims with one of the predicates, in the order of the study.
  func subjects(of predicates: ClaimPredicate...) -> [ClaimSubject] {
    study.claims.filter { predicates.contains($0.predicate) }.map { ClaimSubject($0, in: self) }
  }

  /// The row of a benchmark and configuration.
  func row(benchmark: String, configuration: String) -> DoseRow? {
    rows.first { $0.benchmark == benchmark && $0.configuration == configuration }
  }
}

extension DoseRow {
  /// The n of every point when all are equal.
  var commonTotal: Int? {
    guard let first = totals.first, totals.allSatisfy({ $0 == first }) else { return nil }
    return first
  }
}

extension Finding {
  /// A finding that says why a rule could not judge a subject.
  static func notRun(
    _ rule: RuleID, subject: String = "", _ code: UndefinedReason.Code, _ why: String,
    assessments: [ClaimAssessment] = [], sources: [SourceReference] = []
  ) -> Finding {
    Finding(
      rule: rule, subject: subject, status: .notRun(UndefinedReason(code, why)),
      title: "Not checked", sentence: "Not checked: {reason}.",
      evidence: ["reason": .text(why, "reason")], assessments: assessments, sources: sources)
  }
}
