import Statistics
import Study

/// R08: do the data contradict a claim that differences are noise, or that there is no effect?
///
/// Such a claim is about named rows, and each row is asked two questions: is there a trend over the
/// doses (Cochran–Armitage), and do any two doses differ (smallest Fisher p, Bonferroni over the
/// pairs of the row). Three answers are kept apart:
///
/// 1. A test stays below the level after Holm over *all* tests that the rule makes in the study: the
///    claim is refuted (critical). Only the study's own registered margin softens this: where every
///    pair of doses is equivalent within it, the difference is reported as information.
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
    var subjects: [Subject] = []
    for claim in claims {
      let rows = context.distinct(context.rows(of: claim).filter(\.isTestable))
      let keys = rows.map(\.countKey)
      if !rows.isEmpty, let same = subjects.firstIndex(where: { $0.keys == keys }) {
        subjects[same].claims.append(claim)
      } else {
        subjects.append(Subject(claims: [claim], rows: rows, keys: keys))
      }
    }
    guard !claims.isEmpty else {
      return [
        .notRun(
          Self.id,
          reason: UndefinedReason(
            .notApplicable, "the text claims no noise and no absence of effect"),
          title: "No claims of noise")
      ]
    }
    let family = Family(rows: subjects.flatMap(\.rows), context: context)
    return subjects.map { finding(on: $0, family: family, context: context) }
  }

  /// Claims about the same data.
  private struct Subject {
    var claims: [Claim]
    let rows: [DoseRow]
    let keys: [String]

    var id: String { claims[0].id }
    var sources: [SourceReference] { claims.map(\.source) }

    func assessed(_ verdict: Verdict) -> [ClaimAssessment] {
      claims.map { ClaimAssessment(claim: $0.id, verdict: verdict) }
    }
  }

  private func finding(
    on subject: Subject, family: Family, context: StudyContext
  ) -> Finding {
    let rows = subject.rows
    let quotes = subject.claims.map { "“\($0.quote)”" }
    let quote: [String: Evidence] = [
      "quote": .list(quotes, "claims", sources: subject.sources),
      "row-count": .count(rows.count, "rows that the claim names"),
    ]
    guard !rows.isEmpty else {
      return .notRun(
        Self.id, subject: subject.id,
        reason: UndefinedReason(.tooFew, "its rows have no two doses with counts"),
        title: "Noise claim without counts", evidence: quote,
        assessments: subject.assessed(.notTestable))
    }
    let level = context.settings.level
    let tests = rows.compactMap { family.tests[$0.countKey] }
    let own = PValueAdjustment.holm.adjust(tests.map(\.trendP))
    let ownPairs = PValueAdjustment.holm.adjust(tests.map(\.pairP))
    let refuted = tests.contains { min($0.trendRuleP, $0.pairRuleP) < level }
    let isSmall = tests.allSatisfy(\.isEquivalent)
    let isNominal = (own + ownPairs).contains { $0 < level }
    let strongest = tests.min { min($0.trendP, $0.pairP) < min($1.trendP, $1.pairP) } ?? tests[0]
    let evidence = strongest.evidence(context: context, testCount: family.testCount)
      .merging(quote) { $1 }
    let status: Finding.Status
    let verdict: Verdict
    let title: Prose
    var sentence: Prose = rows.count == 1 ? "" : "Smallest p of the {row-count} rows named."
    sentence =
      sentence
      + "{row}: {counts}; n = {n}, unpaired. Trend {p-trend} (exact {p-trend-exact}), Holm over "
      + "the rows of the study {p-trend-holm}; dose {pair} differ by {difference}, Fisher {p-pair}, "
      + "over the {pairs} pairs of the row {p-pair-row}; omnibus {p-omnibus}."
    if rows.contains(where: \.isCountInferred) {
      sentence = sentence + "At least one row rests on an n inferred."
    }
    if refuted, isSmall, context.study.design.smallestEffectOfInterest != nil {
      (status, verdict) = (.fired(.info), .equivalent)
      title = "{row}: a difference smaller than the margin is shown"
      sentence =
        sentence
        + "After Holm over all {tests} tests of this rule {p-rule}: a difference is there, "
        + "but every pair of doses is equivalent within the study's own margin of {margin}."
    } else if refuted {
      (status, verdict) = (.fired(.critical), .refuted)
      title = "{row} is not noise"
      sentence =
        sentence + "After Holm over all {tests} tests of this rule {p-rule}: the data contradict "
        + "the claim {quote}."
    } else if isSmall {
      (status, verdict) = (.passed, .equivalent)
      title = "{row}: differences are within the margin"
      sentence =
        sentence + "Every pair of doses is equivalent within {margin}, which backs the claim "
        + "{quote}."
    } else if isNominal {
      (status, verdict) = (.fired(.major), .inconclusive)
      title = "{row}: a nominal signal is called noise"
      sentence =
        sentence
        + "Nominally below the level of {level}, it does not survive Holm over the {tests} "
        + "tests of this rule ({p-rule}). So no effect is shown, and the claim {quote} is not "
        + "shown either: an interval of single rates is no test of a trend or difference."
    } else {
      (status, verdict) = (.passed, .inconclusive)
      title = "{row}: no contradiction with noise"
      sentence =
        sentence + "The data do not contradict the claim {quote}; that is not evidence of no "
        + "difference."
    }
    return Finding(
      rule: Self.id, subject: subject.id, status: status, title: title, sentence: sentence,
      remedy: status == .passed || status == .fired(.info)
        ? ""
        : "Test the trend and the contrasts on item-level data, and name the margin of a null.",
      evidence: evidence,
      assessments: subject.claims.map { claim in
        // Noise is refuted by any difference; an effect only by one that matters to the study.
        let isNoise = claim.predicate == .withinNoise && status == .fired(.info)
        return ClaimAssessment(claim: claim.id, verdict: isNoise ? .refuted : verdict)
      }, sources: subject.sources)
  }
}

extension NoiseClaimRule {
  /// Every test that the rule makes in one study, with its Holm adjustment.
  fileprivate struct Family {
    private(set) var tests: [String: RowTests] = [:]
    let testCount: Int

    init(rows: [DoseRow], context: StudyContext) {
      let unique = context.distinct(rows)
      var all = unique.map { RowTests(row: $0, context: context) }
      let adjusted = PValueAdjustment.holm.adjust(all.flatMap { [$0.trendP, $0.pairP] })
      for index in all.indices {
        all[index].trendRuleP = adjusted[2 * index]
        all[index].pairRuleP = adjusted[2 * index + 1]
        tests[unique[index].countKey] = all[index]
      }
      testCount = adjusted.count
    }
  }

  fileprivate struct RowTests {
    let row: DoseRow
    let trend: RowTrend
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
      trendStudyP = context.trendFamily.adjusted(row) ?? trend.asymptotic.value ?? 1
    }

    var trendP: Double { trend.asymptotic.value ?? 1 }
    /// Bonferroni over the pairs of the row.
    var pairP: Double { min(1, pair.fisherPValue * Double(pairCount)) }

    func evidence(context: StudyContext, testCount: Int) -> [String: Evidence] {
      let omnibus = CountHomogeneity(points: row.points)
      let order = row.orderTest
      let sources = row.sources
      let exact = row.exactTrend
      // The two costly tests, only where something is nominally below the level.
      let isNominal = min(trendP, pairP) < context.settings.level
      let notAsked = UndefinedReason(.notApplicable, "computed only for a nominal signal")
      let favoured = trend.isFalling ? order?.decreasing : order?.increasing
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
        "p-range": .measured(
          isNominal ? row.rangePValue : .undefined(notAsked), .pStatement,
          "largest swing over all doses",
          method: "exact permutation of the range", sources: sources),
        "last-difference": row.contrast.evidence(
          "difference of rates, dose " + row.contrast.dosesText),
        "p-last": .number(
          row.contrast.fisherPValue, .pStatement, "Fisher's exact test, last against first dose",
          sources: row.contrast.sources),
        "p-last-boschloo": .measured(
          isNominal ? row.contrast.boschlooPValue : .undefined(notAsked), .pStatement,
          "Boschloo's test, last against first dose",
          sources: row.contrast.sources),
        "level": .number(context.settings.level, .decimal(2), "test level"),
        "margin": .number(
          context.equivalenceMargin, .percentagePoints, context.marginOwner),
      ]
    }
  }
}
