import Audit
import Charts
import RowAudit

extension RowReport {
  /// Which experts the tokens chose, and how often each H-neuron was live.
  var routingSection: ReportSection {
    let title = "Routing and dilution"
    guard let dilution = analysis("dilution") else {
      return absent("routing", title, "The rows hold no record of the routing.")
    }
    let layers = analyses(of: "routing")
    let neurons = analyses(of: "exposure")
    var blocks: [ReportBlock] = [.paragraph(sentence(dilution))]
    if !layers.isEmpty {
      if let routing = result.routing { blocks.append(.figure(routingFigure(routing))) }
      blocks.append(
        .table(
          ReportTable(
            id: "routing-layers", caption: "Choice of experts by layer",
            columns: [
              .init("Layer", .right), .init("Most frequent, answer tokens"),
              .init("Chosen by", .right), .init("Mean weight", .right),
              .init("Equal choice", .right), .init("Unused", .right),
              .init("Most frequent, other tokens"), .init("Chosen by", .right),
              .init("Distance", .right), .init("With H-neurons", .right),
            ],
            rows: layers.map { analysis in
              [
                "layer", "largest-answer", "largest-share-answer", "largest-weight-answer",
                "uniform-answer", "unused-answer", "largest-other", "largest-share-other",
                "variation", "holding",
              ].map { cell($0, analysis) }
            }, source: "rows")))
      blocks.append(
        .paragraph(
          """
          Distance is the total variation between the choices on answer and on other tokens: 0 if \
          they are the same, 1 if no expert serves both. Counts are of all recorded tokens, so they \
          have no sampling interval; another set of questions would give other ones. \
          Where all routed experts of a layer hold an H-neuron, a dose on the choice of experts \
          multiplies their odds alike and changes nothing in that layer.
          """))
    }
    if !neurons.isEmpty {
      blocks.append(
        .table(
          ReportTable(
            id: "routing-neurons", caption: "H-neurons, the largest weights first",
            columns: [
              .init("Rank", .right), .init("Layer", .right), .init("Expert"),
              .init("Index", .right), .init("Weight", .right),
              .init("Live, answer tokens", .right), .init("Live, other tokens", .right),
            ],
            rows: neurons.map { analysis in
              ["rank", "layer", "expert", "index", "weight", "exposure-answer", "exposure-other"]
                .map { cell($0, analysis) }
            }, source: "rows")))
    }
    return ReportSection(
      id: "routing", title: title,
      lead: """
        A neuron acts only where its expert is chosen: its exposure. How thin the H-neurons are spread \
        depends on what they are counted against, so both are given: all neurons, and the live ones.
        """, blocks: blocks)
  }

  /// Experts whose shares the table of the figure lists, of each layer.
  private static let listedExperts = 10

  private func routingFigure(_ routing: RoutingFigures) -> ReportFigure {
    let shares = { (layer: RoutingFigures.Layer, region: RoutingFigures.Region) -> [Double] in
      guard let total = routing.tokens[region], total > 0 else { return [] }
      return (layer.loads[region] ?? []).map { $0.selected / total }
    }
    let most = analyses(of: "routing").max {
      ($0.evidence["variation"]?.number ?? -1) < ($1.evidence["variation"]?.number ?? -1)
    }
    let title =
      RichText("Answer and other tokens choose their experts most differently in layer ")
      + cell("layer", most) + RichText(", ") + cell("variation", most) + RichText(" apart")
    let subtitle = RichText("Share of tokens that choose an expert, training responses")
    let chart = RoutingChart(
      heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
      data: RoutingChart.Data(
        layers: routing.layers.map { layer in
          RoutingChart.Layer(
            index: layer.index, answer: shares(layer, .answer), other: shares(layer, .other),
            distance: analysis("routing/\(layer.index)")?.evidence["variation"]?.number)
        }))
    let full = table(
      "routing-shares", of: chart, caption: "Most frequent experts of each layer",
      owner: "routing")
    var listed: [String: Int] = [:]
    return figure(
      "figure-routing", chart, title: title, subtitle: subtitle,
      caption: "Apart: total variation distance, 0 to 1. Counts of all tokens, so no intervals.",
      howToRead: """
        Bars that stand out of the outline are experts that answer tokens choose more often than \
        other tokens do. Bars near the dashed line are chosen as often as all others.
        """,
      table: ReportTable(
        id: full.id, caption: full.caption, columns: full.columns,
        rows: full.rows.filter { row in
          let layer = row.first?.plainText ?? ""
          listed[layer, default: 0] += 1
          return (listed[layer] ?? 0) <= Self.listedExperts
        }, source: full.source))
  }
}
