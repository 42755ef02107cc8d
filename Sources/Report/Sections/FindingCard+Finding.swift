import Audit
import Statistics
import Study

extension FindingCard {
  /// The card of a finding, every number tied to its evidence.
  init(_ finding: Finding, claims: [(quote: String, place: String, mark: ClaimMark)] = []) {
    self.init(
      id: finding.id, anchor: finding.id, rule: finding.rule.rawValue,
      severity: finding.severity?.rawValue ?? "", title: RichText(finding.title, of: finding),
      sentence: RichText(finding.sentence, of: finding),
      remedy: RichText(finding.remedy, of: finding), claims: claims,
      evidence: Self.evidenceTable(finding))
  }

  private static func evidenceTable(_ finding: Finding) -> ReportTable {
    let rows = finding.evidence.sorted { $0.key < $1.key }.map { key, evidence in
      [
        RichText(evidence.label),
        RichText(key, in: finding.evidence, owner: finding.id),
        RichText(evidence.undefinedReason?.description ?? evidence.method ?? ""),
        RichText(sourceText(evidence)),
      ]
    }
    return ReportTable(
      id: "evidence-\(finding.id)", caption: "Evidence of \(finding.id)",
      columns: [.init("Quantity"), .init("Value"), .init("Method"), .init("Rows")],
      rows: rows, source: "findings.json")
  }

  /// The rows as ranges of lines: "cells.csv:18–21, 26".
  private static func sourceText(_ evidence: Evidence) -> String {
    var files: [(name: String, lines: [ClosedRange<Int>])] = []
    for source in Set(evidence.sources).sorted() {
      guard let last = files.indices.last, files[last].name == source.file else {
        files.append((source.file, [source.line...source.line]))
        continue
      }
      guard let range = files[last].lines.last, source.line <= range.upperBound + 1 else {
        files[last].lines.append(source.line...source.line)
        continue
      }
      files[last].lines[files[last].lines.count - 1] =
        range.lowerBound...max(range.upperBound, source.line)
    }
    return files.map { file in
      let lines = file.lines.map {
        $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)\u{2013}\($0.upperBound)"
      }
      return "\(file.name):\(lines.joined(separator: ", "))"
    }.joined(separator: ", ")
  }
}

extension ReportSection {
  /// Checks that passed and checks that could not run.
  init(checks findings: [Finding]) {
    let passed = findings.filter { $0.status == .passed }
    let notRun = findings.compactMap { finding -> [RichText]? in
      guard case .notRun(let reason) = finding.status else { return nil }
      return [
        RichText.link(finding.rule.rawValue, to: "#rule-\(finding.rule.rawValue)"),
        RichText(finding.title, of: finding), RichText(reason.description),
      ]
    }
    self.init(
      id: "checks", title: "Checks that passed, and checks that could not run",
      lead: "An audit that lists only faults cannot be judged: here is the rest.",
      blocks: [
        .table(
          ReportTable(
            id: "checks-passed", caption: "Passed",
            columns: [.init("Rule"), .init("Check"), .init("Result")],
            rows: passed.map {
              [
                RichText.link($0.rule.rawValue, to: "#rule-\($0.rule.rawValue)"),
                RichText($0.title, of: $0), RichText($0.sentence, of: $0),
              ]
            }, source: "findings.json")),
        .table(
          ReportTable(
            id: "checks-not-run", caption: "Could not run",
            columns: [.init("Rule"), .init("Check"), .init("What is missing")],
            rows: notRun, source: "findings.json")),
      ])
  }
}

extension Severity {
  var heading: String {
    switch self {
    case .critical: "Critical: a conclusion of the study falls"
    case .major: "Major: a statement needs to change"
    case .minor: "Minor: a number or word needs care"
    case .info: "For information"
    }
  }
}
