import RawStore
import RowAudit

extension RowReport {
  /// REFORMS, the reporting standard of machine-learning-based science, with the place of each
  /// answer; what the rows cannot say is "not reported", visibly.
  var checklistSection: ReportSection {
    let hasOutcomes = !result.curves.isEmpty
    let hasDetection = !detectionAnalyses.isEmpty
    let hasSplits = !result.overlaps.isEmpty
    let hasLedger = !analyses(of: "row-ledger").isEmpty
    let items: [(String, String, String?)] = [
      ("1a", "Population or distribution about which the claim is made", nil),
      ("1b", "Motivation for choosing this population", nil),
      ("1c", "Motivation for the use of machine learning", nil),
      ("2a", "Data set", "provenance"),
      ("2b", "Code", "provenance"),
      ("2c", "Computing environment", "provenance"),
      ("2d", "Documentation", "methods"),
      ("2e", "Script that makes the results again", "provenance"),
      ("3a", "Sources of the data", result.outline.sources.isEmpty ? nil : "provenance"),
      ("3b", "Sampling frame", nil),
      ("3c", "Why the data set fits the question", nil),
      ("3d", "Outcome variable and how it was judged", hasOutcomes ? "checks-neutral" : nil),
      ("3e", "Number of samples and their classes", hasOutcomes || hasDetection ? "flow" : nil),
      ("3f", "Missing data", hasOutcomes ? "flow" : nil),
      ("3g", "Whether the sample represents the population", nil),
      ("4a", "Samples left out, with criteria", hasOutcomes ? "flow" : nil),
      ("4b", "Impossible or corrupt samples", result.outline.sources.isEmpty ? nil : "provenance"),
      ("4c", "Transformations of the data", "methods"),
      ("5a", "Model and detector", result.layers.isEmpty ? nil : "layers"),
      ("5b", "Why this model", nil),
      ("5c", "How performance is evaluated", hasDetection ? "detection" : nil),
      ("5d", "How the model was selected", nil),
      ("5e", "Hyperparameters", nil),
      (
        "5f", "Baselines",
        hasDetection ? "detection" : result.envelopes.isEmpty ? nil : "specificity"
      ),
      ("6a", "Training and test data are apart", hasSplits ? "layers" : nil),
      ("6b", "Duplicates and dependencies", hasSplits || hasOutcomes ? "checks-neutral" : nil),
      ("6c", "Legitimacy of every feature", nil),
      ("7a", "Measures of performance", hasDetection ? "detection" : hasOutcomes ? "doses" : nil),
      ("7b", "Uncertainty of every measure", "methods"),
      ("7c", "Tests and their assumptions", "methods"),
      ("8a", "Evidence of external validity", result.replications.isEmpty ? nil : "replication"),
      ("8b", "Where the findings do not hold", "limits"),
    ]
    let answered = items.count { $0.2 != nil }
    return ReportSection(
      id: "checklist", title: "Checklist (REFORMS)",
      lead: RichText([
        .sourced("\(answered)", source: "checklist.answered"), .words(" of "),
        .sourced("\(items.count)", source: "checklist.count"),
        .words(" items can be answered from the rows"),
        .words(hasLedger ? "" : "; the rows of the classifier are not among them"), .words(". "),
        .link(
          "Kapoor et al. (2024), doi:10.1126/sciadv.adk3452",
          target: "https://doi.org/10.1126/sciadv.adk3452"),
      ]),
      blocks: [
        .table(
          ReportTable(
            id: "reforms", caption: "REFORMS items and where they are answered",
            columns: [.init("Item"), .init("What is to be reported"), .init("Where")],
            rows: items.map { item in
              [
                .code(item.0), RichText(item.1),
                item.2.map { RichText.link("#" + $0, to: "#" + $0) } ?? "not reported",
              ]
            }, source: "Referee"))
      ])
  }
}
