public import Audit
import CanonicalJSON
import Provenance
import Study

/// Turns an audit of a published study into a report document.
public struct PublishedStudyReport: Sendable {
  let result: AuditResult
  /// Name and version of the tool, and the versions of the libraries that shape the output.
  let software: [(name: String, version: String)]

  public init(_ result: AuditResult, software: [(name: String, version: String)]) {
    self.result = result
    self.software = software
  }

  /// The document. Sections without data say so instead of vanishing.
  public func document() throws -> ReportDocument {
    let sections = [
      summarySection, try doseSection, try anchorSection, try powerSection, try detectionSection,
      try classifierSection, try coverageSection, registrationSection, findingsSection,
      claimsSection, checksSection, limitsSection, methodsSection, provenanceSection,
    ]
    return ReportDocument(
      title: "Audit of \u{201C}\(result.study.title)\u{201D}",
      subtitle: result.study.citation,
      language: "en",
      date: nil,
      headerFacts: [
        ("Study", .code(result.study.id)),
        ("Input", .code("sha256:" + (try inputHash).prefix(16) + "…")),
        ("Claims", .sourced("\(result.claims.count)", "claims.count")),
        ("Findings", .sourced("\(fired.count)", "findings.fired")),
        ("Registered before data", result.study.design.isPreregistered ? "✓ yes" : "✕ no"),
      ],
      sections: sections)
  }

  /// Hash over the hashes of the study's files: the same study gives the same hash anywhere.
  public var inputHash: String {
    get throws {
      let files = result.study.files.map {
        JSONValue.object(["path": .string($0.path), "sha256": .string($0.sha256)])
      }
      return try SHA256Hex(ofCanonical: .array(files)).description
    }
  }

  var fired: [Finding] { result.findings.filter { $0.severity != nil } }

  /// Fired findings, gravest first, then by rule.
  var ranked: [Finding] {
    fired.enumerated().sorted {
      let left = $0.element.severity ?? .info
      let right = $1.element.severity ?? .info
      return left == right ? $0.offset < $1.offset : left > right
    }.map(\.element)
  }

  func finding(_ rule: RuleID) -> [Finding] { result.findings.filter { $0.rule == rule } }
}
