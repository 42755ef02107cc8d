import Statistics
import Study

/// R06: a summary of the study's own cells must follow from all declared configurations.
///
/// The rule recomputes the statistic for every configuration. A printed value that is the largest
/// over the configurations, their mean, or the same in all of them is an aggregation of all;
/// a value that fits only some of them, and none of these, is selective. A range is positive without
/// any effect, so its expectation under equal rates stands beside it.
public struct SelectiveSummaryRule: AuditRule {
  public static let id = RuleID.selectiveSummary
  public static let question = "Does each summary follow from all declared configurations?"
  public static let needs = "Summary rows of the study's own model and the cells behind them."
  public static let method =
    "Recomputation for every configuration; expected range of equal binomial rates, exact."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let own = context.study.summaries.filter(\.isOwn)
    guard !own.isEmpty else {
      return [
        .notRun(
          Self.id,
          reason: UndefinedReason(.notReported, "the study prints no summary of its cells"),
          title: "No summaries to recompute")
      ]
    }
    return own.map { check($0, context: context) }
  }

  /// A claim about the range of a summary that is one configuration's is not about the study.
  private func claims(on summary: SummaryRow, context: StudyContext) -> [ClaimAssessment] {
    context.claims(.rangeIs).filter { claim in
      claim.references.contains { pattern in
        context.study.summaryRows(matching: pattern).contains { $0.id == summary.id }
      }
    }.map { ClaimAssessment(claim: $0.id, verdict: .refuted) }
  }

  private struct Recomputed {
    let row: DoseRow
    let value: Double
    /// Half a unit of the last digit of the rates, in percentage points.
    let halfUnit: Double
    let agrees: Bool
    let nullRange: Double?
  }

  private func check(_ summary: SummaryRow, context: StudyContext) -> Finding {
    let recomputed = context.rows(benchmark: summary.benchmark).compactMap { row in
      recompute(row, for: summary, context: context)
    }
    guard !recomputed.isEmpty, summary.printed.value != nil else {
      return .notRun(
        Self.id, subject: summary.id,
        reason: UndefinedReason(
          .notReported, "no configuration reports two rates on \(summary.benchmark)"),
        title: "{summary} cannot be recomputed",
        evidence: ["summary": .text(summary.id, "summary", sources: [summary.source])])
    }
    let values = recomputed.map(\.value)
    let slack = Self.slack(recomputed.map(\.halfUnit))
    let largest = values.max { abs($0) < abs($1) } ?? 0
    let mean = values.reduce(0, +) / Double(values.count)
    let aggregates = [largest, mean]
    let isAggregate =
      recomputed.allSatisfy(\.agrees)
      || aggregates.contains { summary.printed.agrees(with: $0, slack: slack) }
    let matching = recomputed.filter(\.agrees)
    let others = context.study.summaries.filter {
      !$0.isOwn && $0.benchmark == summary.benchmark && $0.statistic == summary.statistic
    }
    var evidence = evidence(
      summary, recomputed: recomputed, matching: matching, largest: largest)
    let beyond = addComparison(with: others, recomputed: recomputed, to: &evidence)
    if isAggregate {
      return Finding(
        rule: Self.id, subject: summary.id, status: .passed,
        title: "The {statistic} on {benchmark} covers all configurations",
        sentence: "The summary prints {printed} as the {statistic} on {benchmark}; by "
          + "configuration it is {values}.",
        evidence: evidence)
    }
    var sentence: Prose =
      matching.isEmpty
      ? "The summary prints {printed} as the {statistic} on {benchmark}, which no configuration "
        + "gives; by configuration it is {values}."
      : "The summary prints {printed} as the {statistic} on {benchmark}. That is configuration "
        + "{matching} alone; by configuration it is {values}, at most {largest}."
    if beyond {
      sentence =
        sentence
        + "Configuration {beyond} reaches the {other-smallest} that the table gives for "
        + "{other-model}."
    }
    if evidence["null-lowest"] != nil {
      sentence =
        sentence
        + "If the dose did nothing, the expected range is {null-lowest} to {null-highest}."
    }
    return Finding(
      rule: Self.id, subject: summary.id, status: .fired(.critical),
      title: matching.isEmpty
        ? "The {statistic} on {benchmark} follows from no configuration"
        : "The printed {statistic} of {printed} on {benchmark} is configuration {matching}'s; over "
          + "all configurations it reaches {largest}",
      sentence: sentence,
      remedy:
        "Print the statistic for every configuration, with the range that a dose without influence "
        + "would give.",
      evidence: evidence, assessments: claims(on: summary, context: context))
  }

  private func recompute(
    _ row: DoseRow, for summary: SummaryRow, context: StudyContext
  ) -> Recomputed? {
    // Printed rates, not counts: a summary can be checked even when n is unknown.
    let printed = context.study.cells.filter {
      $0.version == row.version && $0.benchmark == row.benchmark
        && $0.configuration == row.configuration && $0.printed.proportion != nil
    }.sorted { $0.dose < $1.dose }.map(\.printed)
    let rates = printed.compactMap(\.proportion)
    let halfUnit = printed.map(\.halfUnit).max() ?? 0
    guard let first = rates.first, let last = rates.last, rates.count > 1,
      let low = rates.min(), let high = rates.max()
    else { return nil }
    let value =
      switch summary.statistic {
      case .range: high - low
      case .swing: last - first
      }
    var nullRange: Double?
    if summary.statistic == .range, let total = row.totals.first,
      row.totals.allSatisfy({ $0 == total }), row.points.count > 1
    {
      let pooled = Double(row.successes.reduce(0, +)) / Double(total * row.points.count)
      nullRange = try? OrderProbability.range(
        trials: total, probabilities: row.points.map { _ in pooled }
      ).mean
    }
    return Recomputed(
      row: row, value: value, halfUnit: halfUnit,
      agrees: summary.printed.agrees(with: value, slack: Self.slack([halfUnit])),
      nullRange: nullRange)
  }

  /// Two rounded rates: their difference is uncertain by one printed unit in all.
  private static func slack(_ halfUnits: [Double]) -> Double {
    halfUnits.max().map { 2 * $0 / 100 } ?? 0
  }

  private func evidence(
    _ summary: SummaryRow, recomputed: [Recomputed], matching: [Recomputed], largest: Double
  ) -> [String: Evidence] {
    let style: NumberStyle = summary.statistic == .range ? .points : .percentagePoints
    var evidence: [String: Evidence] = [
      "printed": .text(summary.printed.text, "printed summary", sources: [summary.source]),
      "statistic": .text(summary.statistic.rawValue, "statistic"),
      "benchmark": .text(summary.benchmark, "benchmark"),
      "values": .list(
        recomputed.map { "\($0.row.configuration) " + style.text($0.value) },
        "recomputed by configuration", sources: recomputed.flatMap(\.row.sources)),
      "largest": .number(largest, style, "largest over the configurations"),
      "matching": .list(
        matching.map(\.row.configuration), "configurations that give the printed value"),
    ]
    for (index, item) in recomputed.enumerated() {
      evidence["configuration-\(index + 1)"] = .text(item.row.configuration, "configuration")
      evidence["value-\(index + 1)"] = .number(
        item.value, style, "\(summary.statistic.rawValue) of \(item.row.id)",
        sources: item.row.sources)
      if let expected = item.nullRange {
        evidence["null-\(index + 1)"] = .number(
          expected, style, "expected range of \(item.row.id) under equal rates",
          method: "exact binomial range", sources: item.row.sources)
      }
    }
    let expected = recomputed.compactMap(\.nullRange)
    if let low = expected.min(), let high = expected.max() {
      evidence["null-lowest"] = .number(low, style, "smallest expected range under no effect")
      evidence["null-highest"] = .number(high, style, "largest expected range under no effect")
    }
    return evidence
  }

  /// Whether a configuration reaches the smallest value that is quoted for another model.
  private func addComparison(
    with others: [SummaryRow], recomputed: [Recomputed], to evidence: inout [String: Evidence]
  ) -> Bool {
    let quoted = others.compactMap { row in row.printed.roughProportion.map { (row, $0) } }
    guard let smallest = quoted.min(by: { abs($0.1) < abs($1.1) }) else { return false }
    let beyond = recomputed.filter { abs($0.value) >= abs(smallest.1) }
    evidence["other-model"] = .text(smallest.0.model, "other model", sources: [smallest.0.source])
    evidence["other-smallest"] = .text(
      smallest.0.printed.text, "smallest value quoted for another model",
      sources: [smallest.0.source])
    evidence["beyond"] = .list(
      beyond.map(\.row.configuration), "configurations that reach it")
    return !beyond.isEmpty
  }
}
