import Audit
import Charts
import Statistics
import Study

extension PublishedStudyReport {
  /// How many tests there are, and what the study could have seen.
  var powerSection: ReportSection {
    get throws {
      var blocks: [ReportBlock] = []
      if let figure = multiplicityFigure { blocks.append(.figure(figure)) }
      if let figure = try powerFigure { blocks.append(.figure(figure)) }
      blocks.append(
        .list(
          ranked.filter { [.multiplicity, .power, .patternBaseRate].contains($0.rule) }.map {
            RichText($0.sentence, of: $0)
          }))
      return ReportSection(
        id: "power", title: "Multiplicity and power",
        lead: """
          One small p-value among many tests is expected; and a study that could not have seen \
          an effect says nothing by not seeing it.
          """,
        blocks: blocks)
    }
  }

  private var multiplicityFigure: ReportFigure? {
    let tests = result.analyses.compactMap { analysis in
      analysis.evidence["p"]?.number.map {
        MultiplicityChart.Test(name: analysis.evidence["row"]?.text ?? analysis.id, p: $0)
      }
    }
    guard tests.count > 1 else { return nil }
    let level = result.study.auditor.level
    let adjusted = result.analyses.compactMap { $0.evidence["p-holm"]?.number }
    let survivors = adjusted.count { $0 < level }
    let nominal = tests.count { $0.p < level }
    let title = RichText([
      .sourced("\(nominal)", source: "analyses.belowLevel"), .words(" of "),
      .sourced("\(tests.count)", source: "analyses.count"),
      .words(" trend tests are below "),
      .sourced(NumberStyle.decimal(2).text(level), source: "settings.level"),
      .words(" on their own, "),
      .sourced("\(survivors)", source: "analyses.belowLevelHolm"),
      .words(" after Holm's correction"),
    ])
    let subtitle: RichText = """
      Sorted p-values of the trend tests (Cochran–Armitage, two-sided) against their rank, with \
      Holm's steps and the Benjamini–Hochberg ray
      """
    return ReportFigure(
      id: "figure-multiplicity",
      chart: MultiplicityChart(
        heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
        data: MultiplicityChart.Data(tests: tests, level: level)),
      title: title, subtitle: subtitle,
      caption: "The family is every dose row of the study, because none was declared.",
      source: "cells.csv",
      howToRead: """
        A point below the step line survives Holm's correction; a point below the ray survives \
        Benjamini–Hochberg. Points along the diagonal are what no effect anywhere looks like.
        """,
      table: ReportTable(
        id: "multiplicity-data", caption: "p-values of the trend tests, adjusted over the rows",
        columns: [
          .init("Row"), .init("p", .right), .init("Holm", .right),
          .init("Benjamini–Hochberg", .right), .init("Benjamini–Yekutieli", .right),
        ],
        rows: result.analyses.map { analysis in
          ["row", "p", "p-holm", "p-bh", "p-by"].map { evidence($0, analysis) }
        }, source: "cells.csv"))
  }
}
