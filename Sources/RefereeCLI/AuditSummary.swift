import Audit
import Study

/// The audit as a page of text for a terminal.
struct AuditSummary {
  private let result: AuditResult

  init(_ result: AuditResult) { self.result = result }

  var text: String {
    var lines = ["\(result.study.title)", ""]
    let verdicts = Verdict.allCases.map { verdict in
      "\(result.claims.count { $0.verdict == verdict }) \(verdict.rawValue)"
    }
    lines.append("Claims: \(result.claims.count) (\(verdicts.joined(separator: ", ")))")
    let counts = Severity.allCases.reversed().map { severity in
      "\(result.findings.count { $0.severity == severity }) \(severity.rawValue)"
    }
    let passed = result.findings.count { $0.status == .passed }
    lines.append("Findings: \(counts.joined(separator: ", ")); \(passed) checks passed")
    for severity in Severity.allCases.reversed() where severity >= .minor {
      let findings = result.findings.filter { $0.severity == severity }
      if findings.isEmpty { continue }
      lines += ["", severity.rawValue.uppercased()]
      for finding in findings {
        lines.append("  \(finding.id)")
        lines.append("    \(finding.titleText)")
      }
    }
    return lines.map(Self.printable).joined(separator: "\n") + "\n"
  }

  /// Control characters from a study must not reach the terminal.
  static func printable(_ line: String) -> String {
    String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
  }
}
