import Audit
import Charts
import Study

extension PublishedStudyReport {
  /// Which cells of the design exist, in which edition.
  var coverageSection: ReportSection {
    get throws {
      let doses = result.study.design.doses
      guard !doses.isEmpty else {
        return ReportSection(
          id: "coverage", title: "What was measured, and what was not", lead: "",
          blocks: [.paragraph("The study declares no grid of doses.")])
      }
      let missing = ranked.filter { $0.rule == .missingCell || $0.rule == .droppedRow }
      let cells = coverageGroups(doses)
      let states = cells.flatMap { $0.rows.flatMap(\.cells) }
      let present = states.count { $0.state == .measured }
      let title = RichText([
        .sourced("\(present)", source: "coverage.measured"), .words(" of "),
        .sourced("\(states.count)", source: "coverage.planned"),
        .words(" planned cells have a number in the newest edition"),
      ])
      let subtitle: RichText = "Benchmark × configuration × dose; the count over n in each cell"
      let figure = ReportFigure(
        id: "figure-coverage",
        chart: CoverageChart(
          heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
          data: CoverageChart.Data(
            columnTitle: "Dose α", columns: doses.map { PrintedNumber.text(of: $0) },
            groups: cells)),
        title: title, subtitle: subtitle,
        caption: "A cell without a number is missing, never zero.", source: "cells.csv",
        howToRead: """
          Filled: measured. Crossed: missing. Hatched or marked: printed without a usable number, \
          or present only in an older edition.
          """,
        table: coverageTable(doses))
      return ReportSection(
        id: "coverage", title: "What was measured, and what was not",
        lead: "Missing cells count: a claim about the whole range needs the whole range.",
        blocks: [.figure(figure), .list(missing.map { RichText($0.sentence, of: $0) })])
    }
  }

  private func coverageGroups(_ doses: [Double]) -> [CoverageChart.Group] {
    let planned = result.study.design.benchmarks.filter(\.isPlanned).map(\.id)
    let names = planned + benchmarkNames.filter { !planned.contains($0) }
    return names.map { benchmark in
      CoverageChart.Group(
        name: benchmark,
        rows: result.study.design.configurations.map { configuration in
          CoverageChart.Row(
            name: configuration.id,
            cells: doses.map { coverageCell(benchmark, configuration.id, $0) })
        })
    }
  }

  private func coverageCell(
    _ benchmark: String, _ configuration: String, _ dose: Double
  ) -> CoverageChart.Cell {
    let row = result.rows.first { $0.benchmark == benchmark && $0.configuration == configuration }
    if let row, let point = row.points.first(where: { $0.dose == dose }) {
      return CoverageChart.Cell(
        row.isDropped ? .dropped : .measured, "\(point.successes)/\(point.total)")
    }
    let cell = newestCell(benchmark, configuration, dose)
    if let cell, cell.printed.kind == .approximate {
      return CoverageChart.Cell(.imprecise, cell.printed.text)
    }
    if let cell, cell.printed.kind == .exact {
      return CoverageChart.Cell(.imprecise, cell.printed.text)
    }
    return CoverageChart.Cell(.missing)
  }

  private func newestCell(_ benchmark: String, _ configuration: String, _ dose: Double) -> Cell? {
    let order = result.study.versions.map(\.id)
    return result.study.cells.filter {
      $0.benchmark == benchmark && $0.configuration == configuration && $0.dose == dose
    }.max { (order.firstIndex(of: $0.version) ?? 0) < (order.firstIndex(of: $1.version) ?? 0) }
  }

  private func coverageTable(_ doses: [Double]) -> ReportTable {
    let rows = coverageGroups(doses).flatMap { group in
      group.rows.map { row -> [RichText] in
        [RichText(group.name), RichText(row.name)]
          + zip(doses, row.cells).map { dose, cell -> RichText in
            let place = "\(group.name)/\(row.name)/\(PrintedNumber.text(of: dose))"
            return switch cell.state {
            case .missing: "missing"
            case .measured: .sourced(cell.text, "coverage/\(place)")
            case .dropped: .sourced(cell.text, "coverage/\(place)") + " (older edition only)"
            case .imprecise: .sourced(cell.text, "coverage/\(place)") + " (no usable number)"
            }
          }
      }
    }
    return ReportTable(
      id: "coverage-data", caption: "Cells by dose",
      columns: [.init("Benchmark"), .init("Configuration")]
        + doses.map { .init("α = \(PrintedNumber.text(of: $0))", .right) },
      rows: rows, source: "cells.csv")
  }
}
