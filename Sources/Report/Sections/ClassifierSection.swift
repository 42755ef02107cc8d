import Audit
import Charts
import Study

extension PublishedStudyReport {
  private static let classifierRules: [RuleID] = [
    .baselineDefinition, .gridEdge, .belowMajority, .unitMismatch,
  ]
  private static let neuronRules: [RuleID] = [
    .multiplicity, .pVariant, .unitOfAnalysis, .sharedEnrichment, .denominatorChoice,
  ]

  /// The sparse classifier and the neurons that it chose.
  var classifierSection: ReportSection {
    get throws {
      var blocks: [ReportBlock] = []
      if !result.study.grid.isEmpty { blocks.append(.figure(gridFigure)) }
      blocks.append(
        .list(
          ranked.filter { Self.classifierRules.contains($0.rule) }.map {
            RichText($0.sentence, of: $0)
          }))
      if let model = result.study.model, !result.study.neurons.isEmpty {
        blocks.append(.heading("Where the neurons are", id: "neurons"))
        blocks.append(.figure(layerFigure(model)))
        blocks.append(
          .list(
            ranked.filter { Self.neuronRules.contains($0.rule) }.map {
              RichText($0.sentence, of: $0)
            }))
      }
      return ReportSection(
        id: "classifier", title: "The classifier and its neurons",
        lead: "The regularisation path as printed, and what is published of where neurons lie.",
        blocks: blocks)
    }
  }

  private var gridFigure: ReportFigure {
    let lead = ranked.first { Self.classifierRules.contains($0.rule) }
    let title = lead.map { RichText($0.title, of: $0) } ?? "The regularisation path"
    let subtitle: RichText =
      """
      Held-out accuracy and AUROC (top) and nonzero weights (bottom) against C, as printed; no \
      intervals: the held-out n is unstated
      """
    let majority = result.study.grid.first { $0.nonzero == 0 }?.accuracy?.proportion
    return ReportFigure(
      id: "figure-grid",
      chart: GridPathChart(
        heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
        data: GridPathChart.Data(
          steps: result.study.grid.map { row in
            GridPathChart.Step(
              c: row.inversePenalty, accuracy: PlottedEstimate(row.accuracy?.proportion),
              auroc: PlottedEstimate(row.auroc?.proportion), nonzero: row.nonzero,
              positive: row.positive)
          }, majority: majority, chosen: result.study.classifier?.selectedC)),
      title: title, subtitle: subtitle,
      caption: "The dashed line is the accuracy of the empty model: the majority rule.",
      source: "grid.csv",
      howToRead: """
        From left to right the penalty weakens and neurons enter. Accuracy below the dashed line \
        with a good AUROC is a misplaced threshold. A chosen C at the right edge means that the \
        grid ended too early.
        """,
      table: ReportTable(
        id: "grid-data", caption: "The grid as printed",
        columns: [
          .init("C", .right), .init("Accuracy", .right), .init("AUROC", .right),
          .init("Nonzero", .right), .init("Positive", .right),
        ],
        rows: result.study.grid.map { row in
          let source = "grid/\(PrintedNumber.text(of: row.inversePenalty))"
          return [
            .sourced(PrintedNumber.text(of: row.inversePenalty), "\(source).C"),
            printed(row.accuracy, "\(source).accuracy"), printed(row.auroc, "\(source).auroc"),
            row.nonzero.map { .sourced("\($0)", "\(source).nonzero") } ?? "–",
            row.positive.map { .sourced("\($0)", "\(source).positive") } ?? "–",
          ]
        }, source: "grid.csv"))
  }
}
