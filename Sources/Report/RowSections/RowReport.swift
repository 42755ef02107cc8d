import Audit
import Charts
import RawStore
public import RowAudit
import Statistics

/// Turns an audit of item-level rows into a report document.
public struct RowReport: Sendable {
  let result: RowAuditResult
  /// Libraries whose versions shape the output.
  let software: [(name: String, version: String)]
  private let analyses: [String: HypothesisResult]

  public init(_ result: RowAuditResult, software: [(name: String, version: String)]) {
    self.result = result
    self.software = software
    var analyses: [String: HypothesisResult] = [:]
    for analysis in result.hypotheses + result.analyses { analyses[analysis.id] = analysis }
    self.analyses = analyses
  }

  /// The document. Sections without data say so instead of vanishing.
  public func document() throws -> ReportDocument {
    ReportDocument(
      title: title, subtitle: subtitle, language: "en", date: nil,
      headerFacts: [
        ("Rows", .code("sha256:" + result.outline.contentHash.prefix(16) + "…")),
        ("Outcomes", fact("\(result.outline.outcomeCount)", "outline.outcomeCount")),
        ("Questions", fact("\(result.outline.itemCount)", "outline.itemCount")),
        ("Findings", fact("\(fired.count)", "findings.fired")),
        ("Registered analyses", fact("\(registeredCount)", "analyses.registered")),
      ],
      sections: [
        summarySection, registrationSection, hypothesisSection,
      ] + [originalSection].compactMap(\.self) + [
        try flowSection, neutralSection, try doseSection, try specificitySection,
        try replicationSection, try detectionSection, try layerSection,
        routingSection, figureSection, multiplicitySection, findingsSection,
        ReportSection(checks: result.findings), limitsSection, methodsSection,
        provenanceSection, checklistSection,
      ])
  }

  private var title: String {
    result.publication.map { "Rows behind \u{201C}\($0.title)\u{201D}" }
      ?? result.planTitle ?? "Rows of \u{201C}\(result.outline.study)\u{201D}"
  }

  private var subtitle: String {
    result.publication?.citation
      ?? (result.planTitle == nil
        ? "Audit of item-level rows" : "Study \(result.outline.study), audited under its plan")
  }

  private func fact(_ text: String, _ source: String) -> RichText { .sourced(text, source) }

  // MARK: - What sections share

  var fired: [Finding] { result.findings.filter { $0.severity != nil } }

  /// Fired findings, gravest first, then by rule.
  var ranked: [Finding] {
    fired.enumerated().sorted {
      let left = $0.element.severity ?? .info
      let right = $1.element.severity ?? .info
      return left == right ? $0.offset < $1.offset : left > right
    }.map(\.element)
  }

  var registeredCount: Int {
    (result.hypotheses + result.analyses).count { $0.registration != .exploratory }
  }

  func analysis(_ id: String) -> HypothesisResult? { analyses[id] }

  func analyses(of kind: String) -> [HypothesisResult] {
    result.analyses.filter { $0.id.hasPrefix(kind + "/") || $0.id == kind }
  }

  func findings(_ rules: RuleID...) -> [Finding] {
    result.findings.filter { rules.contains($0.rule) }
  }

  /// One piece of evidence as a table cell; a dash where there is none.
  func cell(_ key: String, _ analysis: HypothesisResult?) -> RichText {
    guard let analysis, analysis.evidence[key] != nil else { return "–" }
    return RichText(key, in: analysis.evidence, owner: analysis.id)
  }

  func sentence(_ analysis: HypothesisResult) -> RichText {
    RichText(analysis.sentence, evidence: analysis.evidence, owner: analysis.id)
  }

  /// The first fired finding's title, or the given words.
  func title(of findings: [Finding], otherwise words: RichText) -> RichText {
    findings.first { $0.severity != nil }.map { RichText($0.title, of: $0) } ?? words
  }

  /// An estimate of the evidence for a chart, in the unit of the evidence times `scale`.
  func plotted(_ key: String, _ analysis: HypothesisResult?, scale: Double = 1) -> PlottedEstimate {
    switch analysis?.evidence[key]?.value {
    case .estimate(let value, let interval, _):
      PlottedEstimate(
        value.value.map { $0 * scale }, lower: interval.lower * scale,
        upper: interval.upper * scale)
    case .number(let value, _): PlottedEstimate(value.value.map { $0 * scale })
    default: PlottedEstimate(nil)
    }
  }

  func absent(_ id: String, _ title: String, _ words: RichText) -> ReportSection {
    ReportSection(id: id, title: title, lead: "", blocks: [.paragraph(words)])
  }

  /// A figure whose data table is the chart's own, each cell tied to `owner`.
  func figure(
    _ id: String, _ chart: some Chart, title: RichText, subtitle: RichText, caption: RichText,
    howToRead: String, table: ReportTable
  ) -> ReportFigure {
    ReportFigure(
      id: id, chart: chart, title: title, subtitle: subtitle, caption: caption,
      source: "rows sha256:\(result.outline.contentHash.prefix(16))", howToRead: howToRead,
      table: table)
  }

  /// The table of a chart, whose numbers come from `owner`.
  func table(
    _ id: String, of chart: some Chart, caption: String, owner: String
  ) -> ReportTable {
    let content = chart.table
    return ReportTable(
      id: id, caption: caption,
      columns: content.header.enumerated().map { index, name in
        .init(name, index == 0 ? .left : .right)
      },
      rows: content.rows.enumerated().map { row, cells in
        cells.enumerated().map { column, text in
          column == 0 || text.isEmpty
            ? RichText(text) : .sourced(text, "\(owner).\(row + 1).\(column + 1)")
        }
      }, source: "rows")
  }
}
