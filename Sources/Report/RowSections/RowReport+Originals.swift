import Audit
import RowAudit

extension RowReport {
  /// The published study beside ours; `nil` when the plan names no original.
  var originalSection: ReportSection? {
    let comparisons = analyses(of: "original")
    guard !comparisons.isEmpty else { return nil }
    return ReportSection(
      id: "originals", title: "The published study beside ours",
      lead: """
        Other models, other questions, the same protocol: a conceptual replication. Consistent means \
        that ours lies where a replication of the published effect would be expected, not that the \
        effect exists; the registered verdicts are above.
        """,
      blocks: [
        .table(
          ReportTable(
            id: "originals", caption: "Published and own results of the registered tests",
            columns: [
              .init("Hypothesis"), .init("Test"), .init("Published [95%]", .right),
              .init("n", .right), .init("Ours [95%]", .right), .init("n", .right),
              .init("Expected of a replication", .right), .init("Small telescopes", .right),
              .init("Result"),
            ],
            rows: comparisons.map { analysis in
              [
                "hypothesis", "test", "original", "original-n", "ours", "n", "prediction",
                "telescopes", "consistency",
              ].map { cell($0, analysis) }
            }, source: "rows")),
        .list(
          comparisons.map { analysis in
            cell("hypothesis", analysis) + RichText(", ") + cell("test", analysis)
              + RichText(": ") + cell("source", analysis)
          }),
        .paragraph(
          """
          The result is one of: consistent, smaller, larger, opposite, not comparable (an interval is \
          missing). Small telescopes: a small p says that the true effect is below what the published \
          study could have detected with a power of one third.
          """),
      ])
  }
}
