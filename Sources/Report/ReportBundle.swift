public import Audit
import CanonicalJSON
import Dispatch
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
    let parts = try Self.inParallel([
      { [File(path: "report.pdf", bytes: try Self.pdf(document, generator, inputs))] },
      {
        let html = try HTMLRenderer(document, generator: generator, inputs: inputs).render()
        return [
          File(path: "report.html", bytes: Array(html.utf8)),
          File(path: "findings.json", bytes: Array(findings.utf8)),
        ]
          + document.tables.map { table in
            File(path: "data/\(HTMLText.anchor(table.id)).csv", bytes: Array(table.csv.utf8))
          }
      },
    ])
    let rest = parts[1]
    files = rest.prefix(1) + parts[0] + rest.dropFirst()
  }

  private static func pdf(
    _ document: ReportDocument, _ generator: String, _ inputs: String
  ) throws -> [UInt8] {
    try PDFRenderer(document, generator: generator, inputs: inputs).render()
  }

  /// Runs the jobs side by side, each with its own fonts and surfaces, and returns their files in
  /// the order of the jobs: the bytes do not depend on which ends first.
  private static func inParallel(
    _ jobs: [@Sendable () throws -> [File]]
  ) throws -> [[File]] {
    var slots = jobs.map { _ in Result<[File], any Error>.success([]) }
    slots.withUnsafeMutableBufferPointer { buffer in
      // Every job writes its own element and no other.
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
        results[index] = Result { try jobs[index]() }
      }
    }
    return try slots.map { try $0.get() }
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
