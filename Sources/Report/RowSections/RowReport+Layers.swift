import Audit
import Charts
import RawStore
import RowAudit
import Statistics

extension RowReport {
  /// Where the neurons of the detectors sit.
  var layerSection: ReportSection {
    get throws {
      let profiles = result.layers
      var blocks: [ReportBlock] = []
      for (index, profile) in profiles.enumerated() {
        guard let analysis = analysis("layers/" + profile.id) else { continue }
        blocks.append(.figure(layerFigure(profile, analysis, number: index + 1)))
        blocks.append(.paragraph(sentence(analysis)))
      }
      let ledger = analyses(of: "row-ledger")
      if !ledger.isEmpty {
        blocks.append(
          .table(
            ReportTable(
              id: "row-ledger", caption: "Rows of the classifiers",
              columns: [
                .init("Detector"), .init("Split"), .init("Rows", .right),
                .init("Positive", .right), .init("Share", .right), .init("Larger class", .right),
              ],
              rows: ledger.map { analysis in
                ["detector", "split", "rows", "positives", "positive-share", "majority"].map {
                  cell($0, analysis)
                }
              }, source: "rows")))
      }
      let overlaps = analyses(of: "overlap")
      if !overlaps.isEmpty {
        blocks.append(
          .table(
            ReportTable(
              id: "overlaps", caption: "Questions that splits share",
              columns: [
                .init("Split"), .init("Questions", .right), .init("Other"),
                .init("Questions", .right), .init("Shared", .right),
                .init("Share of the other", .right),
              ],
              rows: overlaps.map { analysis in
                ["first", "first-count", "second", "second-count", "shared", "share"].map {
                  cell($0, analysis)
                }
              }, source: "rows")))
      }
      guard !blocks.isEmpty else {
        return absent(
          "layers", "Neurons, rows and splits of the detectors",
          "The rows hold no neurons, no row counts and no splits.")
      }
      return ReportSection(
        id: "layers", title: "Neurons, rows and splits of the detectors",
        lead: """
          Counts by layer with a null that knows that neurons of a layer are alike; how many rows a \
          classifier saw; which questions two splits share.
          """, blocks: blocks)
    }
  }

  private func layerFigure(
    _ profile: LayerProfile, _ analysis: HypothesisResult, number: Int
  ) -> ReportFigure {
    let title =
      RichText("\(profile.detector): ") + cell("neurons", analysis) + RichText(" neurons in ")
      + cell("layers-hit", analysis) + RichText(" of ") + cell("layers", analysis)
      + RichText(" layers; overdispersion ") + cell("overdispersion", analysis)
    let subtitle: RichText = "Selected neurons by layer, the first layer first"
    return figure(
      "figure-layers-\(number)",
      LayerStripChart(
        heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
        data: LayerStripChart.Data(
          layers: profile.counts.map { LayerStripChart.Layer(isFullAttention: true, count: $0) },
          measure: "Selected neurons", hasCounts: true, hasAttention: false,
          aggregates: profile.thirds.map {
            LayerStripChart.Aggregate(
              label: "\($0.name) third, layers \($0.firstLayer)–\($0.lastLayer)",
              count: $0.test.count, total: profile.total, expectedShare: $0.test.exposureShare)
          })),
      title: title, subtitle: subtitle,
      caption: RichText("A single layer stands out with ") + cell("p-hotspot", analysis)
        + RichText(" over all layers."),
      howToRead: """
        A bar is a layer. Below, the counts of the three thirds of the layers; the tick is the share \
        that equal spreading would give.
        """,
      table: ReportTable(
        id: "layers-data-\(number)", caption: "Selected neurons by layer",
        columns: [.init("Layer", .right), .init("Neurons", .right)],
        rows: profile.counts.indices.map {
          [RichText("\($0)"), cell("layer-\($0)", analysis)]
        }, source: "rows"))
  }
}
