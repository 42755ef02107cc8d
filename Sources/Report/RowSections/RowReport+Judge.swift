import Audit
import Charts
import RowAudit
import Statistics

extension RowReport {
  /// The judge beside people's labels, rates corrected for its errors, and servers that answered.
  var judgeBlocks: [ReportBlock] {
    var blocks: [ReportBlock] = []
    for kind in JudgeValidation.Kind.allCases {
      guard let analysis = analysis("judge-validation/" + kind.rawValue) else { continue }
      blocks.append(.paragraph(sentence(analysis)))
      blocks.append(.table(labelTable(kind, analysis)))
      let rates = analyses(of: "judge-rate").filter { $0.id.contains("/\(kind.rawValue)/") }
      if !rates.isEmpty { blocks.append(.table(rateTable(kind, rates))) }
    }
    blocks += analyses(of: "judge-unvalidated").map { .paragraph(sentence($0)) }
    let endpoints = analyses(of: "endpoint")
    if !endpoints.isEmpty { blocks.append(.list(endpoints.map(sentence))) }
    return blocks
  }

  private func labelTable(_ kind: JudgeValidation.Kind, _ analysis: HypothesisResult) -> ReportTable
  {
    let words =
      kind == .answers ? ["right", "wrong", "unscored"] : ["comply", "refuse", "unscored"]
    return ReportTable(
      id: "judge-labels-" + kind.rawValue, caption: "Labels of people (rows) and of the judge",
      columns: [.init("")] + words.map { .init($0, .right) },
      rows: words.map { label in
        [RichText(label)] + words.map { cell("counts-\(label)-\($0)", analysis) }
      }, source: "rows")
  }

  private func rateTable(_ kind: JudgeValidation.Kind, _ rates: [HypothesisResult]) -> ReportTable {
    ReportTable(
      id: "judge-rates-" + kind.rawValue,
      caption: "Rates corrected for the judge's errors (Rogan–Gladen, Lang–Reiczigel intervals)",
      columns: [
        .init("Rate"), .init("Dose", .right), .init("Scored", .right),
        .init("By the judge", .right),
        .init("Corrected", .right),
      ],
      rows: rates.map { rate in
        ["subject", "dose", "scored", "observed", "corrected"].map { cell($0, rate) }
      }, source: "rows")
  }
}
