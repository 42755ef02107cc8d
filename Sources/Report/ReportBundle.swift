public import Audit
import CanonicalJSON
public import RowAudit
import Study

/// Every file of a rendered report, as bytes: what `render` writes and `verify` compares.
public struct ReportBundle: Sendable {
  public struct File: Sendable, Hashable {
    /// Relative to the report's folder.
    public let path: String
    public let bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// `report.html`, `report.pdf`, `findings.json`, then `data/` in the order of the report.
  public let files: [File]

  /// - Parameters:
  ///   - generator: name and version of the tool, printed in the footer.
  ///   - software: libraries whose versions shape the bytes.
  /// - Throws: ``ReportError`` and drawing errors.
  public init(
    _ result: AuditResult, generator: String, software: [(name: String, version: String)]
  ) throws {
    let report = PublishedStudyReport(result, software: [(generator, "")] + software)
    try self.init(
      try report.document(), findings: try result.json.prettyText(), generator: generator,
      inputs: "study " + result.study.id + ", sha256:" + (try report.inputHash))
  }

  /// The report of an audit of item-level rows.
  ///
  /// - Throws: ``ReportError`` and drawing errors.
  public init(
    _ result: RowAuditResult, generator: String, software: [(name: String, version: String)]
  ) throws {
    let report = RowReport(result, software: [(generator, "")] + software)
    try self.init(
      try report.document(), findings: try result.json.prettyText(), generator: generator,
      inputs: "rows sha256:" + result.outline.contentHash)
  }

  private init(
    _ document: ReportDocument, findings: String, generator: String, inputs: String
  ) throws {
    try Self.checkAnchors(of: document)
    let html = try HTMLRenderer(document, generator: generator, inputs: inputs).render()
    let pdf = try PDFRenderer(document, generator: generator, inputs: inputs).render()
    files =
      [
        File(path: "report.html", bytes: Array(html.utf8)),
        File(path: "report.pdf", bytes: pdf),
        File(path: "findings.json", bytes: Array(findings.utf8)),
      ]
      + document.tables.map { table in
        File(path: "data/\(HTMLText.anchor(table.id)).csv", bytes: Array(table.csv.utf8))
      }
  }

  /// Anchors are links and file names: two equal ones would lose a table.
  private static func checkAnchors(of document: ReportDocument) throws(ReportError) {
    var seen: Set<String> = []
    let ids =
      document.sections.map(\.id) + document.figures.map(\.id)
      + document.tables.map { $0.id + "-table" }
    for id in ids where !seen.insert(HTMLText.anchor(id)).inserted {
      throw .duplicateAnchor(id)
    }
  }
}
