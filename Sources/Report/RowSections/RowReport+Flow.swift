import Audit
import Charts
import RawStore
import RowAudit
import Statistics

extension RowReport {
  /// From the design to what is analysed.
  var flowSection: ReportSection {
    get throws {
      var blocks: [ReportBlock] = []
      if !result.curves.isEmpty {
        blocks.append(.figure(outcomeFlow))
        blocks.append(.figure(coverageFigure))
      }
      for (index, funnel) in result.funnels.enumerated() {
        guard let analysis = analysis("consistency/" + funnel.id) else { continue }
        blocks.append(.figure(funnelFigure(funnel, analysis, number: index + 1)))
        blocks.append(.paragraph(sentence(analysis)))
      }
      guard !blocks.isEmpty else {
        return absent("flow", "Flow of data", "The rows hold no outcomes and no sampled responses.")
      }
      return ReportSection(
        id: "flow", title: "Flow of data",
        lead: """
          What the design has, what left and why, what is analysed. An unscored answer is not \
          false; it is counted here and left out of rates.
          """, blocks: blocks)
    }
  }

  private var classCounts: [(name: String, count: Int)] {
    var counts: [String: Int] = [:]
    for curve in result.curves {
      for point in curve.points {
        for (name, count) in zip(curve.unscoredClasses, point.unscoredCounts) {
          counts[name, default: 0] += count
        }
      }
    }
    return counts.keys.sorted().map { ($0, counts[$0] ?? 0) }.filter { $0.1 > 0 }
  }

  private var outcomeFlow: ReportFigure {
    let missing = result.curves.reduce(0) { $0 + $1.missingCount }
    let scored = result.curves.reduce(0) { $0 + $1.scoredCount }
    let unscored = result.curves.reduce(0) { $0 + $1.unscoredCount }
    let incomplete = result.curves.reduce(0) { sum, curve in
      sum
        + (curve.test.map { test in
          curve.scoredCount - test.completeCount * curve.doses.count * curve.replicateCount
        } ?? 0)
    }
    let losses = classCounts.map { FlowChart.Loss(reason: $0.name, count: $0.count) }
    let chart = FlowChart(
      heading: ChartHeading(title: "Flow of outcomes", subtitle: "Rows of all arms and doses"),
      data: FlowChart.Data(
        unit: "rows",
        stages: [
          FlowChart.Stage(
            name: "Questions × doses of all arms", count: missing + scored + unscored,
            losses: [FlowChart.Loss(reason: "no row", count: missing)]),
          FlowChart.Stage(
            name: "Answered", count: scored + unscored,
            losses: losses.isEmpty ? [FlowChart.Loss(reason: "unscored", count: 0)] : losses),
          FlowChart.Stage(
            name: "Scored: in the rates", count: scored,
            losses: [
              FlowChart.Loss(
                reason: "of questions that are not scored at every dose", count: max(0, incomplete))
            ]),
          FlowChart.Stage(
            name: "In the paired statistics", count: scored - max(0, incomplete)),
        ]))
    let title = RichText([
      .sourced("\(scored)", source: "flow.scored"), .words(" of "),
      .sourced("\(missing + scored + unscored)", source: "flow.planned"),
      .words(" rows are scored"),
    ])
    return figure(
      "figure-flow", chart, title: title,
      subtitle: "Rows of all arms and doses, from the design to the paired statistics",
      caption: "A row is one response to one question at one dose in one arm.",
      howToRead: "From top to bottom; a box on the right is what leaves, with its reason.",
      table: table("flow-data", of: chart, caption: "Flow of outcomes", owner: "flow"))
  }

  private var coverageFigure: ReportFigure {
    let doses = Set(result.curves.flatMap(\.doses)).sorted()
    let columns = doses.isEmpty ? ["–"] : doses.map { PrintedDose.text($0) }
    var groups: [CoverageChart.Group] = []
    for benchmark in benchmarkNames {
      let rows = result.curves.filter { $0.arm.benchmark == benchmark }.map { curve in
        CoverageChart.Row(
          name: shortName(curve),
          cells: (doses.isEmpty ? [Double?.none] : doses.map(Optional.init)).map { dose in
            guard let point = curve.points.first(where: { $0.dose == dose }) else {
              return CoverageChart.Cell(.missing)
            }
            let total = point.scoredCount + point.unscoredCount + point.missingCount
            return CoverageChart.Cell(
              point.missingCount > 0 ? .imprecise : .measured, "\(point.scoredCount)/\(total)")
          })
      }
      groups.append(CoverageChart.Group(name: benchmark, rows: rows))
    }
    let chart = CoverageChart(
      heading: ChartHeading(title: "Coverage", subtitle: "Scored rows by arm and dose"),
      data: CoverageChart.Data(columnTitle: "Dose α", columns: columns, groups: groups))
    let missing = result.curves.reduce(0) { $0 + $1.missingCount }
    return figure(
      "figure-coverage", chart,
      title: RichText([
        .sourced("\(missing)", source: "flow.missing"), .words(" rows of the design are missing"),
      ]),
      subtitle: "Scored rows of all rows of the design, by arm and dose",
      caption: "A cell without a number was not run.",
      howToRead: "One row an arm, one column a dose; the number is scored of designed.",
      table: table(
        "coverage-data", of: chart, caption: "Scored rows by arm and dose", owner: "coverage"))
  }

  private func funnelFigure(
    _ funnel: ConsistencyFunnel, _ analysis: HypothesisResult, number: Int
  ) -> ReportFigure {
    let chart = FlowChart(
      heading: ChartHeading(title: "Consistency filter", subtitle: "Questions"),
      data: FlowChart.Data(
        unit: "questions",
        stages: [
          FlowChart.Stage(
            name: "Sampled, \(funnel.responseCount) responses each", count: funnel.seenCount,
            losses: [
              FlowChart.Loss(reason: "answered both ways", count: funnel.mixedCount),
              FlowChart.Loss(reason: "with an unscored response", count: funnel.unscoredCount),
            ]),
          FlowChart.Stage(
            name: "Answered alike in every response", count: funnel.keptCount,
            losses: [
              FlowChart.Loss(reason: "right in all", count: funnel.alwaysTrueCount),
              FlowChart.Loss(reason: "wrong in all", count: funnel.alwaysFalseCount),
            ]),
        ]))
    return figure(
      "figure-funnel-\(number)", chart,
      title: RichText([.words("The consistency filter keeps ")])
        + cell("kept", analysis) + RichText(" of ") + cell("seen", analysis)
        + RichText(" questions"),
      subtitle: "Questions by their judged responses",
      caption: RichText("Right in all certifies a success probability above ")
        + cell("certified", analysis) + ".",
      howToRead: "The lower box is split on its right into the two classes that are kept.",
      table: ReportTable(
        id: "funnel-data-\(number)", caption: "Questions by their judged responses",
        columns: [.init("Class"), .init("Questions", .right)],
        rows: [
          ("sampled", "seen"), ("right in all", "always-true"), ("wrong in all", "always-false"),
          ("answered both ways", "mixed"), ("with an unscored response", "unscored"),
          ("kept", "kept"),
        ].map { [RichText($0.0), cell($0.1, analysis)] }, source: "rows"))
  }

  // MARK: - Names

  var benchmarkNames: [String] {
    var names: [String] = []
    for curve in result.curves where !names.contains(curve.arm.benchmark) {
      names.append(curve.arm.benchmark)
    }
    return names
  }

  /// The arm without its benchmark.
  func shortName(_ curve: DoseCurve) -> String {
    let prefix = curve.arm.benchmark + "/"
    return curve.id.hasPrefix(prefix) ? String(curve.id.dropFirst(prefix.count)) : curve.id
  }
}
