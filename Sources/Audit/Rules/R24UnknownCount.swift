import Statistics
import Study

/// R24: is n stated for every rate, and what do the printed digits say about it?
public struct UnknownCountRule: AuditRule {
  public static let id = RuleID.unknownCount
  public static let question = "Is n stated for every rate?"
  public static let needs = "Printed rates."
  public static let method =
    "The n over which all printed rates of a row are counts (Brown & Heathers 2017, GRIM), listed "
    + "up to 200, with the n from which on every n fits. Granularity: probability that rates over "
    + "the assumed n all print as counts over the smallest feasible n when counts are uniform; "
    + "equal rates of a row count once, because doses may share items; Holm-adjusted over the rows."

  /// Feasible n that are written out.
  static let listed = 5

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let rows = context.rows.filter { !$0.printedDoses.isEmpty }
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
    let adjusted = PValueAdjustment.holm.adjust(coarse.map(\.coincidenceOnce))
    return [overview(rows: rows, unstated: unstated)]
      + zip(coarse, adjusted).filter { $0.1 <= context.settings.level }
      .map { finding($0.0, adjusted: $0.1, tests: coarse.count) }
  }

  private func overview(rows: [DoseRow], unstated: [DoseRow]) -> Finding {
    var evidence: [String: Evidence] = [
      "unstated": .count(
        unstated.count, "rows without a stated n", sources: unstated.flatMap(\.sources)),
      "rows": .count(rows.count, "rows of rates", sources: rows.flatMap(\.sources)),
      "limit": .count(CountSearch.listedTotals, "largest n that is listed"),
    ]
    var parts: [String] = []
    for (index, row) in unstated.enumerated() {
      let place = "\(index + 1)"
      evidence["row-" + place] = .text(row.id, "row", sources: row.sources)
      evidence["feasible-" + place] = .list(
        abridged(row.feasibleTotals), feasibleLabel(row), sources: row.sources)
      parts.append("{row-\(place)}: {feasible-\(place)}")
    }
    var sentence = Prose(
      """
      {unstated} of {rows} rows print rates without n. The n up to {limit} that fit every rate of \
      the row (where none does, the smallest beyond): \(parts.joined(separator: "; ")).
      """)
    let universal = unstated.flatMap(\.points).compactMap { PrintedShare($0.cell.printed) }
      .map(\.coarsestUniversalTotal)
    if let all = universal.max() {
      evidence["universal"] = .count(all, "n from which on every n fits, by the printed digits")
      sentence = sentence + "Larger n are possible too; from {universal} on every n fits."
    }
    return Finding(
      rule: Self.id, subject: "", status: .fired(.major),
      title: "n is not stated for {unstated} of {rows} rows", sentence: sentence,
      remedy: """
        State n and the counts for every rate. Until then every result on these rows holds for an \
        assumed n only.
        """,
      evidence: evidence)
  }

  private func feasibleLabel(_ row: DoseRow) -> String {
    (row.feasibleTotals.first ?? 0) > CountSearch.listedTotals
      ? "smallest feasible n, \(row.id)" : "feasible n up to the listed limit, \(row.id)"
  }

  /// The first feasible totals; then how many more are listed.
  private func abridged(_ totals: [Int]) -> [String] {
    guard !totals.isEmpty else { return ["none found"] }
    let more = totals.count - Self.listed
    return totals.prefix(Self.listed).map(String.init) + (more > 0 ? ["and \(more) more"] : [])
  }

  private func finding(_ granularity: Granularity, adjusted: Double, tests: Int) -> Finding {
    let row = granularity.row
    return Finding(
      rule: Self.id, subject: row.id, status: .fired(.major),
      title: "The rates of {row} look like n = {smallest}, not n = {assumed}",
      sentence: """
        All {rates} rates of {row} are counts over {smallest}. If n were {assumed} and counts were \
        uniform and independent, that would have probability {coincidence}, and the granularity \
        would favour n = {smallest} by {ratio} to one. With the {distinct} different rates only, as \
        doses may share items: {coincidence-once} ({adjusted} after Holm over {tests} rows).
        """,
      remedy: "State n; with the smaller n the row carries far less information.",
      evidence: [
        "row": .text(row.id, "row", sources: row.sources),
        "rates": .count(row.points.count, "printed rates", sources: row.sources),
        "distinct": .count(granularity.distinctCount, "different rates", sources: row.sources),
        "smallest": .count(granularity.smallest, "smallest feasible n", sources: row.sources),
        "assumed": .count(granularity.assumed, "assumed n", sources: row.sources),
        "coincidence": .number(
          granularity.coincidence, .significant(2), "P(all rates on the coarser grid)",
          method: "uniform, independent counts", sources: row.sources),
        "coincidence-once": .number(
          granularity.coincidenceOnce, .significant(2),
          "P(all different rates on the coarser grid)", method: "uniform counts",
          sources: row.sources),
        "adjusted": .number(
          adjusted, .significant(2), "the same, Holm-adjusted", method: "Holm"),
        "tests": .count(tests, "rows whose rates fit a smaller n"),
        "ratio": .number(
          granularity.likelihoodRatio, .significant(3),
          "likelihood ratio of the smaller against the assumed n",
          method: "uniform, independent counts", sources: row.sources),
      ])
  }
}

/// A row whose rates all print as counts over a smaller n than the one assumed.
private struct Granularity {
  let row: DoseRow
  let smallest: Int
  let assumed: Int
  let distinctCount: Int
  /// P(the rates of independent uniform counts all fall on the coarser grid).
  let coincidence: Double
  /// The same with equal rates counted once: they may be the same items with the same answers.
  let coincidenceOnce: Double
  let likelihoodRatio: Double

  init?(_ row: DoseRow) {
    guard let smallest = row.feasibleTotals.first, let assumed = row.commonTotal,
      2 * smallest <= assumed, let decimals = row.points.map(\.cell.printed.decimals).max()
    else { return nil }
    // How many counts over the assumed n print as some count over the smaller one.
    let coarse = Set((0...smallest).map { Self.printed($0, of: smallest, decimals) })
    let onGrid = (0...assumed).count { coarse.contains(Self.printed($0, of: assumed, decimals)) }
    let share = Double(onGrid) / Double(assumed + 1)
    let shares = row.points.compactMap { PrintedShare($0.cell.printed) }
    func power(_ count: Int) -> Double { (0..<count).reduce(1) { p, _ in p * share } }
    self.row = row
    self.smallest = smallest
    self.assumed = assumed
    distinctCount = Set(shares).count
    coincidence = power(shares.count)
    coincidenceOnce = power(distinctCount)
    func likelihood(_ total: Int) -> Double {
      shares.reduce(1) { product, share in
        product * Double(share.counts(over: total)?.count ?? 0) / Double(total + 1)
      }
    }
    likelihoodRatio = likelihood(smallest) / likelihood(assumed)
  }

  /// The percentage in units of its last digit, halves rounded up.
  private static func printed(_ count: Int, of total: Int, _ decimals: Int) -> Int {
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    return (200 * scale * count + total) / (2 * total)
  }
}
