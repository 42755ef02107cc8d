import Audit
import Charts
import RawStore
import RowAudit
import Statistics

extension RowReport {
  private static let neutralRules: [RuleID] = [
    .noOpOffCurve, .noOpFlips, .judgeRetest, .unscoredTrend, .missingRows, .splitLeakage,
  ]

  /// Checks whose outcome does not depend on the hypothesis.
  var neutralSection: ReportSection {
    let checks = result.findings.filter { Self.neutralRules.contains($0.rule) }
    let table = ReportTable(
      id: "neutral-checks", caption: "Outcome-neutral checks",
      columns: [.init("Rule"), .init("Result"), .init("Check")],
      rows: checks.map { finding in
        [
          RichText.link(finding.rule.rawValue, to: "#rule-\(finding.rule.rawValue)"),
          RichText(Self.word(finding.status)), RichText(finding.title, of: finding),
        ]
      }, source: "findings.json")
    var blocks: [ReportBlock] = [.table(table)] + modelChecks
    for retest in result.retests where retest.responseCount > 0 {
      if let analysis = analysis("judge-retest/" + retest.id) {
        if retest.conflictCount > 0 {
          blocks.append(.figure(retestFigure(retest, analysis)))
        }
        blocks.append(.paragraph(sentence(analysis)))
      }
    }
    for judges in result.judges {
      if let analysis = analysis("judges/" + judges.id) {
        blocks.append(.figure(judgeFigure(judges, analysis)))
      }
    }
    blocks += judgeBlocks
    let curves = analyses(of: "unscored").filter { ($0.evidence["unscored"]?.number ?? 0) > 0 }
    if !curves.isEmpty { blocks.append(.list(curves.map(sentence))) }
    return ReportSection(
      id: "checks-neutral", title: "Outcome-neutral checks",
      lead: """
        What must hold whatever the hypothesis: nothing changes where nothing is changed, the judge \
        agrees with itself, unscored answers do not follow the dose, splits share no question.
        """, blocks: blocks)
  }

  /// What a run of ours checked on the model itself.
  private var modelChecks: [ReportBlock] {
    let configurations = analyses(of: "model-checks")
    let formats = analyses(of: "model-formats")
    var blocks: [ReportBlock] = []
    if !configurations.isEmpty {
      let places = (1...2).filter { place in
        configurations.contains { $0.evidence["dose-\(place)"] != nil }
      }
      blocks.append(
        .table(
          ReportTable(
            id: "model-checks", caption: "Anchor and liveness of every configuration",
            columns: [
              .init("Config."), .init("Dosed"), .init("Dose 1"), .init("Prompts", .right),
            ]
              + places.flatMap { _ -> [ReportTable.Column] in
                [
                  .init("Dose", .right), .init("Logit", .right),
                  .init("Tokens", .right), .init("Answers", .right),
                ]
              },
            rows: configurations.map { analysis in
              ["configuration", "target", "anchor", "prompts"].map { cell($0, analysis) }
                + places.flatMap { place in
                  ["dose", "logit", "tokens", "responses"].map {
                    cell("\($0)-\(place)", analysis)
                  }
                }
            }, source: "rows")))
    }
    if !configurations.isEmpty {
      blocks.append(
        .paragraph(
          """
          Logit: the largest difference of a logit from dose 1 over all positions of the prompts. \
          Tokens: positions whose most probable token changes. Answers: greedy answers that change.
          """))
    }
    blocks += formats.map { .paragraph(sentence($0)) }
    blocks += analyses(of: "model-threads").map { .paragraph(sentence($0)) }
    return blocks
  }

  private static func word(_ status: Finding.Status) -> String {
    switch status {
    case .passed: "●\u{00A0}passed"
    case .fired(let severity):
      severity == .info ? "○\u{00A0}noted" : "✕\u{00A0}\(severity.rawValue)"
    case .notRun: "–\u{00A0}not\u{00A0}run"
    }
  }

  private func coefficients(_ analysis: HypothesisResult) -> [AgreementChart.Coefficient] {
    [("Cohen's κ", "kappa"), ("Gwet's AC1", "ac1")].map {
      AgreementChart.Coefficient(name: $0.0, estimate: plotted($0.1, analysis))
    }
  }

  private func agreementTable(
    _ id: String, _ analysis: HypothesisResult, prefix: String
  ) -> ReportTable {
    let words = JudgeRetest.Judgement.allCases.map(\.word)
    return ReportTable(
      id: id, caption: "Judgements against judgements",
      columns: [.init("")] + words.map { .init($0, .right) },
      rows: words.map { row in
        [RichText(row)] + words.map { cell("\(prefix)-\(row)-\($0)", analysis) }
      }, source: "rows")
  }

  private func retestFigure(
    _ retest: JudgeRetest, _ analysis: HypothesisResult
  ) -> ReportFigure {
    let number = result.retests.firstIndex(of: retest) ?? 0
    return figure(
      "figure-retest-\(number + 1)",
      AgreementChart(
        heading: ChartHeading(title: "Judge against itself", subtitle: "Identical responses"),
        data: AgreementChart.Data(
          rowRater: "one judgement", columnRater: "another of the same response",
          categories: JudgeRetest.Judgement.allCases.map(\.word), counts: retest.pairs,
          coefficients: coefficients(analysis))),
      title: RichText("\(retest.benchmark): ") + cell("conflicts", analysis) + RichText(" of ")
        + cell("groups", analysis) + RichText(" identical responses are judged differently"),
      subtitle: "Ordered pairs of judgements of byte-identical responses to one question",
      caption: "A group of k responses gives k(k − 1) pairs, so that the table is symmetric.",
      howToRead: "Off the diagonal the judge contradicts itself.",
      table: agreementTable("retest-data-\(number + 1)", analysis, prefix: "pairs"))
  }

  private func judgeFigure(
    _ judges: JudgeComparison, _ analysis: HypothesisResult
  ) -> ReportFigure {
    let number = result.judges.firstIndex(of: judges) ?? 0
    return figure(
      "figure-judges-\(number + 1)",
      AgreementChart(
        heading: ChartHeading(title: "Two judges", subtitle: "Answers judged by both"),
        data: AgreementChart.Data(
          rowRater: judges.first, columnRater: judges.second,
          categories: JudgeRetest.Judgement.allCases.map(\.word), counts: judges.counts,
          coefficients: coefficients(analysis))),
      title: RichText("\(judges.first) and \(judges.second) agree on ")
        + cell("observed", analysis) + RichText(" of ") + cell("n", analysis)
        + RichText(" answers"),
      subtitle: "The same answers by two judges, with Cohen's κ and Gwet's AC1",
      caption: "κ collapses when one judgement is rare; AC1 does not.",
      howToRead: "Rows are the first judge, columns the second; shares are of the row.",
      table: agreementTable("judges-data-\(number + 1)", analysis, prefix: "counts"))
  }
}
