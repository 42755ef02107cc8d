import Audit
import Study

extension PublishedStudyReport {
  /// Rules whose findings change how the whole study reads come first in the summary.
  private static let storyOrder: [RuleID] = [
    .noOpAnchor, .absenceOfEvidence, .selectiveSummary, .baselineDefinition, .noiseClaim,
    .multiplicity, .priorShiftInvariance, .missingCell, .power, .significantVersusNot,
  ]

  private static let storyLength = 10
  /// Findings of one rule in the story: the study's benchmarks often differ.
  private static let storyDepth = 2

  var summarySection: ReportSection {
    ReportSection(
      id: "summary", title: "What holds, what does not, what cannot be told", lead: conclusion,
      blocks: [
        .keyPoints(story), .paragraph(severityLine), .table(verdictTable),
      ])
  }

  /// One sentence with the counts of verdicts.
  private var conclusion: RichText {
    var runs: [RichText.Run] = [
      .words("Of "), .sourced("\(result.claims.count)", source: "claims.count"),
      .words(" claims, "),
    ]
    let counted = ClaimMark.allCases.compactMap { mark -> (ClaimMark, Int)? in
      let count = result.claims.count { ClaimMark($0.verdict) == mark }
      return count > 0 ? (mark, count) : nil
    }
    for (index, (mark, count)) in counted.enumerated() {
      if index > 0 { runs.append(.words(index == counted.count - 1 ? " and " : ", ")) }
      runs.append(.sourced("\(count)", source: "claims.\(mark.rawValue)"))
      runs.append(.words(" \(count == 1 ? "is" : "are") \(mark.rawValue)"))
    }
    runs.append(.words("."))
    return RichText(runs)
  }

  /// The gravest finding of each rule, in the order in which a reader should meet them.
  private var story: [KeyPoint] {
    var points: [KeyPoint] = []
    let rest = RuleID.allCases.filter { !Self.storyOrder.contains($0) }
    for rule in Self.storyOrder + rest where points.count < Self.storyLength {
      let candidates = ranked.filter { $0.rule == rule && ($0.severity ?? .info) >= .major }
      let isCentral = Self.storyOrder.prefix(5).contains(rule)
      for finding in candidates.prefix(isCentral ? Self.storyDepth : 1) {
        let worst = finding.assessments.map(\.verdict).max { $0.precedence < $1.precedence }
        points.append(
          KeyPoint(
            mark: worst.map { ClaimMark($0) }, severity: finding.severity?.rawValue ?? "",
            text: RichText(finding.title, of: finding), target: finding.id))
      }
    }
    return Array(points.prefix(Self.storyLength))
  }

  private var severityLine: RichText {
    var runs: [RichText.Run] = [.words("Findings: ")]
    for (index, severity) in Severity.allCases.reversed().enumerated() {
      if index > 0 { runs.append(.words(", ")) }
      let count = fired.count { $0.severity == severity }
      runs.append(.sourced("\(count)", source: "findings.\(severity.rawValue)"))
      runs.append(.words(" \(severity.rawValue)"))
    }
    let passed = result.findings.count { $0.status == .passed }
    runs.append(.words("; checks passed: "))
    runs.append(.sourced("\(passed)", source: "findings.passed"))
    runs.append(.words(". The words are defined in "))
    runs.append(.link("Methods", target: "#methods"))
    runs.append(.words("."))
    return RichText(runs)
  }

  /// Claims of the gravest kind first: one row each.
  private var verdictTable: ReportTable {
    let grave = result.claims.filter { $0.verdict == .refuted || $0.verdict == .equivalent }
    return ReportTable(
      id: "refuted-claims", caption: "Claims that the study's own numbers contradict",
      columns: [.init("Claim"), .init("Place"), .init("Verdict"), .init("Because")],
      rows: grave.map(claimRow), source: "claims.yaml")
  }

  /// Fired findings have a card; the others stand in the tables of checks.
  func findingTarget(_ id: String) -> String {
    fired.contains { $0.id == id } ? "#\(id)" : "#checks"
  }

  func claimRow(_ claim: ClaimResult) -> [RichText] {
    let mark = ClaimMark(claim.verdict)
    let because = claim.findings.prefix(3).enumerated().map { index, id in
      RichText(index == 0 ? "" : ", ") + RichText.link(id, to: findingTarget(id))
    }
    return [
      .quote(claim.claim.quote), RichText(claim.claim.place),
      RichText("\(mark.shape)\u{00A0}" + mark.rawValue.replacing(" ", with: "\u{00A0}")),
      claim.reason.map { reason in
        RichText(because.isEmpty ? reason : reason + " \u{2013} ") + because.reduce(RichText(""), +)
      } ?? because.reduce(RichText(""), +),
    ]
  }
}
