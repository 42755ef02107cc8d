import Audit
import RawStore
import RowAudit
import Statistics

extension RowReport {
  /// Rules whose findings change how all rows read come first.
  private static let storyOrder: [RuleID] = [
    .noOpOffCurve, .noOpFlips, .splitLeakage, .judgeRetest, .unscoredTrend, .hiddenShape,
    .controlSpecificity, .thresholdPlacement, .randomDetectors, .publishedFigure,
  ]
  private static let storyLength = 10

  var summarySection: ReportSection {
    var blocks: [ReportBlock] = []
    if !story.isEmpty { blocks.append(.keyPoints(story)) }
    blocks.append(.paragraph(countLine))
    if !result.hypotheses.isEmpty { blocks.append(.table(verdictTable)) }
    if !targetAnalyses.isEmpty { blocks.append(.table(targetTable)) }
    if !detectionAnalyses.isEmpty { blocks.append(.table(detectionSummary)) }
    if !result.figures.isEmpty { blocks.append(.table(figureCounts)) }
    return ReportSection(
      id: "summary", title: "What these rows show", lead: conclusion, blocks: blocks)
  }

  var targetAnalyses: [HypothesisResult] {
    result.curves.filter { !$0.arm.isControl }.compactMap { analysis("dose-response/" + $0.id) }
  }

  var detectionAnalyses: [HypothesisResult] { analyses(of: "detection") }

  private var conclusion: RichText {
    var runs: [RichText.Run] = []
    let exact = result.figures.count { $0.verdict == .reproducedExactly }
    if !result.figures.isEmpty {
      runs += [
        .sourced("\(exact)", source: "figures.reproduced exactly"), .words(" of "),
        .sourced("\(result.figures.count)", source: "figures.count"),
        .words(" published figures are reproduced digit for digit. "),
      ]
    }
    let grave = fired.count { ($0.severity ?? .info) >= .major }
    runs += [
      .words("Findings that need an answer: "), .sourced("\(grave)", source: "findings.grave"),
      .words(
        registeredCount == 0
          ? ". Nothing was registered: every analysis is exploratory, with a shape in words and no "
            + "verdict."
          : ". Registered analyses have a verdict; the others are exploratory."),
    ]
    return RichText(runs)
  }

  private var story: [KeyPoint] {
    var points: [KeyPoint] = []
    let rest = RuleID.allCases.filter { !Self.storyOrder.contains($0) }
    for rule in Self.storyOrder + rest {
      let candidates = ranked.filter { $0.rule == rule && ($0.severity ?? .info) >= .major }
      for finding in candidates.prefix(2) {
        points.append(
          KeyPoint(
            mark: nil, severity: finding.severity?.rawValue ?? "",
            text: RichText(finding.title, of: finding), target: finding.id))
      }
    }
    return Array(points.prefix(Self.storyLength))
  }

  private var countLine: RichText {
    var runs: [RichText.Run] = [.words("Findings: ")]
    for (index, severity) in Severity.allCases.reversed().enumerated() {
      if index > 0 { runs.append(.words(", ")) }
      let count = fired.count { $0.severity == severity }
      runs.append(.sourced("\(count)", source: "findings.\(severity.rawValue)"))
      runs.append(.words(" \(severity.rawValue)"))
    }
    let passed = result.findings.count { $0.status == .passed }
    runs += [
      .words("; checks passed: "), .sourced("\(passed)", source: "findings.passed"), .words("."),
    ]
    return RichText(runs)
  }

  func status(_ analysis: HypothesisResult) -> RichText {
    guard analysis.registration != .exploratory else { return "◇\u{00A0}exploratory" }
    let mark = analysis.verdict.map { ClaimMark($0) } ?? .exploratory
    return RichText("\(mark.shape)\u{00A0}\(mark.rawValue) (\(analysis.registration.rawValue))")
  }

  private var targetTable: ReportTable {
    ReportTable(
      id: "targets", caption: "Dose and outcome of each target set, same questions",
      columns: [
        .init("Arm"), .init("Questions", .right), .init("Slope, pp per unit [95%]", .right),
        .init("Trend", .right), .init("Holm", .right), .init("Shape"), .init("Status"),
      ],
      rows: targetAnalyses.map { analysis in
        ["arm", "complete", "slope", "p-trend", "p-holm", "shape"].map { cell($0, analysis) }
          + [status(analysis)]
      }, source: "rows")
  }

  private var detectionSummary: ReportTable {
    ReportTable(
      id: "detection-summary", caption: "Detection",
      columns: [
        .init("Question set"), .init("Detector"), .init("n", .right), .init("AUROC [95%]", .right),
        .init("Accuracy [95%]", .right), .init("Larger class", .right),
        .init("McNemar", .right), .init("Status"),
      ],
      rows: detectionAnalyses.map { analysis in
        ["set", "detector", "n", "auroc", "accuracy", "majority", "p-majority"].map {
          cell($0, analysis)
        } + [status(analysis)]
      }, source: "rows")
  }

  private var figureCounts: ReportTable {
    ReportTable(
      id: "figure-counts", caption: "Published figures",
      columns: [.init("Verdict"), .init("Figures", .right), .init("Meaning")],
      rows: FigureVerdict.allCases.map { verdict in
        let count = result.figures.count { $0.verdict == verdict }
        return [
          RichText(verdict.rawValue), .sourced("\(count)", "figures.\(verdict.rawValue)"),
          RichText(verdict.definition),
        ]
      }, source: "figures.yaml")
  }
}
