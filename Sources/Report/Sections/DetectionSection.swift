import Audit
import Charts
import Statistics
import Study

extension PublishedStudyReport {
  private static let detectionRules: [RuleID] = [
    .pairedBaseline, .priorShiftInvariance, .feasibleConfusion, .singleDrawBaseline, .unitMismatch,
    .rangeStatement,
  ]

  /// Detection on each question set: ranking and accuracy are different questions.
  var detectionSection: ReportSection {
    get throws {
      let rows = result.study.detection
      guard !rows.isEmpty else {
        return ReportSection(
          id: "detection", title: "Detection", lead: "",
          blocks: [.paragraph("The study reports no detection results.")])
      }
      let findings = ranked.filter {
        Self.detectionRules.contains($0.rule) && $0.sources.contains { $0.file == "detection.csv" }
      }
      let title =
        findings.first.map { RichText($0.title, of: $0) } ?? "Detection, as reported"
      let subtitle: RichText =
        """
        AUROC with 95% logit interval (Hanley–McNeil from summaries); accuracy at the frozen \
        threshold with 95% Wilson interval, against always answering with the larger class
        """
      let figure = ReportFigure(
        id: "figure-detection",
        chart: DetectionChart(
          heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
          data: DetectionChart.Data(rows: try rows.map(detectionRow))),
        title: title, subtitle: subtitle,
        caption: "Hollow marks: the random set of neurons that the study drew.",
        source: "detection.csv",
        howToRead: """
          Left: does the score rank wrong answers above right ones? Right: does the frozen \
          threshold decide better than always giving the same answer (the vertical mark)? A good \
          ranking with a bad accuracy is a misplaced threshold.
          """,
        table: try detectionTable(rows))
      return ReportSection(
        id: "detection", title: "Detection",
        lead: "Ranking (AUROC) and deciding (accuracy at a frozen threshold) are reported apart.",
        blocks: [.figure(figure), .list(findings.map { RichText($0.sentence, of: $0) })])
    }
  }

  private func positives(_ row: DetectionRow) -> Int? {
    guard let count = row.count, let share = row.positiveRate?.proportion else { return nil }
    return Int((share * Double(count)).rounded())
  }

  private func aurocInterval(_ row: DetectionRow) throws -> Interval? {
    guard let auroc = row.auroc?.proportion, let count = row.count,
      let positives = positives(row), positives > 0, positives < count
    else { return nil }
    return try HanleyMcNeil(
      auroc: auroc, positiveCount: positives, negativeCount: count - positives)
      .logitInterval().value
  }

  private func accuracyInterval(_ row: DetectionRow) throws -> Interval? {
    guard let count = row.count, count > 0, let accuracy = row.accuracy?.proportion else {
      return nil
    }
    let correct = Int((accuracy * Double(count)).rounded())
    return try Proportion(successes: correct, trials: count).wilsonInterval()
  }

  private func detectionRow(_ row: DetectionRow) throws -> DetectionChart.Row {
    let auroc = try aurocInterval(row)
    let accuracy = try accuracyInterval(row)?.scaled(by: 100)
    let detail = [
      row.count.map { "n = \($0)" }, positives(row).map { "\($0) positive" },
    ].compactMap { $0 }.joined(separator: ", ")
    return DetectionChart.Row(
      name: row.dataset, detail: detail,
      auroc: PlottedEstimate(row.auroc?.proportion, lower: auroc?.lower, upper: auroc?.upper),
      accuracy: PlottedEstimate(
        row.accuracy?.proportion.map { $0 * 100 }, lower: accuracy?.lower, upper: accuracy?.upper),
      majority: row.majorityAccuracy?.proportion.map { $0 * 100 },
      randomAUROC: row.randomAUROC?.proportion,
      randomAccuracy: row.randomAccuracy?.proportion.map { $0 * 100 })
  }

  private func detectionTable(_ rows: [DetectionRow]) throws -> ReportTable {
    ReportTable(
      id: "detection-data", caption: "Detection as printed, with intervals of this audit",
      columns: [
        .init("Set"), .init("Role"), .init("n", .right), .init("Positive", .right),
        .init("AUROC", .right), .init("95% interval", .right), .init("Accuracy", .right),
        .init("95% interval", .right), .init("Majority", .right), .init("Random AUROC", .right),
        .init("Random accuracy", .right),
      ],
      rows: try rows.map { row in
        let source = "detection/\(row.id)"
        return [
          RichText(row.dataset), RichText(row.role),
          row.count.map { .sourced("\($0)", "\(source).n") } ?? "unstated",
          printed(row.positiveRate, "\(source).positiveRate"),
          printed(row.auroc, "\(source).auroc"),
          try aurocInterval(row).map {
            .sourced(NumberStyle.decimal(3).text($0), "\(source).aurocInterval")
          } ?? "–",
          printed(row.accuracy, "\(source).accuracy"),
          try accuracyInterval(row).map {
            .sourced(NumberStyle.percent.text($0), "\(source).accuracyInterval")
          } ?? "–",
          printed(row.majorityAccuracy, "\(source).majorityAccuracy"),
          printed(row.randomAUROC, "\(source).randomAUROC"),
          printed(row.randomAccuracy, "\(source).randomAccuracy"),
        ]
      }, source: "detection.csv")
  }
}
