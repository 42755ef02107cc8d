import Statistics
import Study

/// R29: is it stated whether the same items were used at every dose?
public struct DependenceUnknownRule: AuditRule {
  public static let id = RuleID.dependenceUnknown
  public static let question = "Is it stated whether the same items were used at every dose?"
  public static let needs = "Rates at two or more doses."
  public static let method =
    "Scenarios: the unpaired trend statistic divided by the root of one minus an assumed "
    + "within-item correlation; range of the exact McNemar p-value over every pairing that the "
    + "margins allow."

  static let correlations = [0.2, 0.4, 0.6]

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let rows = context.rows.filter { $0.printedDoses.count > 1 }
    guard !rows.isEmpty else {
      return [.notRun(Self.id, .notReported, "no row has rates at two doses")]
    }
    let sources = rows.flatMap(\.sources)
    if let same = context.study.design.sameItemsAtEveryDose {
      return [
        Finding(
          rule: Self.id, subject: "", status: .passed, title: "The pairing of doses is stated",
          sentence: "The text says whether every dose used the same items: {same}.",
          evidence: ["same": .text(same ? "the same" : "different ones", "items at every dose")],
          sources: sources)
      ]
    }
    var evidence: [String: Evidence] = [
      "rows": .count(rows.count, "rows with two or more doses", sources: sources)
    ]
    return [
      Finding(
        rule: Self.id, subject: "", status: .fired(.major),
        title: "Whether the same items were used at every dose is not stated",
        sentence: "For none of the {rows} rows is it stated whether every dose used the same items."
          + scenarios(rows, &evidence) + pairings(rows, &evidence),
        remedy: "State the pairing and publish item-level outcomes.", evidence: evidence)
    ]
  }

  /// The row with the strongest trend, under assumed within-item correlations.
  private func scenarios(_ rows: [DoseRow], _ evidence: inout [String: Evidence]) -> Prose {
    let trends = rows.filter(\.isTestable).compactMap { row in row.trend.z.value.map { (row, $0) } }
    guard let (row, z) = trends.max(by: { abs($0.1) < abs($1.1) }) else { return "" }
    evidence["row"] = .text(row.id, "row with the strongest trend", sources: row.sources)
    evidence["z"] = .number(
      z, .signed(2), "unpaired trend z of \(row.id)", method: "Cochran–Armitage",
      sources: row.sources)
    var parts: [String] = []
    for (index, correlation) in Self.correlations.enumerated() {
      guard
        let paired = CorrelatedTrend.scenario(z: z, withinItemCorrelation: correlation).value
      else { continue }
      evidence["correlation-\(index + 1)"] = .number(
        correlation, .decimal(1), "within-item correlation, assumed")
      evidence["z-\(index + 1)"] = .number(
        paired.z, .signed(2), "trend z at within-item correlation \(correlation)",
        method: "exchangeable items", sources: row.sources)
      evidence["p-\(index + 1)"] = .number(
        paired.pValue, .significant(2), "p-value at within-item correlation \(correlation)",
        method: "exchangeable items", sources: row.sources)
      parts.append("{z-\(index + 1)} (p {p-\(index + 1)}) at {correlation-\(index + 1)}")
    }
    return Prose(
      """
      In {row} the unpaired trend has z = {z}; with the same items it would be \
      \(parts.joined(separator: ", ")) (assumed within-item correlations).
      """)
  }

  /// The largest contrast of every row, with the range of its paired p-value.
  private func pairings(_ rows: [DoseRow], _ evidence: inout [String: Evidence]) -> Prose {
    var parts: [String] = []
    for (index, row) in rows.enumerated() where row.commonTotal != nil {
      guard let contrast = Self.largestContrast(of: row),
        let first = try? Proportion(successes: contrast.0.successes, trials: contrast.0.total),
        let second = try? Proportion(successes: contrast.1.successes, trials: contrast.1.total),
        let bounds = try? McNemarTest.exactPValueBounds(first: first, second: second),
        contrast.0.successes != contrast.1.successes
      else { continue }
      let sources = [contrast.0.cell.source, contrast.1.cell.source]
      evidence["pair-row-\(index + 1)"] = .text(row.id, "row")
      evidence["from-\(index + 1)"] = .text(PrintedNumber.text(of: contrast.0.dose), "dose")
      evidence["to-\(index + 1)"] = .text(PrintedNumber.text(of: contrast.1.dose), "dose")
      evidence["pair-lower-\(index + 1)"] = .number(
        Self.withoutNoise(bounds.lowerBound), .significant(2), "smallest paired p-value, \(row.id)",
        method: "exact McNemar over every pairing", sources: sources)
      evidence["pair-upper-\(index + 1)"] = .number(
        Self.withoutNoise(bounds.upperBound), .significant(2), "largest paired p-value, \(row.id)",
        method: "exact McNemar over every pairing", sources: sources)
      parts.append(
        "{pair-row-\(index + 1)} {from-\(index + 1)}\u{2192}{to-\(index + 1)}: {pair-lower-\(index + 1)} to {pair-upper-\(index + 1)}"
      )
    }
    guard !parts.isEmpty else { return "" }
    return Prose(
      "Over every possible pairing the largest contrast has a McNemar p of: \(parts.joined(separator: "; "))."
    )
  }

  /// A p-value of one as one, without the last bits of its sum.
  private static func withoutNoise(_ p: Double) -> Double { p > 1 - 1e-9 ? 1 : p }

  static func largestContrast(of row: DoseRow) -> (DoseRow.Point, DoseRow.Point)? {
    var best: (DoseRow.Point, DoseRow.Point)?
    for (index, first) in row.points.enumerated() {
      for second in row.points[(index + 1)...] {
        guard let (a, b) = best, abs(b.rate - a.rate) >= abs(second.rate - first.rate) else {
          best = (first, second)
          continue
        }
      }
    }
    return best
  }
}
