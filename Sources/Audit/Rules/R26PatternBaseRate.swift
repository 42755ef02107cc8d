import Statistics
import Study

/// R26: how often does the pattern arise without an effect, and how often against a real one?
///
/// It judges no claim: that an order says little is not that the claim fails. R07 tests the order.
public struct PatternBaseRateRule: AuditRule {
  public static let id = RuleID.patternBaseRate
  public static let question = "How often does the pattern arise without an effect?"
  public static let needs =
    "A claim about the order of rates over doses, and the counts behind them."
  public static let method =
    "Exact probability of a strictly monotone order of independent binomial counts at the pooled "
    + "rate, and of at least one reversal under a straight line from the first rate to the one "
    + "farthest from it."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let subjects = context.subjects(of: .notMonotone, .monotoneIncreasing, .monotoneDecreasing)
    guard !subjects.isEmpty else {
      return [.notRun(Self.id, .notApplicable, "no claim is about the order of rates")]
    }
    return subjects.map { finding($0, context) }
  }

  /// The base rates of one row.
  struct BaseRates {
    let row: DoseRow
    /// P(strictly rising or falling) with one common rate.
    let monotone: Double
    /// P(at least one reversal) when the truth is a straight line.
    let reversal: Double
    /// The same with every dose of the design.
    let reversalOverDesign: Double
  }

  static func baseRates(of row: DoseRow, doseCount: Int) -> BaseRates? {
    let rates = row.points.map(\.rate)
    guard rates.count > 2, let trials = row.commonTotal, let first = rates.first,
      let farthest = rates.max(by: { abs($0 - first) < abs($1 - first) })
    else { return nil }
    let pooled = rates.reduce(0, +) / Double(rates.count)
    let flat = Array(repeating: pooled, count: rates.count)
    let line = OrderProbability.line(from: first, to: farthest, count: rates.count)
    let design = OrderProbability.line(
      from: first, to: farthest, count: max(doseCount, rates.count))
    guard
      let monotone = try? OrderProbability.strictlyMonotone(trials: trials, probabilities: flat),
      let reversal = try? OrderProbability.reversal(trials: trials, probabilities: line),
      let overDesign = try? OrderProbability.reversal(trials: trials, probabilities: design)
    else { return nil }
    return BaseRates(
      row: row, monotone: monotone, reversal: reversal, reversalOverDesign: overDesign)
  }

  private func finding(_ subject: ClaimSubject, _ context: StudyContext) -> Finding {
    let claim = subject.claim
    let doseCount = context.study.design.doses.count
    let all = subject.rows.compactMap { Self.baseRates(of: $0, doseCount: doseCount) }
    // The row in which a reversal says least.
    guard let worst = all.max(by: { $0.reversal < $1.reversal }),
      let least = all.map(\.monotone).min(), let most = all.map(\.monotone).max()
    else {
      return .notRun(
        Self.id, subject: claim.id, .tooFew,
        "no row of the claim has three doses with the same n", sources: [claim.source])
    }
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "least": .number(
        least, .percent, "smallest P(strictly monotone) under no effect",
        method: "exact enumeration", sources: all.flatMap(\.row.sources)),
      "most": .number(
        most, .percent, "largest P(strictly monotone) under no effect",
        method: "exact enumeration", sources: all.flatMap(\.row.sources)),
      "row": .text(worst.row.id, "row"),
      "doses": .count(worst.row.points.count, "doses of the row"),
      "design-doses": .count(max(doseCount, worst.row.points.count), "doses of the design"),
      "n": .count(worst.row.commonTotal ?? 0, "items a dose", sources: worst.row.sources),
      "reversal": .number(
        worst.reversal, .percent, "P(a reversal) under a straight line, doses of the row",
        method: "exact enumeration", sources: worst.row.sources),
      "reversal-over-design": .number(
        worst.reversalOverDesign, .percent,
        "P(a reversal) under a straight line, doses of the design",
        method: "exact enumeration", sources: worst.row.sources),
    ]
    for (index, rates) in all.enumerated() {
      evidence["monotone-\(index + 1)"] = .number(
        rates.monotone, .percent, "P(strictly monotone) under no effect, \(rates.row.id)",
        method: "exact enumeration", sources: rates.row.sources)
      evidence["reversal-\(index + 1)"] = .number(
        rates.reversal, .percent, "P(a reversal) under a straight line, \(rates.row.id)",
        method: "exact enumeration", sources: rates.row.sources)
    }
    let base: Prose = least == most ? "{least}" : "{least} to {most}"
    if claim.predicate != .notMonotone {
      return Finding(
        rule: Self.id, subject: claim.id, status: .fired(.info),
        title: "Base rate of a monotone order",
        sentence: """
          “{quote}”: if the dose did nothing, the rates would still come out strictly monotone in one direction \
          or the other with probability
          """ + base + "(by row).",
        evidence: evidence)
    }
    let isWholeDesign = doseCount <= worst.row.points.count
    // Where a test rejects both orders, the data say more than the order of their estimates.
    let isTested = all.allSatisfy { rates in
      rates.row.orderTest.map {
        max($0.increasing.pAgainstOrder, $0.decreasing.pAgainstOrder) < context.settings.level
      } ?? false
    }
    guard worst.reversal > context.settings.level, !isTested else {
      return Finding(
        rule: Self.id, subject: claim.id, status: .passed,
        title: isTested
          ? "Both orders are rejected by a test"
          : "A reversal would be rare under a monotone response",
        sentence: isTested
          ? "The isotonic tests reject both orders, so the base rate of a reversal ({reversal} under "
            + "a straight line, {row}) does not matter."
          : """
          Under a straight-line response of the observed size a reversal has a probability of at \
          most {reversal} ({row}), so the observed order is informative.
          """,
        evidence: evidence)
    }
    return Finding(
      rule: Self.id, subject: claim.id, status: .fired(.minor),
      title: "The order of the rates says little",
      sentence:
        "“{quote}”: if the dose did nothing, a strictly monotone order would have a probability of only"
        + base
          + """
          (by row); and under a real straight-line response of the size seen in {row} (n = {n}) a \
          reversal appears with probability {reversal} over {doses} doses
          """
        + (isWholeDesign ? "(all of them)." : "and {reversal-over-design} over {design-doses}.")
        + "A non-monotone order is unremarkable in both cases.",
      remedy: "Test the order, or report the steps with their intervals.",
      evidence: evidence)
  }
}
