import Statistics
import Study

/// R07: a claim about the order of the rates needs a test of the order.
///
/// The order of point estimates settles nothing: a truly monotone response often shows a reversal,
/// and rates without any effect are sometimes in order. For each row of a claim the rule tests
/// against increase and against decrease (isotonic likelihood ratio) and looks at every step.
///
/// - *not monotone* is shown when both orders are rejected (intersection–union: the larger p), and
///   contradicted when the trend is shown and every step stays within the margin of that order;
/// - *monotone* is shown when the trend in that direction is shown, the order is not rejected, and
///   no step goes against it by more than the margin (its 95 % bound); it is contradicted when the
///   order is rejected.
///
/// All p-values that decide are Holm-adjusted over the rows that such claims name.
public struct MonotonicityRule: AuditRule {
  public static let id = RuleID.monotonicityUntested
  public static let question = "Are claims of monotone or non-monotone response tested?"
  public static let needs = "A claim about the order of rates, and counts at two doses or more."
  public static let method =
    "Isotonic likelihood-ratio tests T01 (for an order) and T12 (against it) with chi-bar-squared "
    + "weights, unpaired: Robertson, Wright & Dykstra (1988); Newcombe intervals of the steps; "
    + "probability of a reversal by exact enumeration; Holm over the rule's tests."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let claims = context.claims(.monotoneIncreasing, .monotoneDecreasing, .notMonotone)
    let predicates: [ClaimPredicate] = [.monotoneIncreasing, .monotoneDecreasing, .notMonotone]
    let subjects = predicates.flatMap { predicate -> [([Claim], DoseRow)] in
      let named = claims.filter { $0.predicate == predicate }.map { claim in
        (claim: claim, rows: context.rows(of: claim).filter(\.isTestable))
      }
      return context.distinct(named.flatMap(\.rows)).map { row in
        (named.filter { $0.rows.contains { $0.countKey == row.countKey } }.map(\.claim), row)
      }
    }
    guard !claims.isEmpty else {
      return [
        .notRun(
          Self.id,
          reason: UndefinedReason(.notApplicable, "the text claims no order of rates"),
          title: "No claims about the order of rates")
      ]
    }
    let orders = subjects.map { claims, row in
      Order(claims: claims, row: row, context: context)
    }
    let against = PValueAdjustment.holm.adjust(orders.map(\.decisiveP))
    let trends = PValueAdjustment.holm.adjust(orders.map(\.trendP))
    let untestable = claims.filter { claim in
      !subjects.contains { subject in subject.0.contains { $0.id == claim.id } }
    }.map {
      Finding.notRun(
        Self.id, subject: $0.id,
        reason: UndefinedReason(.tooFew, "its rows have no two doses with counts"),
        title: "Order claim without counts",
        evidence: ["quote": .text($0.quote, "claim", sources: [$0.source])],
        assessments: [ClaimAssessment(claim: $0.id, verdict: .notTestable)])
    }
    return orders.enumerated().map { index, order in
      finding(
        on: order, adjusted: against[index], trendAdjusted: trends[index],
        testCount: orders.count, context: context)
    } + untestable
  }

  /// What the claims say of one row.
  private struct Order {
    /// Claims of one predicate, at least one.
    let claims: [Claim]
    let row: DoseRow
    let test: IsotonicBinomialTest?
    let steps: [CountContrast]
    let trend: RowTrend
    let margin: Double

    init(claims: [Claim], row: DoseRow, context: StudyContext) {
      self.claims = claims
      self.row = row
      test = row.orderTest
      steps = row.steps
      trend = row.trend
      margin = context.equivalenceMargin
    }

    var predicate: ClaimPredicate { claims[0].predicate }

    var trendP: Double { row.decisiveTrendP }

    /// p of the rejection that decides: of both orders, or of the claimed one.
    var decisiveP: Double {
      switch predicate {
      case .monotoneIncreasing: test?.increasing.pAgainstOrder ?? 1
      case .monotoneDecreasing: test?.decreasing.pAgainstOrder ?? 1
      default: max(test?.increasing.pAgainstOrder ?? 1, test?.decreasing.pAgainstOrder ?? 1)
      }
    }

    /// No step goes against the direction by more than the margin.
    func stepsHold(rising: Bool) -> Bool {
      steps.allSatisfy { step in
        rising ? step.interval.lower > -margin : step.interval.upper < margin
      }
    }

    /// In the direction from the first to the last dose, whether the estimates reverse anywhere.
    var reverses: Bool {
      let rising = (row.points.last?.rate ?? 0) >= (row.points.first?.rate ?? 0)
      return steps.contains { rising ? $0.difference < 0 : $0.difference > 0 }
    }
  }

  private func finding(
    on order: Order, adjusted: Double, trendAdjusted: Double, testCount: Int,
    context: StudyContext
  ) -> Finding {
    let level = context.settings.level
    let isTrendShown = trendAdjusted < level
    let verdict: Verdict
    switch order.predicate {
    case .notMonotone:
      let contradicts =
        isTrendShown && order.stepsHold(rising: !order.trend.isFalling) && !order.reverses
      verdict = adjusted < level ? .supported : contradicts ? .refuted : .inconclusive
    default:
      let rising = order.predicate == .monotoneIncreasing
      if adjusted < level || (isTrendShown && rising == order.trend.isFalling) {
        verdict = .refuted
      } else {
        verdict =
          isTrendShown && order.stepsHold(rising: rising) ? .supported : .inconclusive
      }
    }
    let evidence = evidence(
      order, adjusted: adjusted, trendAdjusted: trendAdjusted, testCount: testCount,
      context: context)
    let title: Prose =
      switch (verdict, isTrendShown) {
      case (.supported, _): "{row}: the claimed order is shown"
      case (.refuted, _): "{row}: the claimed order is contradicted"
      case (_, true):
        "{row}: a {trend} trend is shown ({p-trend-holm}); whether every step follows it is not"
      default: "{row}: neither the claimed order nor its absence is shown"
      }
    return Finding(
      rule: Self.id, subject: "\(context.name(of: order.row))/\(order.predicate.rawValue)",
      status: verdict == .supported ? .passed : .fired(.major), title: title,
      sentence: sentence(order, verdict: verdict, isTrendShown: isTrendShown, evidence: evidence),
      remedy: verdict == .supported
        ? ""
        : "Print the test against each order and the interval of every step with such a claim.",
      evidence: evidence,
      assessments: order.claims.map { claim in
        // A row of the claim without counts leaves open what the others show.
        let isWhole = context.rows(of: claim).allSatisfy(\.isTestable)
        return ClaimAssessment(
          claim: claim.id, verdict: verdict == .supported && !isWhole ? .inconclusive : verdict)
      },
      sources: order.claims.map(\.source))
  }

  private func sentence(
    _ order: Order, verdict: Verdict, isTrendShown: Bool, evidence: [String: Evidence]
  ) -> Prose {
    var sentence: Prose =
      "The text says {quote}. {row} has {counts} (n = {n}, unpaired). Against an increase: T12 "
      + "{t12-inc}, {p12-inc} (fit {fit-inc}); against a decrease: T12 {t12-dec}, {p12-dec}; trend "
      + "{p-trend}; steps {steps}. Holm over the {tests} rows of this rule: trend {p-trend-holm}, "
      + "rejection of {rejected} {p-holm}."
    switch verdict {
    case .supported: sentence = sentence + "The data show the claimed order."
    case .refuted: sentence = sentence + "The data contradict the claimed order."
    default:
      sentence =
        sentence
        + (isTrendShown
          ? "A {trend} trend is shown; that no step goes against it by more than {margin}, or that "
            + "one does, is not."
          : "Neither this order nor its absence is shown.")
    }
    if order.predicate == .notMonotone, evidence["reversal"] != nil {
      sentence =
        sentence
        + "A response that truly moves on a line from {line-from} to {line-to} shows a reversal in "
        + "{reversal} of studies with these doses, and in {reversal-design} with all {design-doses} "
        + "doses of the design."
    }
    return sentence
  }

  private func evidence(
    _ order: Order, adjusted: Double, trendAdjusted: Double, testCount: Int,
    context: StudyContext
  ) -> [String: Evidence] {
    let row = order.row
    let sources = row.sources
    var evidence: [String: Evidence] = [
      "quote": .list(
        order.claims.map { "“\($0.quote)”" }, "claims", sources: order.claims.map(\.source)),
      "row": .text(context.name(of: row), "row", sources: sources),
      "counts": .list(row.points.map(\.countText), "counts", sources: sources),
      "n": row.countEvidence,
      "p-trend": .measured(
        order.trend.asymptotic, .pStatement, "trend", method: "Cochran–Armitage",
        sources: sources),
      "p-trend-holm": .number(
        trendAdjusted, .pStatement, "trend, Holm over the rule's rows",
        method: row.isSparse ? "Cochran–Armitage, exact; Holm" : "Cochran–Armitage; Holm"),
      "trend": .text(order.trend.isFalling ? "falling" : "rising", "direction of the trend"),
      "rejected": .text(
        order.predicate == .notMonotone ? "both orders" : "the claimed order",
        "what the deciding test rejects"),
      "p-holm": .number(
        adjusted, .pStatement, "rejection of the order, Holm over the rule's rows",
        method: "Holm"),
      "tests": .count(testCount, "rows that claims about order name"),
      "margin": .number(context.equivalenceMargin, .points, context.marginOwner),
      "steps": .list(
        order.steps.map { "\($0.dosesText) " + $0.evidence("").text },
        "steps between neighbouring doses", sources: sources),
    ]
    for (index, step) in order.steps.enumerated() {
      evidence["step-\(index + 1)"] = step.evidence("step, dose " + step.dosesText)
    }
    let directions = [("inc", order.test?.increasing), ("dec", order.test?.decreasing)]
    for (key, direction) in directions {
      let word = key == "inc" ? "increase" : "decrease"
      let unknown = UndefinedReason(.noVariance, "the rates do not vary")
      func value(_ number: Double?) -> Measured<Double> {
        number.map { .defined($0) } ?? .undefined(unknown)
      }
      evidence["t01-" + key] = .measured(
        value(direction?.forOrder), .decimal(2), "T01, evidence for \(word)", sources: sources)
      evidence["p01-" + key] = .measured(
        value(direction?.pForOrder), .pStatement, "p for \(word)", sources: sources)
      evidence["t12-" + key] = .measured(
        value(direction?.againstOrder), .decimal(2), "T12, evidence against \(word)",
        sources: sources)
      evidence["p12-" + key] = .measured(
        value(direction?.pAgainstOrder), .pStatement, "p against \(word)", sources: sources)
      evidence["fit-" + key] = .list(
        direction?.fit.map(NumberStyle.percent.text) ?? [], "isotonic fit to \(word)",
        sources: sources)
    }
    addReversal(order, to: &evidence, context: context)
    return evidence
  }

  /// How often a truly monotone response between the observed extremes shows a reversal.
  private func addReversal(
    _ order: Order, to evidence: inout [String: Evidence], context: StudyContext
  ) {
    let rates = order.row.points.map(\.rate)
    guard let low = rates.min(), let high = rates.max(), low < high,
      let total = order.row.totals.min(), rates.count > 1
    else { return }
    let rising = (rates.firstIndex(of: low) ?? 0) < (rates.firstIndex(of: high) ?? 0)
    let ends = rising ? (low, high) : (high, low)
    func reversal(_ count: Int) -> Double? {
      try? OrderProbability.reversal(
        trials: total,
        probabilities: OrderProbability.line(from: ends.0, to: ends.1, count: count))
    }
    let designDoses = max(rates.count, context.study.design.doses.count)
    guard let here = reversal(rates.count), let design = reversal(designDoses) else { return }
    evidence["line-from"] = .number(ends.0, .percent, "first rate of the line")
    evidence["line-to"] = .number(ends.1, .percent, "last rate of the line")
    evidence["reversal"] = .number(
      here, .percent, "probability of a reversal with the doses measured",
      method: "exact enumeration")
    evidence["reversal-design"] = .number(
      design, .percent, "probability of a reversal with all doses of the design",
      method: "exact enumeration")
    evidence["design-doses"] = .count(designDoses, "doses of the design")
  }
}
