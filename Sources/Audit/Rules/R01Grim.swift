import Notation
import Statistics
import Study

/// R01: a rate printed to d decimals over a stated n must be a count over n.
///
/// Rows whose n is not stated cannot fail: R24 lists the n that would fit them.
public struct GrimRule: AuditRule {
  public static let id = RuleID.grim
  public static let question = "Can each printed rate be a count over its stated n?"
  public static let needs = "Printed percentages with their decimals and a stated n."
  public static let method =
    "GRIM: Brown & Heathers (2017), doi:10.1177/1948550616673876, for counts; both ways of "
    + "rounding a half are accepted."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let cells = context.editionRows.map { row in
      check(
        row.editionID,
        rates(
          context.study.cells.filter {
            $0.version == row.version && $0.benchmark == row.benchmark
              && $0.configuration == row.configuration
          }))
    }
    let detection = context.study.detection.map { check("detection/\($0.id)", rates($0)) }
    let validations = context.study.validations.compactMap { row -> Finding? in
      guard row.printed != nil, row.trials != nil else { return nil }
      return check("validation/\(row.id)", rates(row))
    }
    let findings = cells + detection + validations
    guard findings.isEmpty else { return findings }
    return [
      .notRun(
        Self.id, reason: UndefinedReason(.notReported, "the study prints no rate"),
        title: "No rates to check")
    ]
  }

  /// A printed percentage and the n stated for it.
  private struct Rate {
    let name: String
    let printed: PrintedNumber
    let total: Int?
    let source: SourceReference
  }

  private func rates(_ cells: [Cell]) -> [Rate] {
    cells.sorted { $0.dose < $1.dose }.map {
      Rate(name: $0.id, printed: $0.printed, total: $0.statedCount, source: $0.source)
    }
  }

  private func rates(_ row: DetectionRow) -> [Rate] {
    [
      ("positive rate", row.positiveRate), ("majority accuracy", row.majorityAccuracy),
      ("accuracy", row.accuracy), ("random accuracy", row.randomAccuracy),
    ].compactMap { name, printed in
      printed.map {
        Rate(name: "\(row.id) \(name)", printed: $0, total: row.count, source: row.source)
      }
    }
  }

  private func rates(_ row: ValidationRow) -> [Rate] {
    row.printed.map { [Rate(name: row.id, printed: $0, total: row.trials, source: row.source)] }
      ?? []
  }

  private func check(_ subject: String, _ rates: [Rate]) -> Finding {
    let usable = rates.filter { $0.printed.exactValue != nil && $0.total != nil }
    guard !usable.isEmpty else {
      return .notRun(
        Self.id, subject: subject,
        reason: UndefinedReason(.notReported, "no n is stated for these rates"),
        title: "{row} states no n",
        evidence: ["row": .text(subject, "row", sources: rates.map(\.source))])
    }
    let sources = usable.map(\.source)
    let wrong = usable.filter { rate in
      rate.total.map { rate.printed.count(over: $0) == nil } ?? false
    }
    var evidence: [String: Evidence] = [
      "row": .text(subject, "row", sources: sources),
      "count": .count(usable.count, "rates with a stated n", sources: sources),
      "n": .list(
        StudyContext.ordered(usable.compactMap(\.total).map(NumberText.count)), "stated n"),
    ]
    guard !wrong.isEmpty else {
      return Finding(
        rule: Self.id, subject: subject, status: .passed,
        title: "The rates of {row} are counts over n",
        sentence: "All {count} rates of {row} are whole counts over the stated n of {n}.",
        evidence: evidence)
    }
    evidence["wrong-count"] = .count(wrong.count, "rates that no count gives")
    evidence["wrong"] = .list(
      wrong.map { "\($0.printed.text) (\($0.name), n = \($0.total ?? 0), \(neighbours(of: $0)))" },
      "rates that no count over n gives, with the nearest that one does",
      sources: wrong.map(\.source))
    return Finding(
      rule: Self.id, subject: subject, status: .fired(.major),
      title: "Rates of {row} fit no count",
      sentence: "{wrong-count} of {count} rates of {row} are no whole count over n: {wrong}.",
      remedy: "Publish the counts; either the rate or n is not as printed.", evidence: evidence)
  }

  private func neighbours(of rate: Rate) -> String {
    guard let total = rate.total, total > 0, let proportion = rate.printed.proportion else {
      return ""
    }
    let below = max(0, min(total, Int((proportion * Double(total)).rounded(.down))))
    let nearest = [below, min(total, below + 1)].map { count in
      "\(count) gives "
        + NumberText.percent(
          Double(count) / Double(total), digits: max(1, rate.printed.decimals))
    }
    return nearest.joined(separator: ", ")
  }
}
