import Audit
import Study

extension PublishedStudyReport {
  var methodsSection: ReportSection {
    ReportSection(
      id: "methods", title: "Methods and words",
      lead: """
        Rates of one study are treated as independent arms, because it publishes margins only. \
        Counts are recovered from printed rates; where n is not stated, the assumption is named in \
        every row that rests on it.
        """,
      blocks: [
        .table(.verdictWords(caption: "Verdicts")),
        .table(
          ReportTable(
            id: "rules", caption: "Audit rules",
            columns: [
              .init("Rule"), .init("Question"), .init("Needs"), .init("What is computed"),
            ],
            rows: AuditRules.all.map { rule in
              [
                .code(rule.id.rawValue), RichText(rule.question), RichText(rule.needs),
                RichText(rule.method),
              ]
            }, source: "Referee", rowAnchors: AuditRules.all.map { "rule-\($0.id.rawValue)" })),
      ])
  }

  var provenanceSection: ReportSection {
    let files = ReportTable(
      id: "input-files", caption: "Files read",
      columns: [.init("File"), .init("Bytes", .right), .init("SHA-256")],
      rows: result.study.files.map {
        [
          .code($0.path), .sourced("\($0.sizeBytes)", "study.files.\($0.path).sizeBytes"),
          .code($0.sha256),
        ]
      }, source: "the study folder")
    let software = ReportTable(
      id: "software", caption: "Software that shapes these bytes",
      columns: [.init("Component"), .init("Version")],
      rows: self.software.map { [RichText($0.name), .code($0.version)] }, source: "referee doctor")
    return ReportSection(
      id: "provenance", title: "Provenance and downloads",
      lead: """
        Findings are equal bit for bit anywhere; the bytes of charts and PDF are equal for the same \
        versions of the drawing libraries and fonts.
        """,
      blocks: [
        .table(files), .table(software),
        .paragraph(
          RichText([
            .words("Seed of every simulation: "),
            .sourced(String(result.study.auditor.seed), source: "settings.seed"),
            .words(". To make this report again: "),
            .code("referee render STUDY --out DIRECTORY"),
            .words(". Beside this file: "), .code("report.pdf"), .words(", "),
            .code("findings.json"), .words(" and "), .code("data/"),
            .words(" with one CSV file for every figure and table."),
          ])),
      ])
  }
}
