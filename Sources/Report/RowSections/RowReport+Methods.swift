import Audit
import Notation
import RawStore
import RowAudit
import Statistics

extension RowReport {
  var limitsSection: ReportSection {
    ReportSection(
      id: "limits", title: "Limits of this audit", lead: "",
      blocks: [
        .list([
          "The audit takes outcomes as they stand in the rows: whether a response was scored rightly is not visible here, except where identical responses were judged differently.",
          "Nothing says that the questions are a sample of a larger population; intervals are over questions of the same kind.",
          "Configurations that share questions, model and judge are re-implementations, not independent replications.",
          "Margin, level and no-op dose are choices of the auditor unless a plan names them.",
        ])
      ])
  }

  var methodsSection: ReportSection {
    let rules = RowRules.descriptions
    let settings = result.settings
    let rows: [(String, String, String)] = [
      ("test level", NumberStyle.decimal(2).text(settings.level), "level"),
      ("confidence level", NumberStyle.percent.text(settings.confidenceLevel), "confidenceLevel"),
      (
        "equivalence margin, pp", NumberStyle.decimal(1).text(settings.equivalenceMargin),
        "equivalenceMargin"
      ),
      ("no-op dose", PrintedDose.text(settings.noOpDose), "noOpDose"),
      ("resamples", NumberText.count(settings.resampleCount), "resampleCount"),
      ("permutations", NumberText.count(settings.permutationCount), "permutationCount"),
      ("folds of the threshold", "\(settings.foldCount)", "foldCount"),
      ("repeats of the folds", "\(settings.repeatCount)", "repeatCount"),
      ("seed", "\(settings.seed)", "seed"),
    ]
    return ReportSection(
      id: "methods", title: "Methods and words",
      lead: """
        The unit is the question. Rates are of scored answers; paired statistics are of questions \
        scored at every dose.
        """,
      blocks: [
        .table(
          ReportTable(
            id: "settings", caption: "Settings",
            columns: [.init("Setting"), .init("Value", .right)],
            rows: rows.map { [RichText($0.0), .sourced($0.1, "settings.\($0.2)")] },
            source: "findings.json")),
        .table(
          ReportTable(
            id: "shape-words", caption: "Words for shapes",
            columns: [.init("Word"), .init("Meaning")],
            rows: DoseResponseShape.Verdict.allCases.map {
              [RichText($0.rawValue), RichText(Self.meaning($0))]
            }, source: "Referee")),
        .table(
          ReportTable(
            id: "figure-words", caption: "Words for published figures",
            columns: [.init("Word"), .init("Meaning")],
            rows: FigureVerdict.allCases.map {
              [RichText($0.rawValue), RichText($0.definition)]
            }, source: "Referee")),
        .table(.verdictWords(caption: "Verdicts on registered hypotheses")),
        .table(
          ReportTable(
            id: "rules", caption: "Rules on rows",
            columns: [
              .init("Rule"), .init("Question"), .init("Needs"), .init("What is computed"),
            ],
            rows: rules.map {
              [
                .code($0.id.rawValue), RichText($0.question), RichText($0.needs),
                RichText($0.method),
              ]
            }, source: "Referee", rowAnchors: rules.map { "rule-\($0.id.rawValue)" })),
      ])
  }

  private static func meaning(_ shape: DoseResponseShape.Verdict) -> String {
    switch shape {
    case .monotoneIncreasing:
      "Trend below the level and upwards, no evidence against an increase, every step above −margin."
    case .increasingUnverified: "The same without the last clause."
    case .monotoneDecreasing:
      "Trend below the level and downwards, no evidence against a decrease, every step below margin."
    case .decreasingUnverified: "The same without the last clause."
    case .nonMonotone: "Evidence against an increase and against a decrease."
    case .equivalentToFlat: "Every pair of doses has its 90% interval inside ±margin."
    case .reversalNotTested: "The point estimates turn around; no test supports it."
    case .inconclusive: "Neither shown nor excluded; see the smallest slope that would be found."
    }
  }

  var provenanceSection: ReportSection {
    let sources = ReportTable(
      id: "input-files", caption: "Files that the rows came from",
      columns: [
        .init("File"), .init("Format"), .init("Bytes", .right), .init("Accepted", .right),
        .init("Skipped", .right), .init("Rejected", .right), .init("SHA-256"),
      ],
      rows: result.outline.sources.map { source in
        let owner = "sources.\(source.path)"
        return [
          .code(source.path), RichText(source.format),
          .sourced("\(source.sizeBytes)", owner + ".sizeBytes"),
          .sourced("\(source.acceptedCount)", owner + ".acceptedCount"),
          .sourced("\(source.skippedCount)", owner + ".skippedCount"),
          .sourced("\(source.rejectedCount)", owner + ".rejectedCount"), .code(source.sha256),
        ]
      }, source: "the store")
    let hashes = ReportTable(
      id: "content-hashes", caption: "Content of the rows",
      columns: [.init("Arm"), .init("Rows", .right), .init("SHA-256 of the canonical rows")],
      rows: result.curves.map { curve in
        [
          RichText(curve.id),
          .sourced(
            "\(curve.scoredCount + curve.unscoredCount)", "dose-response/\(curve.id).rows"),
          .code(curve.contentHash),
        ]
      }, source: "the store")
    let libraries = ReportTable(
      id: "software", caption: "Software that shapes these bytes",
      columns: [.init("Name"), .init("Version")],
      rows: software.map { [RichText($0.name), RichText($0.version)] }, source: "Referee")
    return ReportSection(
      id: "provenance", title: "Provenance",
      lead: RichText([
        .words("All rows: "), .code("sha256:" + result.outline.contentHash),
        .words(", independent of the order of import."),
      ]),
      blocks: [
        .table(sources), .details(summary: "Content hash of every arm", [.table(hashes)]),
        .table(libraries),
        .paragraph(
          RichText([
            .words("To make this report again: "),
            .code("referee render STORE --out DIRECTORY"),
            .words(". Beside this file: "), .code("report.pdf"), .words(", "),
            .code("findings.json"), .words(" and "), .code("data/"),
            .words(" with one CSV file for every figure and table."),
          ])),
      ])
  }
}
