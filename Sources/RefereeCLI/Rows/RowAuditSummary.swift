import Audit
import RowAudit

/// An audit of rows as a page of text for a terminal.
struct RowAuditSummary {
  private let result: RowAuditResult

  init(_ result: RowAuditResult) { self.result = result }

  var text: String {
    let outline = result.outline
    var lines = [
      result.publication?.title ?? outline.study, "",
      "Rows: \(outline.outcomeCount) outcomes of \(outline.itemCount) questions in "
        + "\(outline.armCount) arms, \(outline.detectionRowCount) scores, "
        + "\(outline.sampleCount) sampled responses",
      "Content: sha256:\(outline.contentHash)",
    ]
    for status in RegistrationStatus.allCases {
      let count = result.analyses.count { $0.registration == status }
      if count > 0 { lines.append("Analyses \(status.rawValue): \(count)") }
    }
    if !result.figures.isEmpty {
      let counts = FigureVerdict.allCases.map { verdict in
        "\(result.figures.count { $0.verdict == verdict }) \(verdict.rawValue)"
      }
      lines.append("Published figures: \(result.figures.count) (\(counts.joined(separator: ", ")))")
    }
    let counts = Severity.allCases.reversed().map { severity in
      "\(result.findings.count { $0.severity == severity }) \(severity.rawValue)"
    }
    let passed = result.findings.count { $0.status == .passed }
    lines.append("Findings: \(counts.joined(separator: ", ")); \(passed) checks passed")
    let targets = result.analyses.filter {
      $0.id.hasPrefix("dose-response/") && $0.evidence["kind"]?.text == "target"
        && $0.evidence["slope"] != nil
    }
    if !targets.isEmpty { lines += ["", "TARGETS"] }
    for target in targets {
      lines.append("  \(target.evidence["arm"]?.text ?? target.id)")
      let parts = ["slope", "p-trend", "shape"].compactMap { target.evidence[$0]?.text }
      lines.append("    slope per unit of dose, pp: \(parts.joined(separator: "; "))")
    }
    for severity in Severity.allCases.reversed() where severity >= .minor {
      let findings = result.findings.filter { $0.severity == severity }
      if findings.isEmpty { continue }
      lines += ["", severity.rawValue.uppercased()]
      for finding in findings {
        lines.append("  \(finding.id)")
        lines.append("    \(finding.titleText)")
      }
    }
    return lines.map(AuditSummary.printable).joined(separator: "\n") + "\n"
  }
}

extension Gate {
  /// Why the gate fails for rows, or `nil` when it passes.
  func failure(of result: RowAuditResult) -> String? {
    let count: Int
    switch self {
    // Nothing was printed before that could be broken: that is what `verify` looks at.
    case .integrity: count = 0
    case .deviation: count = result.analyses.count { !$0.deviations.isEmpty }
    case .incomplete:
      count = result.findings.count { $0.rule == .missingRows && $0.severity != nil }
    case .refuted:
      count =
        result.analyses.count { $0.verdict == .refuted }
        + result.figures.count { $0.verdict == .contradicted }
    case .inconclusive:
      count =
        result.analyses.count { $0.verdict == .inconclusive || $0.verdict == .notTestable }
        + result.figures.count { $0.verdict == .notReproducible }
    case .critical: count = result.findings.count { $0.severity == .critical }
    case .major: count = result.findings.count { ($0.severity ?? .info) >= .major }
    }
    return count > 0 ? "\(count) × \(rawValue)" : nil
  }
}
