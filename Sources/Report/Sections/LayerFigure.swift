import Audit
import Charts
import Study

extension PublishedStudyReport {
  /// Where the selected neurons sit, as far as it is published: nothing is invented per layer.
  func layerFigure(_ model: ModelArchitecture) -> ReportFigure {
    let positive = result.study.neurons.filter { $0.set == "positive" }
    let perLayer = positive.filter { $0.layer != nil }
    let named = Set(perLayer.compactMap(\.layer)).count
    let title = RichText([
      .words("Counts are published for "),
      .sourced("\(named)", source: "neurons.layers"), .words(" of "),
      .sourced("\(model.layerCount)", source: "model.layerCount"),
      .words(" layers; the rest is unknown"),
    ])
    let subtitle: RichText =
      """
      Selected neurons (positive weight) by layer and kind, as published; squares show the kind \
      of attention
      """
    let isComplete = named == model.layerCount
    let full = model.fullAttentionLayers ?? []
    let layers = (0..<max(0, min(model.layerCount, 512))).map { layer in
      let here = perLayer.filter { $0.layer == layer }
      return LayerStripChart.Layer(
        isFullAttention: full.contains(layer),
        count: isComplete ? here.map(\.count).reduce(0, +) : nil,
        note: here.map { "\($0.count) \($0.kind.rawValue)" }.joined(separator: ", "))
    }
    return ReportFigure(
      id: "figure-layers",
      chart: LayerStripChart(
        heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
        data: LayerStripChart.Data(
          layers: layers, measure: "Selected neurons", hasCounts: isComplete,
          aggregates: aggregates(positive, model))),
      title: title, subtitle: subtitle,
      caption: "Bars of totals show the share that would be expected if neurons lay evenly.",
      source: "neurons.csv",
      howToRead: """
        The strip is the network from the first layer to the last. A layer without a note has no \
        published count, which is not the same as no neuron. The tick on a bar of totals is the \
        share of the layers or neurons of that kind.
        """,
      table: ReportTable(
        id: "layers-data", caption: "Published counts of neurons",
        columns: [
          .init("Set"), .init("Kind"), .init("Layer", .right), .init("Attention"),
          .init("Count", .right),
        ],
        rows: result.study.neurons.map { row in
          let source = "\(row.source.file):\(row.source.line)"
          return [
            RichText(row.set), RichText(row.kind.rawValue),
            row.layer.map { .sourced("\($0)", "\(source).layer") } ?? "all",
            RichText(row.attention?.rawValue ?? "all"),
            .sourced("\(row.count)", "\(source).count"),
          ]
        }, source: "neurons.csv"))
  }

  private func aggregates(
    _ rows: [NeuronCount], _ model: ModelArchitecture
  ) -> [LayerStripChart.Aggregate] {
    func total(_ kind: NeuronKind) -> Int? {
      rows.first { $0.kind == kind && $0.layer == nil && $0.attention == nil }?.count
    }
    var bars: [LayerStripChart.Aggregate] = []
    if let all = total(.all), let shared = total(.shared), let routed = model.routedExpertCount,
      let sharedExperts = model.sharedExpertCount, routed + sharedExperts > 0
    {
      bars.append(
        LayerStripChart.Aggregate(
          label: "in shared experts", count: shared, total: all,
          expectedShare: Double(sharedExperts) / Double(routed + sharedExperts)))
    }
    for row in rows where row.layer == nil {
      guard let attention = row.attention, let whole = total(row.kind), model.layerCount > 0,
        let full = model.fullAttentionLayers
      else { continue }
      let layers = attention == .full ? full.count : model.layerCount - full.count
      bars.append(
        LayerStripChart.Aggregate(
          label: "\(row.kind.rawValue), in \(attention.rawValue)-attention layers",
          count: row.count, total: whole,
          expectedShare: Double(layers) / Double(model.layerCount)))
    }
    return bars
  }
}
