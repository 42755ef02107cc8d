import Audit
import Charts
import Notation
import RawStore
import RowAudit
import Statistics

extension RowReport {
  /// Ranking, deciding and calibration of every target detector.
  var detectionSection: ReportSection {
    get throws {
      let targets = result.detection.filter { !$0.isControl }
      guard !targets.isEmpty else {
        return absent("detection", "Detection", "The rows hold no detection scores.")
      }
      var blocks: [ReportBlock] = [.figure(detectionFigure(targets))]
      if targets.contains(where: { $0.curves != nil }) {
        blocks.append(.figure(rocFigure(targets)))
      }
      for (index, target) in targets.enumerated() {
        if let curves = target.curves, curves.before.value != nil {
          blocks.append(.figure(reliabilityFigure(target, curves, number: index + 1)))
        }
      }
      blocks.append(.table(thresholdTable(targets)))
      if targets.contains(where: { $0.length != nil }) { blocks.append(.table(lengthTable)) }
      blocks.append(.list(detectionAnalyses.map(sentence)))
      let shift = analyses(of: "prior-shift")
      if !shift.isEmpty { blocks.append(.list(shift.map(sentence))) }
      return ReportSection(
        id: "detection", title: "Detection",
        lead: """
          Three questions: does the score rank, does the frozen threshold decide better than always \
          giving the larger class, and do the probabilities mean what they say?
          """, blocks: blocks)
    }
  }

  private func owner(_ target: DetectionAnalysis) -> HypothesisResult? {
    analysis("detection/" + target.id)
  }

  private func detectionFigure(_ targets: [DetectionAnalysis]) -> ReportFigure {
    let title = title(
      of: findings(.thresholdPlacement, .randomDetectors, .lengthConfound).filter {
        ($0.severity ?? .info) >= .major
      },
      otherwise: RichText("Detection: AUROC ") + cell("auroc", targets.first.flatMap(owner))
        + RichText(" on \(targets.first?.set ?? "")"))
    let subtitle: RichText = """
      AUROC with 95% DeLong interval on the logit scale; accuracy at the frozen threshold with 95% \
      Wilson interval, against always giving the larger class
      """
    return figure(
      "figure-detection",
      DetectionChart(
        heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
        data: DetectionChart.Data(
          rows: targets.map { target in
            DetectionChart.Row(
              name: target.id, detail: "n = \(target.count), \(target.positiveCount) positive",
              auroc: plotted("auroc", owner(target)),
              accuracy: plotted("accuracy", owner(target), scale: 100),
              majority: target.decision.majority.value.map { $0 * 100 },
              randomAUROC: randomMean(target))
          })),
      title: title, subtitle: subtitle,
      caption: "Hollow marks: mean AUROC of random detectors, where there are any.",
      howToRead: """
        Left: does the score rank positives above negatives? Right: does the threshold decide \
        better than the vertical mark, the share of the larger class?
        """,
      table: ReportTable(
        id: "detection-data", caption: "Detection on every question set",
        columns: [
          .init("Question set"), .init("Detector"), .init("n", .right), .init("Positive", .right),
          .init("AUROC [95%]", .right), .init("Accuracy [95%]", .right),
          .init("Larger class", .right), .init("Difference [95%]", .right),
          .init("McNemar", .right), .init("Random detectors", .right), .init("Rank p", .right),
        ],
        rows: targets.map { target in
          [
            "set", "detector", "n", "positives", "auroc", "accuracy", "majority", "difference",
            "p-majority", "random-count", "p-random",
          ].map { cell($0, owner(target)) }
        }, source: "rows"))
  }

  private func randomMean(_ target: DetectionAnalysis) -> Double? {
    let random = result.detection.filter { $0.isControl && $0.set == target.set }
      .compactMap(\.auroc.value)
    return random.isEmpty ? nil : random.reduce(0, +) / Double(random.count)
  }

  private func rocFigure(_ targets: [DetectionAnalysis]) -> ReportFigure {
    let shown = targets.filter { $0.curves != nil }.prefix(4)
    let curves = shown.compactMap { target -> ROCChart.Curve? in
      guard let curves = target.curves else { return nil }
      return ROCChart.Curve(
        name: target.id, auroc: plotted("auroc", owner(target)),
        vertices: curves.roc.map(Self.vertex),
        operatingPoint: curves.operatingPoint.map(Self.vertex))
    }
    let title = RichText("Ranking and the threshold in use")
    let subtitle: RichText = """
      ROC curves as steps, with a pointwise 95% band by a bootstrap within the classes; AUROC with \
      95% DeLong interval
      """
    let chart = ROCChart(
      heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
      data: ROCChart.Data(curves: curves))
    return figure(
      "figure-roc", chart, title: title, subtitle: subtitle,
      caption: """
        Drawn through at most 120 of the points where a curve turns. The band is pointwise: the \
        whole curve lies inside it less often than 95%.
        """,
      howToRead: """
        The diamond is the frozen threshold. A curve far above the diagonal with a diamond at its \
        edge ranks well and decides badly.
        """,
      table: table("roc-data", of: chart, caption: "Points of the curves", owner: "roc"))
  }

  private static func vertex(_ point: DetectionCurves.ROCPoint) -> ROCChart.Vertex {
    ROCChart.Vertex(
      falsePositiveRate: point.falsePositiveRate,
      truePositiveRate: PlottedEstimate(
        point.truePositiveRate, lower: point.band?.lower, upper: point.band?.upper),
      label: point.threshold.isFinite
        ? "score ≥ " + NumberText.decimal(point.threshold, digits: 3) : "")
  }

  private func reliabilityFigure(
    _ target: DetectionAnalysis, _ curves: DetectionCurves, number: Int
  ) -> ReportFigure {
    let analysis = owner(target)
    func points(_ curve: Measured<ReliabilityCurve>) -> [ReliabilityChart.ReliabilityPoint] {
      (curve.value?.points ?? []).map {
        ReliabilityChart.ReliabilityPoint(
          forecast: $0.forecast,
          observed: PlottedEstimate(
            $0.recalibrated, lower: $0.band.lower, upper: $0.band.upper))
      }
    }
    func note(_ brier: Measured<Double>, _ corp: Measured<CORPDecomposition>) -> String {
      guard let brier = brier.value, let corp = corp.value else { return "" }
      return [
        ("Brier ", brier), (" = MCB ", corp.miscalibration), (" − DSC ", corp.discrimination),
        (" + UNC ", corp.uncertainty),
      ].map { $0.0 + NumberText.decimal($0.1, digits: 3) }.joined()
    }
    var panels = [
      ReliabilityChart.Panel(
        name: "As reported", note: note(target.forecast.brier, target.forecast.corp),
        points: points(curves.before), negatives: curves.histogramBefore.negatives,
        positives: curves.histogramBefore.positives)
    ]
    if curves.after.value != nil {
      panels.append(
        ReliabilityChart.Panel(
          name: "Recalibrated on other folds", note: note(curves.afterBrier, curves.afterCORP),
          points: points(curves.after), negatives: curves.histogramAfter.negatives,
          positives: curves.histogramAfter.positives))
    }
    let title =
      RichText("\(target.id): calibration slope ") + cell("calibration-slope", analysis)
      + RichText(", where 1 is calibrated")
    let subtitle: RichText = """
      Observed share against forecast by isotonic recalibration (CORP), with the 95% band of a \
      calibrated forecast; forecasts below, by outcome
      """
    let chart = ReliabilityChart(
      heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
      data: ReliabilityChart.Data(panels: panels))
    return figure(
      "figure-reliability-\(number)", chart, title: title, subtitle: subtitle,
      caption: RichText("ECE with 15 bins of equal mass ") + cell("ece", analysis)
        + RichText("; it is biased upwards: a calibrated model with these forecasts has ")
        + cell("ece-null", analysis)
        + RichText(". Right: Platt scaling fitted on four folds and shown on the fifth."),
      howToRead: """
        On the diagonal a forecast means what it says. Inside the grey band the line differs from \
        it by chance only.
        """,
      table: table(
        "reliability-data-\(number)", of: chart, caption: "Recalibrated shares",
        owner: "reliability/\(target.id)"))
  }

  private func thresholdTable(_ targets: [DetectionAnalysis]) -> ReportTable {
    ReportTable(
      id: "thresholds", caption: "The threshold in use, and thresholds chosen on other folds",
      columns: [
        .init("Question set"), .init("Threshold"), .init("Value", .right),
        .init("Accuracy", .right), .init("True positive rate", .right),
        .init("True negative rate", .right),
      ],
      rows: targets.flatMap { target -> [[RichText]] in
        let analysis = owner(target)
        let rows: [(String, [String])] = [
          ("in use", ["threshold", "accuracy", "sensitivity", "specificity"]),
          (
            "most accurate, out of fold",
            ["cross-spread", "cross-accuracy", "cross-sensitivity", "cross-specificity"]
          ),
          (
            "Youden, out of fold",
            ["youden-spread", "youden-accuracy", "youden-sensitivity", "youden-specificity"]
          ),
        ]
        return rows.map { name, keys in
          [RichText(target.id), RichText(name)] + keys.map { cell($0, analysis) }
        }
      }, source: "rows")
  }

  private var lengthTable: ReportTable {
    ReportTable(
      id: "lengths", caption: "AUROC within lengths, and by the length alone",
      columns: [
        .init("Question set"), .init("Length of"), .init("Lengths"), .init("n", .right),
        .init("Positive", .right), .init("AUROC [95%]", .right),
      ],
      rows: detectionAnalyses.flatMap { analysis -> [[RichText]] in
        guard analysis.evidence["length-auroc"] != nil else { return [] }
        let strata = places(analysis, "stratum").map { place in
          [
            "set", "length-measure", "stratum-\(place)", "stratum-n-\(place)",
            "stratum-positives-\(place)", "stratum-auroc-\(place)",
          ].map { cell($0, analysis) }
        }
        return strata + [
          [
            cell("set", analysis), cell("length-measure", analysis), "by the length alone",
            cell("length-recorded", analysis), "–", cell("length-auroc", analysis),
          ]
        ]
      }, source: "rows")
  }
}
