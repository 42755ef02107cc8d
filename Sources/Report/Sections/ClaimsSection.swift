import Audit
import Study

extension PublishedStudyReport {
  var claimsSection: ReportSection {
    let columns: [ReportTable.Column] = [
      .init("Claim"), .init("Place"), .init("Verdict"), .init("Because"),
    ]
    return ReportSection(
      id: "claims", title: "Every claim and its verdict",
      lead: """
        The words of the text, and what the numbers of the same text say about them. A verdict \
        follows from the findings named beside it.
        """,
      blocks: [
        .table(
          ReportTable(
            id: "claims-table", caption: "Claims in the order of the text", columns: columns,
            rows: result.claims.map(claimRow), source: "claims.yaml"))
      ])
  }

  var registrationSection: ReportSection {
    let registered = result.study.design.isPreregistered
    let margin = result.study.design.smallestEffectOfInterest
    return ReportSection(
      id: "registration", title: "What was registered, and deviations",
      lead: "Without a registration every analysis is exploratory: it gets a shape in words.",
      blocks: [
        .list([
          RichText(
            registered
              ? "The text names a registration."
              : "The text names no registration, no stopping rule and no family of tests."),
          RichText([
            .words("Margin for equivalence: "),
            .sourced(
              NumberStyle.percentagePoints.text(
                (margin ?? result.study.auditor.equivalenceMargin) / 100),
              source: "settings.equivalenceMarginPercentagePoints"),
            .words(
              margin == nil
                ? " (the auditor's default; the study declares no smallest effect of interest)."
                : " (declared by the study)."),
          ]),
          "Deviations cannot be told without a plan.",
        ])
      ])
  }

  var limitsSection: ReportSection {
    ReportSection(
      id: "limits", title: "Limits of this audit", lead: "",
      blocks: [.paragraph(RichText(result.study.limits))])
  }
}
