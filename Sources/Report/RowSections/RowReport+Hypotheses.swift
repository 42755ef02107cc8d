import Audit
import RowAudit

extension RowReport {
  /// The registered tests on the first screen.
  var verdictTable: ReportTable {
    ReportTable(
      id: "verdicts", caption: "Registered tests and their verdicts",
      columns: [
        .init("Hypothesis"), .init("Test"), .init("Estimate [95%]", .right),
        .init("p, adjusted", .right), .init("n", .right), .init("Verdict"),
      ],
      rows: result.hypotheses.map { analysis in
        ["hypothesis", "test", "estimate", "p-adjusted", "n"].map { cell($0, analysis) }
          + [status(analysis)]
      }, source: "rows")
  }

  /// Every registered test: prediction, estimate, rule and what follows.
  var hypothesisSection: ReportSection {
    guard !result.hypotheses.isEmpty else {
      return absent(
        "hypotheses", "Registered hypotheses",
        "No plan was given: there are no registered hypotheses.")
    }
    let tested = result.hypotheses.filter { $0.evidence["estimate"]?.number != nil }
    return ReportSection(
      id: "hypotheses", title: "Registered hypotheses",
      lead: RichText([
        .sourced("\(tested.count)", source: "hypotheses.tested"), .words(" of "),
        .sourced("\(result.hypotheses.count)", source: "hypotheses.count"),
        .words(
          " registered tests could be computed. An effect is supported or refuted only by the p "
            + "adjusted over the registered family; equivalence, and agreement of configurations, "
            + "only by an interval inside the registered margin."),
      ]),
      blocks: result.hypotheses.flatMap { analysis -> [ReportBlock] in
        [
          .paragraph(RichText("Predicted: " + analysis.statement)),
          .paragraph(sentence(analysis)),
        ]
      } + [.table(rulesTable)])
  }

  /// The numbers that each verdict rests on.
  private var rulesTable: ReportTable {
    ReportTable(
      id: "verdict-rules", caption: "What each verdict rests on",
      columns: [
        .init("Hypothesis"), .init("Test"), .init("Smallest effect", .right),
        .init("Margin", .right), .init("Interval for equivalence", .right),
        .init("p, unadjusted", .right), .init("Shape"),
      ],
      rows: result.hypotheses.map { analysis in
        ["hypothesis", "test", "smallest-effect", "margin", "equivalence", "p", "shape"].map {
          cell($0, analysis)
        }
      }, source: "rows")
  }
}
