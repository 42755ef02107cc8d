public import Statistics
public import Study

/// What one rule says about one subject: it fired, it passed, or it could not run and why.
public struct Finding: Hashable, Sendable, Identifiable {
  public enum Status: Hashable, Sendable {
    case fired(Severity)
    case passed
    case notRun(UndefinedReason)
  }

  /// `R12/FaithEval/gptq-int4`: the rule and the subject, stable under reordering of the input.
  public let id: String
  public let rule: RuleID
  public let status: Status
  /// A heading of a few words, with places for evidence as in ``sentence``.
  public let title: Prose
  /// What was found, with its numbers.
  public let sentence: Prose
  /// What to do about it or how to read it, one sentence; empty when there is nothing to add.
  public let remedy: Prose
  /// Named evidence; the keys are those of the sentences.
  public let evidence: [String: Evidence]
  /// What this finding says about claims of the text.
  public let assessments: [ClaimAssessment]
  /// Rows that the finding rests on, in order.
  public let sources: [SourceReference]

  public init(
    rule: RuleID, subject: String, status: Status, title: Prose, sentence: Prose,
    remedy: Prose = "", evidence: [String: Evidence] = [:],
    assessments: [ClaimAssessment] = [], sources: [SourceReference] = []
  ) {
    id = subject.isEmpty ? rule.rawValue : "\(rule.rawValue)/\(subject)"
    self.rule = rule
    self.status = status
    self.title = title
    self.sentence = sentence
    self.remedy = remedy
    self.evidence = evidence
    self.assessments = assessments
    self.sources = Array(Set(sources + evidence.values.flatMap(\.sources))).sorted()
  }

  public var severity: Severity? {
    if case .fired(let severity) = status { severity } else { nil }
  }

  public var titleText: String { title.text(evidence) }
  public var sentenceText: String { sentence.text(evidence) }
  public var remedyText: String { remedy.text(evidence) }
}

/// A verdict of one finding on one claim.
public struct ClaimAssessment: Hashable, Sendable {
  public let claim: String
  public let verdict: Verdict

  public init(claim: String, verdict: Verdict) {
    self.claim = claim
    self.verdict = verdict
  }
}

/// A claim with everything that the rules found about it.
public struct ClaimResult: Hashable, Sendable, Identifiable {
  public let claim: Claim
  /// The gravest assessment; ``Verdict/notTestable`` when no rule could judge the claim.
  public let verdict: Verdict
  /// Why the claim is not testable; `nil` for every other verdict.
  public let reason: String?
  /// Findings that assessed it, gravest first.
  public let findings: [String]

  public var id: String { claim.id }

  public init(claim: Claim, assessedBy findings: [Finding]) {
    self.claim = claim
    let assessed = findings.flatMap { finding in
      finding.assessments.filter { $0.claim == claim.id }.map { (finding, $0.verdict) }
    }.sorted { ($1.1.precedence, $0.0.id) < ($0.1.precedence, $1.0.id) }
    verdict = assessed.first?.1 ?? .notTestable
    reason =
      verdict == .notTestable
      ? assessed.first?.0.reasonText ?? Self.reason(for: claim, among: findings) : nil
    self.findings = assessed.map(\.0.id)
  }

  /// Why none of the rules for the predicate judged the claim.
  private static func reason(for claim: Claim, among findings: [Finding]) -> String {
    let rules = claim.predicate.signature.rules
    guard !rules.isEmpty else {
      return "no table of the study bears on this statement, so nothing can be recomputed"
    }
    let missing = findings.compactMap { finding -> String? in
      guard case .notRun(let reason) = finding.status, rules.contains(finding.rule.rawValue) else {
        return nil
      }
      return reason.description
    }.first
    let needed = "\(rules.joined(separator: ", ")) found no row that the claim names"
    return missing ?? needed
  }
}

extension Finding {
  /// Why it left a claim untested: what was missing, or what it found.
  fileprivate var reasonText: String {
    if case .notRun(let reason) = status { reason.description } else { titleText }
  }
}
