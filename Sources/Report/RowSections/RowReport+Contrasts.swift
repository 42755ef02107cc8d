import Audit
import Charts
import RowAudit

extension RowReport {
  /// The contrasts that an arm can have: first to no-op dose, no-op to last, first to last.
  private static let places = 1...3
  private static let rowsOfOneFigure = 24

  /// Changes between two doses: one figure, or one for each pair of doses where a page is too short.
  var contrastFigures: [ReportFigure] {
    let facets = Self.places.compactMap { place in contrastFacet(place).map { (place, $0) } }
    let everything = RichText("Changes on the same questions: ablation and amplification apart")
    guard facets.reduce(0, { $0 + $1.1.rows.count }) > Self.rowsOfOneFigure else {
      return [
        contrastFigure(
          "figure-contrasts", facets.map(\.1), title: everything,
          table: contrastTable("contrasts-data", Self.places))
      ]
    }
    return facets.map { place, facet in
      contrastFigure(
        "figure-contrasts-\(place)", [facet],
        title: RichText("Changes on the same questions, " + facet.title.lowercased()),
        table: contrastTable("contrasts-data-\(place)", place...place))
    }
  }

  private func contrastFacet(_ place: Int) -> ForestChart.Facet? {
    let mine = targetAnalyses.filter { $0.evidence["contrast-\(place)"] != nil }
    guard !mine.isEmpty else { return nil }
    let margin = result.settings.equivalenceMargin
    let doses = Set(mine.compactMap { $0.evidence["contrast-doses-\(place)"]?.text })
    return ForestChart.Facet(
      title: "Dose \(doses.sorted().joined(separator: " or "))", unit: "pp",
      marginLower: -margin, marginUpper: margin,
      rows: mine.map { analysis in
        ForestChart.Row(
          label: analysis.evidence["arm"]?.text ?? analysis.id,
          detail: "n = " + (analysis.evidence["complete"]?.text ?? "–"),
          estimate: plotted("contrast-\(place)", analysis, scale: 100),
          pValue: analysis.evidence["contrast-p-\(place)"]?.number, verdict: .exploratory)
      })
  }

  private func contrastFigure(
    _ id: String, _ facets: [ForestChart.Facet], title: RichText, table: ReportTable
  ) -> ReportFigure {
    let subtitle: RichText = """
      Change of the rate between two doses in percentage points, with 95% Tango intervals; the \
      shaded region is the margin
      """
    let margin = result.settings.equivalenceMargin
    return figure(
      id,
      ForestChart(
        heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
        data: ForestChart.Data(facets: facets)),
      title: title, subtitle: subtitle,
      caption: RichText([
        .words("p: McNemar mid-p, unadjusted; Holm over the contrasts of an arm in the table. "),
        .words("Margin ±"),
        .sourced(NumberStyle.decimal(1).text(margin), source: "settings.equivalenceMargin"),
        .words(" pp, chosen by the auditor."),
      ]),
      howToRead: """
        A line is the interval of one change. Left of 0 the rate falls from the first dose to the \
        second.
        """, table: table)
  }

  private func contrastTable(_ id: String, _ places: ClosedRange<Int>) -> ReportTable {
    ReportTable(
      id: id, caption: "Changes between doses, same questions",
      columns: [
        .init("Arm"), .init("Doses"), .init("Change [95% Tango]", .right), .init("p", .right),
        .init("Holm", .right), .init("Turn true", .right), .init("Turn false", .right),
      ],
      rows: analyses(of: "dose-response").flatMap { analysis in
        places.compactMap { place -> [RichText]? in
          guard analysis.evidence["contrast-\(place)"] != nil else { return nil }
          return [
            "arm", "contrast-doses-\(place)", "contrast-\(place)", "contrast-p-\(place)",
            "contrast-holm-\(place)", "gains-\(place)", "losses-\(place)",
          ].map { cell($0, analysis) }
        }
      }, source: "rows")
  }
}
