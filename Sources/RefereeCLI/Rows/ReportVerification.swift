import CanonicalJSON
import Foundation
import Provenance
import RawStore
import Report
import RowAudit
import Study

/// A report against the rows that it claims to come from: everything is computed again.
struct ReportVerification {
  /// One line of the verdict.
  struct Line {
    let subject: String
    let verdict: String
    /// What does not fit, in words.
    let problems: [String]
  }

  private(set) var lines: [Line] = []

  var problems: [String] { lines.flatMap(\.problems) }

  /// - Parameters:
  ///   - report: the folder with `findings.json` and `report.html`.
  ///   - figures: the folder with `figures.yaml` that the audit was given, if any.
  ///   - plan: the folder of the plan, if the report was made with one.
  init(
    report: String, store path: String, figures: String?, plan: String?,
    software: [(String, String)]
  ) throws {
    let store = try RawStore(path: path)
    let check = try store.verify()
    let findings = try JSONValue(parsing: try FileAccess.read(report + "/findings.json"))
    guard findings["schema"]?.stringValue == RowAuditResult.schema,
      let settings = findings["settings"].flatMap(RowAuditSettings.init(json:))
    else { throw UnverifiableReport(path: report) }
    var plan = plan
    // A bundle has the plan beside the report.
    let bundled = report + "/../plan"
    if plan == nil, Self.usesPlan(findings), FileAccess.exists(bundled + "/study.yaml") {
      plan = bundled
    }
    let table = try store.table(study: findings["rows"]?["study"]?.stringValue)
    try store.close()
    let (planProblems, planNotes) = try plan.map(Self.planProblems) ?? ([], [])
    lines.append(
      Self.rows(
        check, table: table, findings: findings, report: report, further: planProblems,
        notes: planNotes))

    let published = try figures.map { try PublishedFigures.load(folder: $0) }
    var registered: RegisteredPlan?
    if let plan {
      let study = try StudyPlan.load(folder: plan)
      registered = RegisteredPlan(
        PlanComparison(
          plan: study, lock: try StudyLock.read(folder: plan),
          inputs: study.hashedInputs(folder: plan)))
    }
    let result = try RowAuditEngine.audit(
      table, settings: settings, figures: published, plan: registered)
    // As a reader would see it: 40 and 40.0 are one number in JSON.
    let computed = try JSONValue(parsing: try result.json.prettyText())
    let places = JSONDifference.places(findings, computed)
    let count = result.analyses.count + result.findings.count + result.figures.count
    lines.append(
      Line(
        subject: "findings",
        verdict: places.isEmpty
          ? "all \(count) results computed again, equal bit for bit"
          : "\(places.count)\(places.count >= 20 ? " or more" : "") values differ",
        problems: places.map { "findings.json: \($0) (report against rows)" }))

    let bundle = try ReportBundle(
      result, generator: ToolVersion.text, software: software.map { (name: $0.0, version: $0.1) })
    lines.append(try Self.files(bundle, report: report))
  }

  /// Whether a report's findings were made with a plan.
  static func usesPlan(_ findings: JSONValue) -> Bool {
    findings["hypotheses"]?.arrayValue?.isEmpty == false
  }

  static func usesPlan(_ findings: [UInt8]) -> Bool {
    (try? JSONValue(parsing: findings)).map(usesPlan) == true
  }

  // MARK: - Rows

  private static func rows(
    _ check: LedgerCheck, table: RawTable, findings: JSONValue, report: String,
    further: [String], notes: [String]
  ) -> Line {
    var problems = check.problems.map { "store: \($0)" } + further
    let stated = findings["rows"]?["contentHash"]?.stringValue ?? "none"
    if stated != table.contentHash {
      problems.append(
        "findings.json: the report is about other rows: its content hash is \(stated)")
    }
    problems += crateProblems(report + "/..")
    let records = check.recordCount == 1 ? "1 ledger record" : "\(check.recordCount) ledger records"
    return Line(
      subject: "rows",
      verdict: problems.isEmpty
        ? "\(records) and \(table.sources.count) sources intact, content sha256:\(table.contentHash)"
          + notes.map { "; " + $0 }.joined()
        : "not as they were recorded", problems: problems)
  }

  /// The plan against its lock, where there is one. A difference in a section on which no hypothesis
  /// rests is a note: reports list it, and it is no fault.
  private static func planProblems(
    _ folder: String
  ) throws -> (problems: [String], notes: [String]) {
    guard let lock = try StudyLock.read(folder: folder) else { return ([], []) }
    let plan = try StudyPlan.load(folder: folder)
    // As the lock's file has it: 5 and 5.0 are one number in JSON.
    let content = try JSONValue(parsing: try plan.registeredContent.prettyText())
    let comparison = PlanComparison(plan: plan, lock: lock)
    func section(_ path: String) -> String {
      String(path.prefix { $0 != "." && $0 != "[" && $0 != ":" })
    }
    let touching = Set(
      lock.hypotheses.flatMap { comparison.differences(touching: $0) }.map { section($0.path) })
    let harmless = Set(comparison.differences.map { section($0.path) }).subtracting(touching)
    let places = JSONDifference.places(lock.content, content, limit: .max)
    let shown = 20
    return (
      places.filter { !harmless.contains(section($0)) }.prefix(shown).map {
        "plan: \($0) (lock against plan)"
      },
      places.filter { harmless.contains(section($0)) }.prefix(shown).map {
        "no hypothesis rests on what changed in the plan since its lock: \($0)"
      }
    )
  }

  /// In an unpacked bundle, every file against the crate's digests: names a changed plan.
  private static func crateProblems(_ folder: String) -> [String] {
    guard let bytes = try? FileAccess.read(folder + "/" + ResearchCrate.fileName),
      let document = try? JSONValue(parsing: bytes)
    else { return [] }
    return ResearchCrate.files(of: document).compactMap { file in
      guard !file.path.hasPrefix("/"), !file.path.split(separator: "/").contains(".."),
        let content = try? FileAccess.read(folder + "/" + file.path, limitBytes: 4 << 30)
      else { return "\(file.path): the bundle's file is missing" }
      // The report and the store are compared by what they say, below and above.
      let isCompared = file.path.hasPrefix("report/") || file.path == "store.sqlite"
      let isEqual = SHA256Hex(of: content).description == file.sha256
      return isEqual || isCompared ? nil : "\(file.path): it is not the file that was bundled"
    }
  }

  // MARK: - Files

  private static func files(_ bundle: ReportBundle, report: String) throws -> Line {
    var problems: [String] = []
    let page = String(
      decoding: (try? FileAccess.read(report + "/report.html")) ?? [], as: UTF8.self)
    let isOwnVersion = page.contains(ToolVersion.text)
    for file in bundle.files where file.path != "findings.json" {
      guard let found = try? FileAccess.read(report + "/" + file.path) else {
        problems.append("\(file.path): it is missing")
        continue
      }
      if found == file.bytes { continue }
      // Data tables hold the numbers of the charts and do not depend on the version's layout.
      guard isOwnVersion || file.path.hasPrefix("data/") else { continue }
      let expected = String(decoding: file.bytes, as: UTF8.self)
      let numbers =
        file.path == "report.html" ? PrintedNumbers.differences(page, expected) : []
      problems += numbers.isEmpty ? ["\(file.path): it differs from the one rendered now"] : numbers
    }
    if isOwnVersion {
      problems += Set(ReportFolder(report).tables).subtracting(bundle.files.map(\.path)).sorted()
        .map { "\($0): the report has no such table; move the file away" }
    }
    let verdict: String
    if !problems.isEmpty {
      verdict = "not what the rows give"
    } else if isOwnVersion {
      verdict = "\(bundle.files.count) files equal byte for byte, charts included"
    } else {
      verdict = "data tables equal; the pages are another version's and were not compared"
    }
    return Line(subject: "report", verdict: verdict, problems: problems)
  }
}

/// The report is of a kind that has no rows, or its settings cannot be read.
struct UnverifiableReport: Error, CustomStringConvertible {
  let path: String

  var description: String {
    "\(path)/findings.json is not an audit of rows with its settings; "
      + "render a store and verify that report"
  }
}

/// The numbers of a page with the results that they came from.
enum PrintedNumbers {
  /// Numbers that two pages print differently, in words; empty when only other text differs.
  static func differences(_ left: String, _ right: String, limit: Int = 20) -> [String] {
    let (before, after) = (spans(left), spans(right))
    guard before.count == after.count else {
      return ["report.html: \(before.count) sourced numbers, the rows give \(after.count)"]
    }
    return zip(before, after).filter { $0 != $1 }.prefix(limit).map { left, right in
      "report.html: the number of \(right.source) is printed as \(left.text), "
        + "the rows give \(right.text)"
    }
  }

  private struct Span: Hashable {
    let source: String
    let text: String
  }

  private static func spans(_ page: String) -> [Span] {
    page.components(separatedBy: "<span data-source=\"").dropFirst().compactMap { piece in
      guard let quote = piece.firstIndex(of: "\""), let start = piece.firstIndex(of: ">"),
        let end = piece.range(of: "</span>")?.lowerBound, quote < start, start < end
      else { return nil }
      return Span(
        source: String(piece[..<quote]), text: String(piece[piece.index(after: start)..<end]))
    }
  }
}
