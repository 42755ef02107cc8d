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

  var checksSection: ReportSection { ReportSection(checks: result.findings) }

  private func card(_ finding: Finding) -> FindingCard {
    let claims = finding.assessments.compactMap { assessment in
      result.claims.first { $0.id == assessment.claim }.map {
        (quote: $0.claim.quote, place: $0.claim.place, mark: ClaimMark(assessment.verdict))
      }
    }
    return FindingCard(finding, claims: claims)
  }
}
