import Statistics
import Study

extension RangeStatementRule {
  /// "Smaller by a factor": the quoted ends, and every reference value over the own range of the
  /// same benchmark in every configuration.
  func factor(_ subject: ClaimSubject, _ context: StudyContext) -> Finding {
    let claim = subject.claim
    guard let factor = claim.values["factor"]?.value, factor > 0,
      let ownLower = claim.values["own-lower"]?.roughProportion,
      let ownUpper = claim.values["own-upper"]?.roughProportion,
      let otherLower = claim.values["other-lower"]?.roughProportion,
      let otherUpper = claim.values["other-upper"]?.roughProportion, ownLower > 0, ownUpper > 0
    else {
      return .notRun(
        Self.id, subject: claim.id, .notReported, "the claim does not quote both ranges",
        assessments: [subject.assessed(.notTestable)], sources: [claim.source])
    }
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "factor": .number(factor, .significant(2), "quoted factor", sources: [claim.source]),
      "ratio-lower": .number(
        otherLower / ownLower, .decimal(1), "ratio of the quoted lower ends",
        sources: [claim.source]),
      "ratio-upper": .number(
        otherUpper / ownUpper, .decimal(1), "ratio of the quoted upper ends",
        sources: [claim.source]),
    ]
    let ratios = ratios(subject, context)
    let smallest = ratios.min { $0.ratio < $1.ratio }
    let benchmarks = StudyContext.ordered(ratios.map(\.benchmark))
    var parts: [String] = []
    for (index, benchmark) in benchmarks.enumerated() {
      guard
        let least = ratios.filter({ $0.benchmark == benchmark }).min(by: { $0.ratio < $1.ratio })
      else { continue }
      let sources = [least.other.source] + least.row.sources
      evidence["benchmark-\(index + 1)"] = .text(benchmark, "benchmark")
      evidence["other-\(index + 1)"] = .text(
        "\(least.other.printed.text) (\(least.other.model))", "reference range",
        sources: [least.other.source])
      evidence["own-\(index + 1)"] = .number(
        least.own, .percentagePoints, "own range, \(least.row.id)", sources: least.row.sources)
      evidence["configuration-\(index + 1)"] = .text(least.row.configuration, "configuration")
      evidence["ratio-\(index + 1)"] = .number(
        least.ratio, .decimal(1), "smallest ratio, \(benchmark)", sources: sources)
      parts.append(
        "{benchmark-\(index + 1)} {other-\(index + 1)} against {own-\(index + 1)} in configuration {configuration-\(index + 1)}, ratio {ratio-\(index + 1)}"
      )
    }
    let holds =
      otherLower / ownLower >= factor && otherUpper / ownUpper >= factor
      && (smallest.map { $0.ratio >= factor } ?? true)
    let list =
      parts.isEmpty
      ? Prose("")
      : Prose(
        "The smallest ratios of the tables themselves: \(parts.joined(separator: "; ")).")
    let sentence: Prose =
      """
      “{quote}”: the quoted ranges have ratios of {ratio-lower} (lower ends) and {ratio-upper} (upper \
      ends); the claimed factor is {factor}.
      """ + list
    guard !holds else {
      return Finding(
        rule: Self.id, subject: claim.id, status: .passed, title: "The factor is reached",
        sentence: sentence, evidence: evidence, assessments: [subject.assessed(.supported)])
    }
    return Finding(
      rule: Self.id, subject: claim.id, status: .fired(.minor),
      title: "The factor is not reached", sentence: sentence,
      remedy: "Compare like with like: the same benchmark, every configuration, with intervals.",
      evidence: evidence, assessments: [subject.assessed(.refuted)])
  }

  private struct Ratio {
    let benchmark: String
    let other: SummaryRow
    let row: DoseRow
    let own: Double
    let ratio: Double
  }

  /// Every reference range over every own range of its benchmark.
  private func ratios(_ subject: ClaimSubject, _ context: StudyContext) -> [Ratio] {
    let others = subject.summaries.filter { !$0.isOwn && $0.statistic == .range }
    return others.flatMap { other -> [Ratio] in
      guard let reference = other.printed.roughProportion else { return [] }
      return context.rows(benchmark: other.benchmark).compactMap { row in
        let rates = context.study.cells.filter {
          $0.version == row.version && $0.benchmark == row.benchmark
            && $0.configuration == row.configuration
        }.compactMap(\.printed.proportion)
        guard rates.count > 1, let low = rates.min(), let high = rates.max(), high > low else {
          return nil
        }
        return Ratio(
          benchmark: other.benchmark, other: other, row: row, own: high - low,
          ratio: reference / (high - low))
      }
    }
  }
}
