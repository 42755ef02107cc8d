import ArgumentParser
import CanonicalJSON
import Notation
import Report
import Validation

/// `referee validate`: reruns the calibration study.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Rerun the calibration of the statistics: size, power and coverage by simulation.",
    discussion: """
      A check passes when it is within 4 combined Monte Carlo standard errors of its target. The \
      exit code is 1 when a check fails. With --out, validation.html, .json and .csv are written.
      """)

  enum Scale: String, EnumerableFlag {
    case quick, full

    static func help(for value: Scale) -> ArgumentHelp? {
      value == .quick ? "Fewer runs: about a minute (default)." : "As many runs as the targets."
    }
  }

  @Flag var scale = Scale.quick

  @Option(help: "Seed of the simulation.")
  var seed: UInt64 = 20_260_101

  @Option(help: "Where to write the report; made if missing.", completion: .directory)
  var out: String?

  @Option(help: "Threads; 0 for one on each core. Part of no result.")
  var jobs = 0

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...1_024).contains(jobs) else { throw ValidationError("--jobs must be in 0...1024") }
  }

  func run() throws {
    let study = CalibrationStudy(
      mode: scale == .full ? .full : .quick, seed: seed, threadCount: jobs)
    var progress: Progress?
    let report = study.run { finished, total in
      let bar = progress ?? Progress("validate", total: total, isSilent: global.quiet)
      progress = bar
      bar.update(done: finished)
    }
    progress?.finish()
    if let out {
      for file in try report.files(generator: ToolVersion.text) {
        try FileAccess.write(file.bytes, to: out + "/" + file.path)
        global.detail("wrote \(file.path), \(file.bytes.count) bytes")
      }
    }
    printOutput(global.json ? try report.json.prettyText() : Self.text(report, out: out))
    if !report.isAccepted {
      throw GateFailure(reasons: ["\(report.failures.count) calibration checks miss their target"])
    }
  }

  private static func text(_ report: ValidationReport, out: String?) -> String {
    var lines = ["group     checks  missed  largest |observed − target| / allowed"]
    for group in ValidationRow.Group.allCases {
      let rows = report.rows.filter { $0.group == group }
      let worst = rows.map { row in
        abs(row.observed - row.target) / max(4 * row.standardError + row.rounding, 1e-12)
      }.max()
      lines.append(
        [
          pad(group.rawValue, 8), pad(left: "\(rows.count)", 8),
          pad(left: "\(rows.count { !$0.isAccepted })", 8),
          "  " + (worst.map { NumberText.decimal($0, digits: 2) } ?? NumberText.absent),
        ].joined())
    }
    for row in report.failures {
      lines.append(
        "missed: \(row.method), \(row.scenario), \(row.sampleSize): "
          + "\(NumberText.decimal(row.observed, digits: 3)) instead of "
          + NumberText.decimal(row.target, digits: 3))
    }
    lines.append("known weaknesses seen, as expected:")
    for weakness in ValidationReport.Weakness.allCases {
      lines.append("  \(weakness.rawValue): \(report.rows(showing: weakness).count) rows")
    }
    if let out { lines.append(out + "/validation.html") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func pad(left text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
