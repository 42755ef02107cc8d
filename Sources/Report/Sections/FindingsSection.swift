import Audit
import Statistics
import Study

extension PublishedStudyReport {
  var findingsSection: ReportSection {
    var blocks: [ReportBlock] = []
    for severity in Severity.allCases.reversed() {
      let findings = ranked.filter { $0.severity == severity }
      guard !findings.isEmpty else { continue }
      blocks.append(.heading(severity.heading, id: "findings-\(severity.rawValue)"))
      blocks += findings.map { .finding(card($0)) }
    }
    if blocks.isEmpty { blocks = [.paragraph("No rule found a fault.")] }
    return ReportSection(
      id: "findings", title: "Findings",
      lead: "Every finding with its numbers, their methods and the rows that they came from.",
      blocks: blocks)
  }

  var checksSection: ReportSection {
    let passed = result.findings.filter { $0.status == .passed }
    let notRun = result.findings.compactMap { finding -> [RichText]? in
      guard case .notRun(let reason) = finding.status else { return nil }
      return [
        RichText.link(finding.rule.rawValue, to: "#rule-\(finding.rule.rawValue)"),
        RichText(finding.title, of: finding), RichText(reason.description),
      ]
    }
    return ReportSection(
      id: "checks", title: "Checks that passed, and checks that could not run",
      lead: "An audit that lists only faults cannot be judged: here is the rest.",
      blocks: [
        .table(
          ReportTable(
            id: "checks-passed", caption: "Passed",
            columns: [.init("Rule"), .init("Check"), .init("Result")],
            rows: passed.map {
              [
                RichText.link($0.rule.rawValue, to: "#rule-\($0.rule.rawValue)"),
                RichText($0.title, of: $0), RichText($0.sentence, of: $0),
              ]
            }, source: "findings.json")),
        .table(
          ReportTable(
            id: "checks-not-run", caption: "Could not run",
            columns: [.init("Rule"), .init("Check"), .init("What is missing")],
            rows: notRun, source: "findings.json")),
      ])
  }

  private func card(_ finding: Finding) -> FindingCard {
    let claims = finding.assessments.compactMap { assessment in
      result.claims.first { $0.id == assessment.claim }.map {
        (quote: $0.claim.quote, place: $0.claim.place, mark: ClaimMark(assessment.verdict))
      }
    }
    return FindingCard(
      id: finding.id, anchor: finding.id, rule: finding.rule.rawValue,
      severity: finding.severity?.rawValue ?? "", title: RichText(finding.title, of: finding),
      sentence: RichText(finding.sentence, of: finding),
      remedy: RichText(finding.remedy, of: finding), claims: claims,
      evidence: evidenceTable(finding))
  }

  private func evidenceTable(_ finding: Finding) -> ReportTable {
    let rows = finding.evidence.sorted { $0.key < $1.key }.map { key, evidence in
      [
        RichText(evidence.label),
        RichText(key, in: finding.evidence, owner: finding.id),
        RichText(evidence.undefinedReason?.description ?? evidence.method ?? ""),
        RichText(Self.sourceText(evidence)),
      ]
    }
    return ReportTable(
      id: "evidence-\(finding.id)", caption: "Evidence of \(finding.id)",
      columns: [.init("Quantity"), .init("Value", .right), .init("Method"), .init("Rows")],
      rows: rows, source: "findings.json")
  }

  /// The first few rows and how many more there are.
  private static func sourceText(_ evidence: Evidence) -> String {
    let shown = evidence.sources.prefix(4).map { "\($0.file):\($0.line)" }.joined(separator: ", ")
    let more = evidence.sources.count - 4
    return more > 0 ? "\(shown) and \(more) more" : shown
  }
}

extension Severity {
  fileprivate var heading: String {
    switch self {
    case .critical: "Critical: a conclusion of the study falls"
    case .major: "Major: a statement needs to change"
    case .minor: "Minor: a number or word needs care"
    case .info: "For information"
    }
  }
}
