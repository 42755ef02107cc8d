import Audit
import Charts
import RawStore
import RowAudit
import Statistics

extension RowReport {
  /// Published figures beside what their rows give.
  var figureSection: ReportSection {
    guard !result.figures.isEmpty else {
      return absent(
        "published", "Published figures", "No published figures were given to recompute.")
    }
    let rows = findings(.publishedFigure).map { finding -> [RichText] in
      func own(_ key: String) -> RichText {
        finding.evidence[key] == nil
          ? "–" : RichText(key, in: finding.evidence, owner: finding.id)
      }
      return [
        own("figure"), own("statistic"), own("printed"),
        own("recomputed")
          + (finding.evidence["recomputed-interval"] == nil
            ? RichText("") : RichText(" ") + own("recomputed-interval")),
        own("verdict"), finding.evidence["method"] == nil ? own("stated") : own("method"),
      ]
    }
    return ReportSection(
      id: "published", title: "Published figures, recomputed from their rows",
      lead: """
        Each printed number beside what the rows give, by the method that is named; digits beyond \
        the twelfth are not compared.
        """,
      blocks: [
        .table(
          ReportTable(
            id: "published-figures", caption: "Published figures",
            columns: [
              .init("Figure"), .init("Statistic"), .init("Printed", .right),
              .init("Recomputed", .right), .init("Verdict"), .init("Method"),
            ], rows: rows, source: "figures.yaml and rows"))
      ])
  }

  /// How many tests there are.
  var multiplicitySection: ReportSection {
    let tests = targetAnalyses.compactMap { analysis in
      analysis.evidence["p-trend"]?.number.map {
        MultiplicityChart.Test(name: analysis.evidence["arm"]?.text ?? analysis.id, p: $0)
      }
    }
    var blocks: [ReportBlock] = []
    if tests.count > 1 {
      let level = result.settings.level
      let holm = targetAnalyses.compactMap { $0.evidence["p-holm"]?.number }.count { $0 < level }
      let title = RichText([
        .words("Trends of target sets with p below "),
        .sourced(NumberStyle.decimal(2).text(level), source: "settings.level"), .words(": "),
        .sourced("\(tests.count { $0.p < level })", source: "targets.belowLevel"), .words(" of "),
        .sourced("\(tests.count)", source: "targets.count"), .words(" alone, "),
        .sourced("\(holm)", source: "targets.belowLevelHolm"), .words(" after Holm's correction"),
      ])
      let subtitle: RichText =
        "Sorted p-values of the within-question permutation tests against their rank"
      blocks.append(
        .figure(
          figure(
            "figure-multiplicity",
            MultiplicityChart(
              heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
              data: MultiplicityChart.Data(tests: tests, level: level)),
            title: title, subtitle: subtitle,
            caption: "The family is every target arm, because none was declared.",
            howToRead: "A point below the step line survives Holm's correction.",
            table: ReportTable(
              id: "multiplicity-data", caption: "p-values of the trends",
              columns: [.init("Arm"), .init("p", .right), .init("Holm", .right)],
              rows: targetAnalyses.map { analysis in
                ["arm", "p-trend", "p-holm"].map { cell($0, analysis) }
              }, source: "rows"))))
    }
    let inconclusive = targetAnalyses.filter { $0.evidence["mde-slope"]?.number != nil }
    if !inconclusive.isEmpty {
      blocks.append(
        .table(
          ReportTable(
            id: "detectable", caption: "What these questions could show",
            columns: [
              .init("Arm"), .init("Questions", .right),
              .init("Slope found with power 0.8, pp per unit", .right),
            ],
            rows: inconclusive.map { analysis in
              ["arm", "complete", "mde-slope"].map { cell($0, analysis) }
            }, source: "rows")))
    }
    if blocks.isEmpty { blocks = [.paragraph("There is no family of tests.")] }
    return ReportSection(
      id: "multiplicity", title: "Multiplicity and sensitivity",
      lead: "How many tests there are, and what these rows could have shown.", blocks: blocks)
  }

  var findingsSection: ReportSection {
    var blocks: [ReportBlock] = []
    for severity in Severity.allCases.reversed() {
      let findings = ranked.filter { $0.severity == severity }
      guard !findings.isEmpty else { continue }
      blocks.append(.heading(severity.heading, id: "findings-\(severity.rawValue)"))
      blocks += findings.map { .finding(FindingCard($0)) }
    }
    if blocks.isEmpty { blocks = [.paragraph("No rule found a fault.")] }
    return ReportSection(
      id: "findings", title: "Findings",
      lead: "Every finding with its numbers and their methods.", blocks: blocks)
  }
}
