import Audit
import Charts
import Statistics
import Study

extension PublishedStudyReport {
  private static let doseRules: [RuleID] = [
    .absenceOfEvidence, .noiseClaim, .monotonicityUntested, .significantVersusNot,
    .selectiveSummary,
  ]

  /// What the rates say over the doses, row by row.
  var doseSection: ReportSection {
    get throws {
      guard !result.rows.isEmpty else {
        return ReportSection(
          id: "doses", title: "Dose and outcome", lead: "",
          blocks: [.paragraph("The study reports no rates by dose.")])
      }
      return ReportSection(
        id: "doses", title: "Dose and outcome",
        lead: """
          Exploratory, because nothing was registered; unpaired, because only margins are \
          published. A row whose n is inferred says so.
          """,
        blocks: [
          .figure(try doseFigure), .figure(forestFigure),
          .details(
            summary: "Every row in words",
            [.list(result.analyses.map { analysis($0) })]),
        ])
    }
  }

  func analysis(_ analysis: HypothesisResult) -> RichText {
    RichText(analysis.sentence, evidence: analysis.evidence, owner: analysis.id)
  }

  func evidence(_ key: String, _ analysis: HypothesisResult) -> RichText {
    let text = RichText(key, in: analysis.evidence, owner: analysis.id)
    return text.isEmpty ? "–" : text
  }

  // MARK: - Dose–response

  private var doseFigure: ReportFigure {
    get throws {
      let lead = Self.doseRules.lazy.compactMap { rule in ranked.first { $0.rule == rule } }.first
      let title = lead.map { RichText($0.title, of: $0) } ?? "Rates by dose"
      let subtitle = RichText([
        .words("\(measureName) by dose, with 95% Wilson intervals; "),
        .sourced("\(result.rows.count)", source: "rows.count"),
        .words(" rows; n under each panel; the dotted line is the dose that changes nothing"),
      ])
      return ReportFigure(
        id: "figure-doses",
        chart: DoseResponseChart(
          heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
          data: DoseResponseChart.Data(
            measure: measureName, unit: "%", dose: "Dose α",
            noOpDose: result.study.design.noOpDose, doses: designDoses,
            benchmarks: try benchmarkNames.map(doseBenchmark))),
        title: title, subtitle: subtitle,
        caption: """
          Wilson intervals of single rates. They are not the test of a trend or of a difference: \
          those stand under the panels and in the next figure.
          """,
        source: "cells.csv",
        howToRead: """
          One panel for each benchmark and configuration, on shared axes. A cross marks a dose of \
          the design without a number. Hollow points stand only in an older edition of the text.
          """,
        table: doseTable)
    }
  }

  /// The declared doses, or those that occur.
  private var designDoses: [Double] {
    let declared = result.study.design.doses
    return declared.isEmpty
      ? Set(result.rows.flatMap { $0.points.map(\.dose) }).sorted() : declared
  }

  private func doseBenchmark(_ name: String) throws -> DoseResponseChart.Benchmark {
    DoseResponseChart.Benchmark(
      name: name,
      panels: try result.rows.filter { $0.benchmark == name }.map { row in
        let cells = try designDoses.map { dose -> DoseResponseChart.Cell in
          guard let point = row.points.first(where: { $0.dose == dose }) else {
            return DoseResponseChart.Cell(
              dose: dose, estimate: PlottedEstimate(nil), detail: "no number published")
          }
          return DoseResponseChart.Cell(
            dose: dose, estimate: try plotted(point),
            detail: "\(point.successes) of \(point.total)")
        }
        let analysis = result.analyses.first { $0.evidence["row"]?.text == row.id }
        return DoseResponseChart.Panel(
          name: row.isDropped ? "\(row.configuration) (\(row.version) only)" : row.configuration,
          detail: row.points.first.map { "n = \($0.total)" + row.basis.mark } ?? "",
          series: [
            DoseResponseChart.Series(name: "rate", isHollow: row.isDropped, cells: cells)
          ],
          note: analysis?.evidence["p"].map { "trend \($0.text)" } ?? "")
      })
  }

  private var doseTable: ReportTable {
    ReportTable(
      id: "doses-data", caption: "Rates, contrasts and trends of every row (unpaired)",
      columns: [
        .init("Row"), .init("n"), .init("Counts"), .init("Last − first [95%]", .right),
        .init("Trend", .right), .init("Exact", .right), .init("Holm", .right),
        .init("Against increase", .right), .init("Against decrease", .right), .init("Shape"),
      ],
      rows: result.analyses.map { analysis in
        [
          evidence("row", analysis), evidence("n", analysis), evidence("counts", analysis),
          evidence("estimate", analysis), evidence("p", analysis), evidence("p-exact", analysis),
          evidence("p-holm", analysis), evidence("p12-inc", analysis),
          evidence("p12-dec", analysis), evidence("shape", analysis),
        ]
      }, source: "cells.csv")
  }

  // MARK: - Forest

  private var forestFigure: ReportFigure {
    let margin =
      result.study.design.smallestEffectOfInterest ?? result.study.auditor.equivalenceMargin
    let inside = result.analyses.count { analysis in
      guard case .estimate(_, let interval, _)? = analysis.evidence["estimate"]?.value else {
        return false
      }
      return interval.lower * 100 > -margin && interval.upper * 100 < margin
    }
    let title = RichText([
      .sourced("\(inside)", source: "analyses.insideMargin"), .words(" of "),
      .sourced("\(result.analyses.count)", source: "analyses.count"),
      .words(" changes have an interval inside the margin of ±"),
      .sourced(
        NumberStyle.decimal(0).text(margin), source: "settings.equivalenceMarginPercentagePoints"),
      .words(" pp"),
    ])
    let subtitle: RichText = """
      Change from the lowest to the highest measured dose in percentage points, with 95% Newcombe \
      intervals, unpaired; the shaded region is the margin
      """
    return ReportFigure(
      id: "figure-forest",
      chart: ForestChart(
        heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
        data: ForestChart.Data(facets: [
          ForestChart.Facet(
            title: "Change over the measured doses", unit: "pp", marginLower: -margin,
            marginUpper: margin, rows: result.analyses.map(forestRow))
        ])),
      title: title, subtitle: subtitle,
      caption: "p: Cochran–Armitage trend, two-sided, unadjusted.", source: "cells.csv",
      howToRead: """
        A line is the interval of one change. Inside the shaded region means shown to be small \
        (at the stricter 95% level); a line that leaves the region on both sides cannot tell.
        """,
      table: forestTable)
  }

  private func forestRow(_ analysis: HypothesisResult) -> ForestChart.Row {
    let label = analysis.evidence["row"]?.text ?? analysis.id
    let detail = [
      analysis.evidence["contrast-doses"].map { "doses \($0.text)" },
      shortCount(of: label),
    ].compactMap { $0 }.joined(separator: ", ")
    guard case .estimate(let value, let interval, _)? = analysis.evidence["estimate"]?.value else {
      return ForestChart.Row(label: label, detail: detail, estimate: PlottedEstimate(nil))
    }
    return ForestChart.Row(
      label: label, detail: detail,
      estimate: PlottedEstimate(
        value.value.map { $0 * 100 }, lower: interval.lower * 100, upper: interval.upper * 100),
      pValue: analysis.evidence["p"]?.number, verdict: .exploratory)
  }

  /// "n = 40 (inferred)".
  private func shortCount(of id: String) -> String? {
    result.rows.first { $0.id == id }.flatMap { row in
      row.points.first.map { "n = \($0.total)" + row.basis.mark }
    }
  }

  private var forestTable: ReportTable {
    ReportTable(
      id: "forest-data", caption: "Change over the measured doses",
      columns: [
        .init("Row"), .init("Doses"), .init("n"), .init("Change [95% Newcombe]", .right),
        .init("Trend", .right),
      ],
      rows: result.analyses.map { analysis in
        ["row", "contrast-doses", "n", "estimate", "p"].map { evidence($0, analysis) }
      }, source: "cells.csv")
  }
}

extension DoseRow.CountBasis {
  /// A short mark for panels.
  fileprivate var mark: String {
    switch self {
    case .stated: ""
    case .otherDoses, .sameAs, .smallestFeasible: " (inferred)"
    case .none: " (unknown)"
    }
  }
}
