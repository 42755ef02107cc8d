import Statistics
import Study

/// R08: do the data contradict a claim that differences are noise, or that there is no effect?
///
/// Such a claim is about named rows, and each row is asked two questions: is there a trend over the
/// doses (Cochran–Armitage), and do any two doses differ (smallest Fisher p, Bonferroni over the
/// pairs of the row). Three answers are kept apart:
///
/// 1. A test stays below the level after Holm over *all* tests that the rule makes in the study: the
///    claim is refuted (critical).
/// 2. Otherwise, if every pair of doses is equivalent (90 % interval within the margin), the claim
///    is backed by smallness, and a nominal p below the level says nothing against it: passed.
/// 3. Otherwise, if a test of the claim's own rows is below the level (Holm over those rows only),
///    the claim asserts what its data do not show. The finding is *not* that there is an effect: it
///    does not survive the correction, and the sentence carries both p-values. The finding is that
///    a null was asserted over a nominal signal without a test that could establish it (major).
///
/// Why not the adjusted p alone: a claim of noise is itself an assertion and bears its own burden;
/// requiring a study-wide rejection before it may be questioned would let every null claim pass by
/// being made often. Why this raises few false alarms: in a well-powered study a true null claim is
/// equivalent at the margin and ends at step 2, whatever its nominal p.
public struct NoiseClaimRule: AuditRule {
  public static let id = RuleID.noiseClaim
  public static let question = "Do the data contradict a claim that differences are noise?"
  public static let needs = "A claim of noise or of no effect, and the counts of its rows."
  public static let method =
    "Cochran–Armitage trend and Fisher's exact test of every pair of doses, unpaired; Holm over "
    + "the tests of the rule; two one-sided tests by 90 % Newcombe intervals."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let claims = context.claims(.withinNoise, .noEffect)
    let subjects = claims.map { claim in (claim, context.rows(of: claim).filter(\.isTestable)) }
    guard !claims.isEmpty else {
      return [
        .notRun(
          Self.id,
          reason: UndefinedReason(.notApplicable, "the text claims no noise and no absence of effect"),
          title: "No claims of noise")
      ]
    }
    let family = Family(rows: subjects.flatMap(\.1), context: context)
    return subjects.map { claim, rows in
      finding(on: claim, rows: rows, family: family, context: context)
    }
  }

  private func finding(
    on claim: Claim, rows: [DoseRow], family: Family, context: StudyContext
  ) -> Finding {
    let quote = ["quote": Evidence.text(claim.quote, "claim", sources: [claim.source])]
    guard !rows.isEmpty else {
      return .notRun(
        Self.id, subject: claim.id,
        reason: UndefinedReason(.tooFew, "its rows have no two doses with counts"),
        title: "Noise claim without counts", evidence: quote)
    }
    let level = context.settings.level
    let tests = rows.compactMap { family.tests[$0.editionKey] }
    let own = Multiplicity.holm(tests.map(\.trendP))
    let ownPairs = Multiplicity.holm(tests.map(\.pairP))
    let refuted = tests.contains { min($0.trendRuleP, $0.pairRuleP) < level }
    let isSmall = tests.allSatisfy(\.isEquivalent)
    let isNominal = (own + ownPairs).contains { $0 < level }
    let strongest = tests.min { min($0.trendP, $0.pairP) < min($1.trendP, $1.pairP) } ?? tests[0]
    let evidence = strongest.evidence(context: context, testCount: family.testCount)
      .merging(quote) { $1 }
    let status: Finding.Status
    let verdict: Verdict
    let title: Prose
    var sentence: Prose =
      "On {row} ({counts}; n = {n}), unpaired: trend {p-trend} (exact {p-trend-exact}), Holm over "
      + "the rows of the study {p-trend-holm}; dose {pair} differ by {difference}, Fisher {p-pair}, "
      + "over the {pairs} pairs of the row {p-pair-row}; omnibus {p-omnibus}."
    if refuted {
      (status, verdict) = (.fired(.critical), .refuted)
      title = "{row} is not noise"
      sentence =
        sentence + "After Holm over all {tests} tests of this rule {p-rule}: the data contradict "
        + "the claim “{quote}”."
    } else if isSmall {
      (status, verdict) = (.passed, .equivalent)
      title = "{row}: differences are within the margin"
      sentence =
        sentence + "Every pair of doses is equivalent within {margin}, which backs the claim "
        + "“{quote}”."
    } else if isNominal {
      (status, verdict) = (.fired(.major), .inconclusive)
      title = "{row}: a nominal signal is called noise"
      sentence =
        sentence + "Nominally below the level of {level}, it does not survive Holm over the {tests} "
        + "tests of this rule ({p-rule}). So no effect is shown, and the claim “{quote}” is not "
        + "shown either: an interval of single rates is no test of a trend or difference."
    } else {
      (status, verdict) = (.passed, .inconclusive)
      title = "{row}: no contradiction with noise"
      sentence =
        sentence + "The data do not contradict the claim “{quote}”; that is not evidence of no "
        + "difference."
    }
    return Finding(
      rule: Self.id, subject: claim.id, status: status, title: title, sentence: sentence,
      remedy: status == .passed
        ? "" : "Test the trend and the contrasts on item-level data, and name the margin of a null.",
      evidence: evidence, assessments: [ClaimAssessment(claim: claim.id, verdict: verdict)],
      sources: [claim.source])
  }
}

extension NoiseClaimRule {
  /// Every test that the rule makes in one study, with its Holm adjustment.
  fileprivate struct Family {
    private(set) var tests: [String: RowTests] = [:]
    let testCount: Int

    init(rows: [DoseRow], context: StudyContext) {
      var seen: Set<String> = []
      let unique = rows.filter { seen.insert($0.editionKey).inserted }
      var all = unique.map { RowTests(row: $0, context: context) }
      let adjusted = Multiplicity.holm(all.flatMap { [$0.trendP, $0.pairP] })
      for index in all.indices {
        all[index].trendRuleP = adjusted[2 * index]
        all[index].pairRuleP = adjusted[2 * index + 1]
        tests[unique[index].editionKey] = all[index]
      }
      testCount = adjusted.count
    }
  }

  fileprivate struct RowTests {
    let row: DoseRow
    let trend: DoseTrend
    /// The pair of doses with the smallest p.
    let pair: CountContrast
    let pairCount: Int
    let isEquivalent: Bool
    /// Holm over the trends of all rows of the study, as the multiplicity analysis prints it.
    let trendStudyP: Double
    var trendRuleP = 1.0
    var pairRuleP = 1.0

    init(row: DoseRow, context: StudyContext) {
      self.row = row
      trend = row.trend
      let contrasts = row.contrasts
      pair =
        contrasts.min { $0.fisherPValue < $1.fisherPValue }
        ?? CountContrast(from: row.points[0], to: row.points[0])
      pairCount = contrasts.count
      let margin = context.equivalenceMargin
      isEquivalent = contrasts.allSatisfy {
        $0.smallestMargin(level: context.settings.level) < margin
      }
      trendStudyP = context.trendFamily.adjusted(row) ?? trendP(trend)
    }

    var trendP: Double { trendP(trend) }
    /// Bonferroni over the pairs of the row.
    var pairP: Double { min(1, pair.fisherPValue * Double(pairCount)) }

    func evidence(context: StudyContext, testCount: Int) -> [String: Evidence] {
      let omnibus = CountHomogeneity(points: row.points)
      let order = row.orderTest
      let sources = row.sources
      let favoured = trend.isFalling ? order?.decreasing : order?.increasing
      return [
        "row": .text(row.id, "row", sources: sources),
        "counts": .list(row.points.map(\.countText), "counts", sources: sources),
        "n": row.countEvidence,
        "z": .measured(trend.z, .signed(2), "Cochran–Armitage z", sources: sources),
        "p-trend": .measured(
          trend.asymptotic, .pStatement, "trend over the doses", method: "Cochran–Armitage",
          sources: sources),
        "p-trend-exact": .measured(
          trend.exact, .pValue, "trend, exact", method: "Cochran–Armitage, exact",
          sources: sources),
        "p-trend-mid": .measured(
          trend.mid, .pValue, "trend, mid-p", method: "Cochran–Armitage, mid-p", sources: sources),
        "p-order": .number(
          favoured?.pForOrder ?? .nan, .pValue,
          "evidence for a monotone response in the direction of the trend",
          method: "isotonic likelihood ratio", sources: sources),
        "p-trend-holm": .number(
          trendStudyP, .pValue, "trend, Holm over the rows of the study", method: "Holm"),
        "p-rule": .number(
          min(trendRuleP, pairRuleP), .pStatement, "Holm over the tests of this rule",
          method: "Holm"),
        "tests": .count(testCount, "tests of this rule"),
        "pair": .text(pair.dosesText, "doses compared"),
        "difference": pair.evidence("difference of rates, dose " + pair.dosesText),
        "p-pair": .number(
          pair.fisherPValue, .pStatement, "Fisher's exact test of the pair", sources: pair.sources),
        "p-pair-row": .number(
          pairP, .pStatement, "Fisher, Bonferroni over the pairs of the row"),
        "pairs": .count(pairCount, "pairs of doses"),
        "p-omnibus": .measured(
          omnibus.chiSquaredPValue, .pStatement, "chi-squared over all doses", sources: sources),
        "last-difference": row.contrast.evidence(
          "difference of rates, dose " + row.contrast.dosesText),
        "p-last": .number(
          row.contrast.fisherPValue, .pStatement, "Fisher's exact test, last against first dose",
          sources: row.contrast.sources),
        "p-last-boschloo": .measured(
          row.contrast.boschlooPValue, .pStatement, "Boschloo's test, last against first dose",
          sources: row.contrast.sources),
        "level": .number(context.settings.level, .decimal(2), "test level"),
        "margin": .number(
          context.equivalenceMargin, .percentagePoints, context.marginOwner),
      ]
    }

    private func trendP(_ trend: DoseTrend) -> Double { trend.asymptotic.value ?? 1 }
  }
}
