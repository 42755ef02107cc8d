import Audit
import Charts
import RawStore
import RowAudit
import Statistics

extension RowReport {
  /// What the outcome does over the doses, on the same questions.
  var doseSection: ReportSection {
    get throws {
      let targets = result.curves.filter { !$0.arm.isControl }
      guard !targets.isEmpty else {
        return absent("doses", "Dose and outcome", "The rows hold no outcomes of a target set.")
      }
      var blocks: [ReportBlock] = doseFigures.map(ReportBlock.figure)
      if targets.contains(where: { $0.test?.contrasts.isEmpty == false }) {
        blocks += contrastFigures.map(ReportBlock.figure)
      }
      for (index, set) in result.specifications.enumerated() {
        blocks.append(.figure(specificationFigure(set, number: index + 1)))
      }
      blocks.append(
        .details(
          summary: "Every arm in words",
          [.list(analyses(of: "dose-response").map(sentence)), .table(rateTable)] + undrawnArms))
      return ReportSection(
        id: "doses", title: "Dose and outcome",
        lead: """
          The same questions at every dose: trends, shapes and changes are within questions. A \
          random set is drawn as a line of its own, never as a mean.
          """, blocks: blocks)
    }
  }

  private func estimate(_ point: DoseCurve.Point) -> PlottedEstimate {
    let interval = point.interval.value?.scaled(by: 100)
    return PlottedEstimate(
      point.rate.value.map { $0 * 100 }, lower: interval?.lower, upper: interval?.upper)
  }

  private func cells(_ curve: DoseCurve) -> [DoseResponseChart.Cell] {
    curve.points.compactMap { point in
      point.dose.map {
        DoseResponseChart.Cell(
          dose: $0, estimate: estimate(point),
          detail: "\(point.trueCount) of \(point.scoredCount)"
            + (point.unscoredCount > 0 ? ", \(point.unscoredCount) unscored" : ""))
      }
    }
  }

  private var measure: String {
    let endpoints = Set(result.curves.map(\.arm.endpoint))
    guard endpoints.count == 1, let name = endpoints.first, !name.isEmpty else { return "Rate" }
    return name.prefix(1).uppercased() + name.dropFirst()
  }

  /// One figure, or one for each benchmark where all panels would not fit a page.
  private var doseFigures: [ReportFigure] {
    let benchmarks = benchmarkNames.compactMap(plottedBenchmark)
    guard benchmarks.reduce(0, { $0 + $1.panels.count }) > Self.panelsOfOneFigure else {
      let lead = notable
      return [
        doseFigure(
          "figure-doses", benchmarks,
          title: title(of: lead, otherwise: slopeTitle(targetAnalyses.first)),
          table: slopeTable("doses-data", analyses(of: "dose-response")))
      ]
    }
    return benchmarks.enumerated().map { index, benchmark in
      let curves = result.curves.filter { $0.arm.benchmark == benchmark.name }
      let mine = curves.compactMap { analysis("dose-response/" + $0.id) }
      // The arm of the title: one with random sets beside it, if there is any.
      let controlled = Set(curves.filter(\.arm.isControl).map(\.arm.configuration))
      let targets = curves.filter { !$0.arm.isControl && !$0.doses.isEmpty }
      let first = (targets.first { controlled.contains($0.arm.configuration) } ?? targets.first)
        .flatMap { analysis("dose-response/" + $0.id) }
      let lead = notable.filter { finding in
        curves.contains { finding.id.hasSuffix("/" + $0.id) }
      }
      return doseFigure(
        "figure-doses-\(index + 1)", [benchmark],
        title: title(of: lead, otherwise: cell("arm", first) + RichText(": ") + slopeWords(first)),
        table: slopeTable("doses-data-\(index + 1)", mine))
    }
  }

  private static let panelsOfOneFigure = 10

  /// What a figure's title tells before slopes: a result, so not that random sets were not run.
  private var notable: [Finding] {
    findings(.hiddenShape, .controlSpecificity).filter {
      ($0.severity ?? .info) >= .minor
        && ($0.rule != .controlSpecificity || $0.evidence["unresolved"] != nil)
    }
  }

  /// Slopes of benchmarks that have random sets only, and so no figure with a table of its own.
  private var undrawnArms: [ReportBlock] {
    let drawn = benchmarkNames.compactMap(plottedBenchmark)
    guard drawn.reduce(0, { $0 + $1.panels.count }) > Self.panelsOfOneFigure else { return [] }
    let names = Set(drawn.map(\.name))
    let rest = result.curves.filter { !names.contains($0.arm.benchmark) }
      .compactMap { analysis("dose-response/" + $0.id) }
    return rest.isEmpty ? [] : [.table(slopeTable("doses-data-rest", rest))]
  }

  private func slopeTitle(_ analysis: HypothesisResult?) -> RichText {
    RichText("\(measure): ") + slopeWords(analysis)
  }

  private func slopeWords(_ analysis: HypothesisResult?) -> RichText {
    RichText("slope ") + cell("slope", analysis) + RichText(" pp per unit of dose, ")
      + cell("shape", analysis)
  }

  private func plottedBenchmark(_ name: String) -> DoseResponseChart.Benchmark? {
    let targets = result.curves.filter {
      $0.arm.benchmark == name && !$0.arm.isControl && !$0.doses.isEmpty
    }
    guard !targets.isEmpty else { return nil }
    return DoseResponseChart.Benchmark(
      name: name,
      panels: targets.map { curve in
        let analysis = analysis("dose-response/" + curve.id)
        let controls = result.curves.filter {
          $0.arm.isControl && $0.arm.benchmark == name
            && $0.arm.configuration == curve.arm.configuration
            && $0.arm.endpoint == curve.arm.endpoint && $0.arm.judge == curve.arm.judge
        }
        return DoseResponseChart.Panel(
          name: shortName(curve), detail: "n = \(curve.itemCount)",
          series: [DoseResponseChart.Series(name: curve.arm.neuronSet, cells: cells(curve))],
          controls: controls.map {
            DoseResponseChart.Series(name: $0.arm.neuronSet, cells: cells($0))
          },
          note: (analysis?.evidence["slope"]).map { "slope \($0.text) pp, " }.map {
            $0 + (analysis?.evidence["p-trend"]?.text ?? "")
          } ?? "")
      })
  }

  private func doseFigure(
    _ id: String, _ benchmarks: [DoseResponseChart.Benchmark], title: RichText, table: ReportTable
  ) -> ReportFigure {
    let subtitle = RichText(
      measure
        + " by dose, with 95% Wilson intervals of single rates; the dotted line is the dose that "
        + "changes nothing")
    return figure(
      id,
      DoseResponseChart(
        heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
        data: DoseResponseChart.Data(
          measure: measure, unit: "%", dose: "Dose α", noOpDose: result.settings.noOpDose,
          doses: Set(result.curves.flatMap(\.doses)).sorted(), benchmarks: benchmarks,
          startsAtData: true)),
      title: title, subtitle: subtitle,
      caption: """
        Intervals are of single rates and too wide for changes on the same questions: those stand \
        in the figure of changes. Trend: studentised within-question permutation.
        """,
      howToRead: """
        One panel for each target set and configuration; thin grey lines are random sets, one each. \
        Points above each other belong to the same questions.
        """, table: table)
  }

  private func slopeTable(_ id: String, _ arms: [HypothesisResult]) -> ReportTable {
    ReportTable(
      id: id, caption: "Trend and shape of every arm",
      columns: [
        .init("Arm"), .init("Kind"), .init("Complete", .right), .init("Swing", .right),
        .init("Unscored", .right), .init("Slope, pp per unit [95%]", .right),
        .init("Permutation", .right), .init("Sign-flip", .right), .init("Robust t", .right),
        .init("Holm", .right), .init("T12 increase", .right), .init("T12 decrease", .right),
        .init("Shape"), .init("Stability"),
      ],
      rows: arms.map { analysis in
        [
          "arm", "kind", "complete", "swing", "unscored", "slope", "p-trend", "p-sign-flip",
          "p-robust", "p-holm", "p12-inc", "p12-dec", "shape", "stability",
        ].map { cell($0, analysis) }
      }, source: "rows")
  }

  private var rateTable: ReportTable {
    var rows: [[RichText]] = []
    for curve in result.curves {
      let analysis = analysis("dose-response/" + curve.id)
      for index in curve.points.indices {
        rows.append(
          [
            "arm", "dose-\(index + 1)", "rate-\(index + 1)", "true-\(index + 1)",
            "scored-\(index + 1)", "unscored-\(index + 1)", "missing-\(index + 1)",
          ].map { cell($0, analysis) })
      }
    }
    return ReportTable(
      id: "rates-data", caption: "Rates of every arm and dose",
      columns: [
        .init("Arm"), .init("Dose", .right), .init("Rate [95%]", .right), .init("True", .right),
        .init("Scored", .right), .init("Unscored", .right), .init("Missing", .right),
      ], rows: rows, source: "rows")
  }

  // MARK: - Contrasts

  // MARK: - Specifications

  private func specificationFigure(_ set: SpecificationSet, number: Int) -> ReportFigure {
    let data = SpecificationChart.Data(
      effect: "Slope per unit of α", unit: "pp", fractionDigits: 2,
      choices: [
        SpecificationChart.Choice(name: "Doses", options: set.doseOptions),
        SpecificationChart.Choice(name: "Unscored answers", options: set.unscoredOptions),
        SpecificationChart.Choice(name: "Random set subtracted", options: set.controlOptions),
      ].filter { $0.options.count > 1 },
      specifications: set.specifications.map { item in
        let interval = item.interval.scaled(by: 100)
        let options: [(choices: [String], chosen: String)] = [
          (set.doseOptions, item.doses), (set.unscoredOptions, item.unscored),
          (set.controlOptions, item.control),
        ]
        return SpecificationChart.Specification(
          estimate: PlottedEstimate(
            item.slope * 100, lower: interval.lower, upper: interval.upper),
          options: options.filter { $0.choices.count > 1 }
            .map { $0.choices.firstIndex(of: $0.chosen) ?? 0 })
      })
    let low = set.specifications.map(\.slope).min() ?? 0
    let high = set.specifications.map(\.slope).max() ?? 0
    let owner = "specifications/\(set.id)"
    let title = RichText([
      .words("\(set.id): slopes of "),
      .sourced("\(set.specifications.count)", source: "\(owner).count"),
      .words(" analyses lie between "),
      .sourced(NumberStyle.signed(2).text(low * 100), source: "\(owner).lowest"), .words(" and "),
      .sourced(NumberStyle.signed(2).text(high * 100), source: "\(owner).highest"),
      .words(" pp per unit of dose"),
    ])
    let subtitle: RichText =
      "Slope of the rate in percentage points per unit of dose, with 95% cluster-robust t intervals; choices below"
    let chart = SpecificationChart(
      heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText), data: data)
    return figure(
      "figure-specifications-\(number)", chart, title: title, subtitle: subtitle,
      caption: "Every combination of doses, treatment of unscored answers and random set.",
      howToRead: """
        Estimates from lowest to highest; the marks below say which choices made each. No analysis \
        is marked, because none was registered.
        """,
      table: table(
        "specifications-data-\(number)", of: chart, caption: "Every specification", owner: owner))
  }
}
