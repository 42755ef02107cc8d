import Statistics
import Study

/// The two tests of one dose row against "nothing but noise": a trend, and any difference at all.
///
/// Adjusted together with those of the other rows that the rule tests.
struct NoiseTests: Sendable {
  let row: DoseRow
  let trend: RowTrend
  /// Of all doses. With two doses it is the same question as the trend and stands alone.
  let omnibus: CountHomogeneity
  /// The pair of doses that differ most, by Fisher's test.
  let pair: CountContrast
  let pairCount: Int
  /// Every pair of doses lies within the margin.
  let isEquivalent: Bool
  /// Holm over the trends of all rows of the study, as the multiplicity analysis prints it.
  let trendStudyP: Double
  private(set) var trendRuleP = 1.0
  private(set) var omnibusRuleP = 1.0
  private(set) var testCount = 0

  private init(row: DoseRow, context: StudyContext) {
    self.row = row
    trend = row.trend
    omnibus = CountHomogeneity(points: row.points)
    let contrasts = row.contrasts
    pair =
      contrasts.min { $0.fisherPValue < $1.fisherPValue }
      ?? CountContrast(from: row.points[0], to: row.points[0])
    pairCount = contrasts.count
    isEquivalent = contrasts.allSatisfy {
      $0.smallestMargin(level: context.settings.level) < context.equivalenceMargin
    }
    trendStudyP = context.trendFamily.adjusted(row) ?? trend.asymptotic.value ?? 1
  }

  /// One for each row, with Holm over all tests of all rows.
  ///
  /// - Parameter rows: testable, with different data.
  static func all(rows: [DoseRow], context: StudyContext) -> [NoiseTests] {
    var tests = rows.map { NoiseTests(row: $0, context: context) }
    let family = tests.map { test in
      test.hasOwnTrend ? [test.trendP, test.omnibusP] : [test.omnibusP]
    }
    let adjusted = PValueAdjustment.holm.adjust(family.flatMap { $0 })
    var next = 0
    for index in tests.indices {
      let own = adjusted[next..<(next + family[index].count)]
      next += family[index].count
      tests[index].trendRuleP = own.first ?? 1
      tests[index].omnibusRuleP = own.last ?? 1
      tests[index].testCount = adjusted.count
    }
    return tests
  }

  private var hasOwnTrend: Bool { row.points.count > 2 }

  var trendP: Double { hasOwnTrend ? row.decisiveTrendP : omnibusP }
  var omnibusP: Double { omnibus.pValue }
  /// The smaller of the two, after Holm over the rule.
  var ruleP: Double { min(trendRuleP, omnibusRuleP) }
  private var isTrendSmaller: Bool { trendP <= omnibusP }

  /// Below the level before any correction.
  func isNominal(level: Double) -> Bool { min(trendP, omnibusP) < level }

  func evidence(context: StudyContext) -> [String: Evidence] {
    let sources = row.sources
    let exact = row.exactTrend
    let order = row.orderTest
    let favoured = trend.isFalling ? order?.decreasing : order?.increasing
    // The two costly tests, only where something is nominally below the level.
    let isNominal = isNominal(level: context.settings.level)
    let notAsked = UndefinedReason(.notApplicable, "computed only for a nominal signal")
    return [
      "row": .text(context.name(of: row), "row", sources: sources),
      "counts": .list(row.points.map(\.countText), "counts", sources: sources),
      "n": row.countEvidence,
      "z": .measured(trend.z, .signed(2), "Cochran–Armitage z", sources: sources),
      "p-trend": .measured(
        trend.asymptotic, .pStatement, "trend over the doses", method: "Cochran–Armitage",
        sources: sources),
      "p-trend-exact": .measured(
        exact.exact, .pValue, "trend, exact", method: "Cochran–Armitage, exact",
        sources: sources),
      "p-trend-mid": .measured(
        exact.mid, .pValue, "trend, mid-p", method: "Cochran–Armitage, mid-p", sources: sources),
      "p-order": .number(
        favoured?.pForOrder ?? .nan, .pValue,
        "evidence for a monotone response in the direction of the trend",
        method: "isotonic likelihood ratio", sources: sources),
      "p-trend-holm": .number(
        trendStudyP, .pValue, "trend, Holm over the rows of the study", method: "Holm"),
      "p-rule": .number(
        ruleP, .pStatement, "smaller of trend and omnibus, Holm over the tests of this rule",
        method: "Holm"),
      "nominal": .text(
        isTrendSmaller ? "trend" : "difference over the doses", "the test with the smaller p"),
      "p-nominal": .number(
        isTrendSmaller ? trendP : omnibusP, .pStatement, "its p before any correction",
        method: isTrendSmaller ? "Cochran–Armitage" : omnibus.name, sources: sources),
      "p-nominal-holm": .number(
        isTrendSmaller ? trendStudyP : omnibusRuleP, .pValue,
        isTrendSmaller
          ? "the same, Holm over the rows of the study" : "the same, Holm over the rule",
        method: "Holm"),
      "tests": .count(testCount, "tests of this rule"),
      "pair": .text(pair.dosesText, "doses compared"),
      "difference": pair.evidence("difference of rates, dose " + pair.dosesText),
      "p-pair": .number(
        pair.fisherPValue, .pStatement, "Fisher's exact test of the pair", sources: pair.sources),
      "p-pair-row": .number(
        min(1, pair.fisherPValue * Double(pairCount)), .pStatement,
        "Fisher, Bonferroni over the pairs of the row"),
      "pairs": .count(pairCount, "pairs of doses"),
      "p-omnibus": .measured(
        omnibus.chiSquaredPValue, .pStatement, "chi-squared over all doses", sources: sources),
      "p-omnibus-exact": .number(
        omnibusP, .pValue, "homogeneity over all doses", method: omnibus.name, sources: sources),
      "p-range": .measured(
        isNominal ? row.rangePValue : .undefined(notAsked), .pStatement,
        "largest swing over all doses", method: "exact permutation of the range",
        sources: sources),
      "last-difference": row.contrast.evidence(
        "difference of rates, dose " + row.contrast.dosesText),
      "p-last": .number(
        row.contrast.fisherPValue, .pStatement, "Fisher's exact test, last against first dose",
        sources: row.contrast.sources),
      "p-last-boschloo": .measured(
        isNominal ? row.contrast.boschlooPValue : .undefined(notAsked), .pStatement,
        "Boschloo's test, last against first dose", sources: row.contrast.sources),
      "level": .number(context.settings.level, .decimal(2), "test level"),
      "margin": .number(context.equivalenceMargin, .points, context.marginOwner),
    ]
  }
}
