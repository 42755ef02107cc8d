import Audit
import RowAudit

extension RowReport {
  /// The registered tests on the first screen.
  var verdictTable: ReportTable {
    ReportTable(
      id: "verdicts", caption: "Registered tests and their verdicts",
      columns: [
        .init("Hypothesis"), .init("Test"), .init("Estimate [95%]", .right),
        .init("Bootstrap [95%]", .right), .init("p, adjusted", .right), .init("n", .right),
        .init("Verdict"),
      ],
      rows: result.hypotheses.map { analysis in
        ["hypothesis", "test", "estimate", "bootstrap", "p-adjusted", "n"].map {
          cell($0, analysis)
        }
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
      blocks: predictions + intervalNotes + [.table(rulesTable)])
  }

  /// Each hypothesis once, with the tests that decide it.
  private var predictions: [ReportBlock] {
    var groups: [(hypothesis: String, statement: String, tests: [RichText])] = []
    for analysis in result.hypotheses {
      let hypothesis = analysis.evidence["hypothesis"]?.text ?? analysis.id
      if groups.last?.hypothesis != hypothesis {
        groups.append((hypothesis, analysis.statement, []))
      }
      groups[groups.count - 1].tests.append(sentence(analysis))
    }
    return groups.flatMap { group -> [ReportBlock] in
      [.paragraph(RichText("Predicted: " + group.statement)), .list(group.tests)]
    }
  }

  /// Where the bootstrap and the analytic interval of a test differ, and why they may.
  private var intervalNotes: [ReportBlock] {
    let both = result.hypotheses.filter { $0.evidence["bootstrap"] != nil }
    guard !both.isEmpty else { return [] }
    let differing = both.filter { $0.evidence["intervals"] != nil }
    let rule: RichText = """
      The analytic interval of a change is the t interval of the questions' own changes, that of an \
      AUROC is DeLong's on the logit scale; beside it stands the percentile bootstrap over questions. \
      Verdicts rest on the analytic one. Ends that lie apart by more than a tenth of its width are \
      said to differ. The t interval is symmetric and the bootstrap is not: they part where few \
      questions change, so that their changes are skewed, and there is only the bootstrap where fewer \
      than ten change, which is then too narrow to be relied on.
      """
    guard !differing.isEmpty else {
      return [.paragraph(rule), .paragraph("No two of them differ.")]
    }
    return [
      .paragraph(rule),
      .list(
        differing.map { analysis in
          cell("hypothesis", analysis) + RichText(", ") + cell("test", analysis)
            + RichText(": analytic ") + cell("estimate", analysis) + RichText(", bootstrap ")
            + cell("bootstrap", analysis)
        }),
    ]
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
