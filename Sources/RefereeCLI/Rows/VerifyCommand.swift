import ArgumentParser
import CanonicalJSON
import Foundation

/// `referee verify REPORT --store S`: what reviewers run.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compute every number of a report again from its rows, and compare.",
    discussion: """
      Walks the store's hash chain, audits the rows again with the report's own settings, compares \
      the findings bit for bit, and renders the report again and compares the files byte for byte \
      when the version is the same. Prints a verdict of three lines; what does not fit is named. \
      In an unpacked bundle every file is compared with its recorded SHA-256, and a plan given \
      with --plan with its lock.
      """)

  @Argument(help: "The report's folder, or its report.html.", completion: .file())
  var report: String

  @Option(name: .long, help: "The store that the report was made from.", completion: .file())
  var store: String

  @Option(
    name: .long, help: "The folder with figures.yaml, if the audit was given one.",
    completion: .directory)
  var figures: String?

  @Option(
    name: .long, help: "The folder of the plan, if the report was made with one.",
    completion: .file(), transform: planFolder)
  var plan: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    var folder = report
    if folder.hasSuffix(".html") || folder.hasSuffix(".json") || folder.hasSuffix(".pdf") {
      let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
      folder = parent
    }
    try FileAccess.requireFolder(folder)
    var figures = figures
    // A bundle has the figures beside the report.
    if figures == nil, FileManager.default.fileExists(atPath: folder + "/../figures/figures.yaml") {
      figures = folder + "/../figures"
    }
    let verification = try ReportVerification(
      report: folder, store: store, figures: figures, plan: plan,
      software: RenderCommand.software.map { ($0.name, $0.version) })
    if global.json {
      let document: JSONValue = [
        "schema": "referee/verify/v1", "verified": .bool(verification.problems.isEmpty),
        "lines": .array(
          verification.lines.map { line in
            [
              "subject": .string(line.subject), "verdict": .string(line.verdict),
              "problems": .array(line.problems.map(JSONValue.string)),
            ]
          }),
      ]
      printOutput(try document.prettyText())
    } else {
      for problem in verification.problems { printOutput("  \(problem)\n") }
      for line in verification.lines { printOutput("\(line.subject): \(line.verdict)\n") }
    }
    if !verification.problems.isEmpty {
      throw GateFailure(reasons: ["\(verification.problems.count) things do not fit"])
    }
  }
}
