import ArgumentParser
import Audit
import CanonicalJSON
import Foundation
import RowAudit
import Study

/// `referee audit STUDY`.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Audit a published study, or the rows of a raw store.",
    discussion: """
      STUDY is the folder of a published study, or a raw store made by import. Prints a summary, \
      or with --json the whole result (schema \(AuditResult.schema), for a store \
      \(RowAuditResult.schema)). The exit code is 0 unless a gate named by --fail-on fails.
      """)

  @Argument(help: "The study folder, or a raw store.", completion: .file())
  var study: String

  @Option(
    name: .customLong("fail-on"),
    help: ArgumentHelp(
      "Gates, separated by commas.", discussion: Gate.help, valueName: "gate,…"))
  var failOn: GateList = GateList(gates: [.integrity])

  @OptionGroup var rows: RowOptions

  @OptionGroup var global: GlobalOptions

  func run() throws {
    if RowOptions.isStore(study) { return try runRows() }
    try FileAccess.requireFolder(self.study)
    let study = try PublishedStudy.load(folder: study)
    let result = AuditEngine.audit(study)
    printOutput(try global.json ? result.json.prettyText() : AuditSummary(result).text)
    let reasons = failOn.gates.compactMap { $0.failure(of: result) }
    if !reasons.isEmpty { throw GateFailure(reasons: reasons) }
  }

  private func runRows() throws {
    let result = try rows.audit(study)
    printOutput(try global.json ? result.json.prettyText() : RowAuditSummary(result).text)
    let reasons = failOn.gates.compactMap { $0.failure(of: result) }
    if !reasons.isEmpty { throw GateFailure(reasons: reasons) }
  }
}

/// What can make an audit end with exit code 1.
enum Gate: String, CaseIterable, ExpressibleByArgument {
  case integrity, deviation, incomplete, refuted, inconclusive, critical, major

  static let help = """
    integrity     a number that Referee printed could not be reproduced (default)
    deviation     an undeclared deviation from a registered plan
    incomplete    a cell of the declared design, or a row, is missing
    refuted       a claim or hypothesis is refuted, or a published figure contradicted
    inconclusive  a claim or hypothesis is inconclusive or not testable, or a figure not
                  reproducible
    critical      a critical finding
    major         a major or critical finding
    """

  /// Why the gate fails, or `nil` when it passes.
  func failure(of result: AuditResult) -> String? {
    let count: Int
    switch self {
    // A published study has no lock and no rendered numbers of ours: nothing can be broken.
    case .integrity, .deviation: count = 0
    case .incomplete:
      count = result.findings.count { $0.rule == .missingCell && $0.severity != nil }
    case .refuted: count = result.claims.count { $0.verdict == .refuted }
    case .inconclusive:
      count = result.claims.count { $0.verdict == .inconclusive || $0.verdict == .notTestable }
    case .critical: count = result.findings.count { $0.severity == .critical }
    case .major: count = result.findings.count { ($0.severity ?? .info) >= .major }
    }
    return count > 0 ? "\(count) × \(rawValue)" : nil
  }
}

/// A comma-separated list of gates.
struct GateList: ExpressibleByArgument {
  var gates: [Gate]

  init(gates: [Gate]) { self.gates = gates }

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    let gates = names.compactMap { Gate(rawValue: String($0)) }
    guard gates.count == names.count, !gates.isEmpty else { return nil }
    self.gates = gates
  }

  var defaultValueDescription: String { gates.map(\.rawValue).joined(separator: ",") }
}
