import Statistics
import Study

/// R24: is n stated for every rate, and what do the printed digits say about it?
public struct UnknownCountRule: AuditRule {
  public static let id = RuleID.unknownCount
  public static let question = "Is n stated for every rate?"
  public static let needs = "Printed rates."
  public static let method =
    "Every n up to 200 over which all printed rates of a row are counts (Brown & Heathers 2017, "
    + "GRIM); probability that rates over the assumed n all fall on the grid of the smallest "
    + "feasible n when counts are uniform, Holm-adjusted over the rows."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let rows = context.rows.filter { $0.feasibleTotals.isEmpty == false || $0.basis != .none }
    guard !rows.isEmpty else {
      return [.notRun(Self.id, .notReported, "the study prints no rates")]
    }
    let unstated = rows.filter(\.isCountInferred)
    guard !unstated.isEmpty else {
      return [
        Finding(
          rule: Self.id, subject: "", status: .passed, title: "n is stated for every rate",
          sentence: "n is stated for all {rows} rows.",
          evidence: ["rows": .count(rows.count, "rows of rates", sources: rows.flatMap(\.sources))])
      ]
    }
    let coarse = unstated.compactMap(Granularity.init)
    let adjusted = PValueAdjustment.holm.adjust(coarse.map(\.coincidence))
    return [overview(rows: rows, unstated: unstated)]
      + zip(coarse, adjusted).filter { $0.1 <= context.settings.level }
      .map { finding($0.0, adjusted: $0.1, tests: coarse.count) }
  }

  /// A row whose rates all fit a smaller n than the one assumed.
  private struct Granularity {
    let row: DoseRow
    let smallest: Int
    let assumed: Int
    let coincidence: Double

    init?(_ row: DoseRow) {
      guard let smallest = row.feasibleTotals.first, let assumed = row.commonTotal,
        smallest < assumed, assumed.isMultiple(of: smallest)
      else { return nil }
      self.row = row
      self.smallest = smallest
      self.assumed = assumed
      coincidence = GranularityLikelihood.coincidence(
        coarser: smallest, total: assumed, rateCount: row.points.count)
    }
  }

  private func overview(rows: [DoseRow], unstated: [DoseRow]) -> Finding {
    var evidence: [String: Evidence] = [
      "unstated": .count(
        unstated.count, "rows without a stated n", sources: unstated.flatMap(\.sources)),
      "rows": .count(rows.count, "rows of rates", sources: rows.flatMap(\.sources)),
    ]
    var parts: [String] = []
    for (index, row) in unstated.enumerated() {
      evidence["row\(index)"] = .text(row.id, "row", sources: row.sources)
      evidence["feasible\(index)"] = .list(
        Self.abridged(row.feasibleTotals), "every feasible n up to the search limit, \(row.id)",
        sources: row.sources)
      parts.append("{row\(index)}: {feasible\(index)}")
    }
    return Finding(
      rule: Self.id, subject: "", status: .fired(.major),
      title: "n is not stated for {unstated} of {rows} rows",
      sentence: Prose(
        """
        {unstated} of {rows} rows print rates without n. The n that fit every rate of the row are: \
        \(parts.joined(separator: "; ")).
        """),
      remedy: """
        State n and the counts for every rate. Until then every result on these rows holds for an \
        assumed n only.
        """,
      evidence: evidence)
  }

  /// The first five feasible totals, then an ellipsis.
  private static func abridged(_ totals: [Int]) -> [String] {
    guard !totals.isEmpty else { return ["none"] }
    return totals.prefix(5).map(String.init) + (totals.count > 5 ? ["\u{2026}"] : [])
  }

  private func finding(_ granularity: Granularity, adjusted: Double, tests: Int) -> Finding {
    let row = granularity.row
    return Finding(
      rule: Self.id, subject: row.id, status: .fired(.major),
      title: "The rates of {row} look like n = {smallest}, not n = {assumed}",
      sentence: """
        All {rates} rates of {row} are counts over {smallest}. If n were {assumed} and counts were \
        uniform, that would have probability {coincidence} ({adjusted} after Holm over {tests} \
        rows); the granularity favours n = {smallest} by {ratio} to one.
        """,
      remedy: "State n; with the smaller n the row carries far less information.",
      evidence: [
        "row": .text(row.id, "row", sources: row.sources),
        "rates": .count(row.points.count, "printed rates", sources: row.sources),
        "smallest": .count(granularity.smallest, "smallest feasible n", sources: row.sources),
        "assumed": .count(granularity.assumed, "assumed n", sources: row.sources),
        "coincidence": .number(
          granularity.coincidence, .significant(2), "P(all rates on the coarser grid)",
          method: "uniform counts", sources: row.sources),
        "adjusted": .number(
          adjusted, .significant(2), "the same, Holm-adjusted", method: "Holm"),
        "tests": .count(tests, "rows whose rates fit a smaller n"),
        "ratio": .number(
          GranularityLikelihood.ratio(
            smaller: granularity.smallest, larger: granularity.assumed,
            rateCount: row.points.count),
          .significant(3), "likelihood ratio of the smaller against the assumed n",
          method: "uniform counts", sources: row.sources),
      ])
  }
}
