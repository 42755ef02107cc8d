import Audit
import Charts
import Statistics
import Study

extension PublishedStudyReport {
  /// The dose that changes nothing: configurations on the same weights must agree there.
  var anchorSection: ReportSection {
    get throws {
      let findings = finding(.noOpAnchor)
      guard let noOp = result.study.design.noOpDose, let data = try anchorData(noOp) else {
        return ReportSection(
          id: "anchor", title: "The dose that changes nothing", lead: "",
          blocks: [.paragraph("The study declares no such dose, or measures nothing there.")])
      }
      let worst = ranked.first { $0.rule == .noOpAnchor } ?? findings.first
      let title = worst.map { RichText($0.title, of: $0) } ?? "Agreement at the no-op dose"
      let subtitle: RichText =
        """
        Rates at the dose that changes nothing, with 95% Wilson intervals, by weight format; and \
        each configuration's change from its own no-op, with 95% Newcombe intervals
        """
      let figure = ReportFigure(
        id: "figure-anchor",
        chart: AnchorChart(
          heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText), data: data),
        title: title, subtitle: subtitle,
        caption: """
          Configurations that share a weight format run the same weights and must agree at this \
          dose; across formats a difference can be an effect of quantisation.
          """,
        source: "cells.csv",
        howToRead: """
          Left: one row for each configuration, grouped by weight format. Intervals of one group \
          that do not overlap mean that at least one configuration measures something else. Right: \
          changes from the own no-op can be compared between configurations even when levels \
          cannot.
          """,
        table: try anchorTable(noOp))
      return ReportSection(
        id: "anchor", title: "The dose that changes nothing",
        lead: """
          A factor of one is the identity. Configurations on the same weights that differ there \
          do not measure the same thing, whatever they show at other doses.
          """,
        blocks: [.figure(figure), .list(findings.map { RichText($0.sentence, of: $0) })])
    }
  }

  private func anchorData(_ noOp: Double) throws -> AnchorChart.Data? {
    let benchmarks = try benchmarkNames.compactMap { name -> AnchorChart.Benchmark? in
      let rows = try result.rows.filter { $0.benchmark == name }.compactMap {
        try anchorRow($0, noOp)
      }
      return rows.isEmpty ? nil : AnchorChart.Benchmark(name: name, rows: grouped(rows))
    }
    guard !benchmarks.isEmpty else { return nil }
    return AnchorChart.Data(
      measure: measureName, noOp: "α = \(PrintedNumber.text(of: noOp))", benchmarks: benchmarks)
  }

  private func anchorRow(_ row: DoseRow, _ noOp: Double) throws -> AnchorChart.Row? {
    guard let anchor = row.points.first(where: { $0.dose == noOp }) else { return nil }
    let format = result.study.design.configurations.first { $0.id == row.configuration }
    return AnchorChart.Row(
      configuration: row.configuration, weightFormat: format?.weightFormat ?? "unstated",
      rate: try plotted(anchor),
      changes: try row.points.filter { $0.dose != noOp }.map { point in
        let difference = try Self.difference(point, anchor)
        let interval = difference.newcombeInterval().scaled(by: 100)
        return AnchorChart.Change(
          dose: "α = \(PrintedNumber.text(of: point.dose))",
          estimate: PlottedEstimate(
            100 * (point.rate - anchor.rate), lower: interval.lower, upper: interval.upper))
      })
  }

  /// Rows of one weight format together, formats in order of appearance.
  private func grouped(_ rows: [AnchorChart.Row]) -> [AnchorChart.Row] {
    var formats: [String] = []
    for row in rows where !formats.contains(row.weightFormat) { formats.append(row.weightFormat) }
    return formats.flatMap { format in rows.filter { $0.weightFormat == format } }
  }

  private func anchorTable(_ noOp: Double) throws -> ReportTable {
    let rows = try result.rows.flatMap { row -> [[RichText]] in
      guard let anchor = row.points.first(where: { $0.dose == noOp }) else { return [] }
      let format = result.study.design.configurations.first { $0.id == row.configuration }
      return try row.points.map { point in
        let change =
          point.dose == noOp
          ? RichText("–")
          : try RichText.sourced(
            NumberStyle.percentagePoints.text(point.rate - anchor.rate) + " "
              + NumberStyle.percentagePoints.text(
                Self.difference(point, anchor).newcombeInterval()),
            "cells/\(point.cell.id).change")
        return [
          RichText(row.benchmark), RichText(row.configuration),
          RichText(format?.weightFormat ?? "unstated"), dose(point), counts(point),
          try rate(point), change,
        ]
      }
    }
    return ReportTable(
      id: "anchor-data", caption: "Rates and changes from the own no-op",
      columns: [
        .init("Benchmark"), .init("Configuration"), .init("Weights"), .init("Dose", .right),
        .init("Count", .right), .init("Rate [95% Wilson]", .right),
        .init("Change [95% Newcombe]", .right),
      ], rows: rows, source: "cells.csv")
  }
}
