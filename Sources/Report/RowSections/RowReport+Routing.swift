import Audit
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
      blocks.append(
        .table(
          ReportTable(
            id: "routing-layers", caption: "Choice of experts by layer",
            columns: [
              .init("Layer", .right), .init("Most frequent, answer tokens"),
              .init("Chosen by", .right), .init("Mean weight", .right),
              .init("Equal choice", .right), .init("Unused", .right),
              .init("Most frequent, other tokens"), .init("Chosen by", .right),
              .init("Distance", .right),
            ],
            rows: layers.map { analysis in
              [
                "layer", "largest-answer", "largest-share-answer", "largest-weight-answer",
                "uniform-answer", "unused-answer", "largest-other", "largest-share-other",
                "variation",
              ].map { cell($0, analysis) }
            }, source: "rows")))
      blocks.append(
        .paragraph(
          """
          Distance is the total variation between the choices on answer and on other tokens: 0 if \
          they are the same, 1 if no expert serves both. Counts are of all recorded tokens, so they \
          have no sampling interval; another set of questions would give other ones.
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
}
