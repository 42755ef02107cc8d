import Statistics
import Study

/// R08: do the data contradict a claim that differences are noise, or that there is no effect?
///
/// Such a claim is about named rows. Each row is judged once, whichever claims name it, by two
/// questions: is there a trend over the doses (Cochran–Armitage), and do the doses differ at all
/// (omnibus test of homogeneity)? Three answers are kept apart:
///
/// 1. A test stays below the level after Holm over *all* tests that the rule makes in the study: the
///    claims on the row are refuted (critical). Only the study's own registered margin softens this:
///    where every pair of doses is equivalent within it, the difference is reported as information.
/// 2. Otherwise, if every pair of doses is equivalent (90 % interval within the margin), the claims
///    are backed by smallness, and a nominal p below the level says nothing against them: passed.
/// 3. Otherwise, if a test of the row is below the level before any correction, the claims assert
///    what the data do not show. The finding is *not* that there is an effect: it does not survive
///    the correction, and the sentence carries both p-values. The finding is that a null was asserted
///    over a nominal signal without a test that could establish it (major).
///
/// Why not the adjusted p alone: a claim of noise is itself an assertion and bears its own burden;
/// requiring a study-wide rejection before it may be questioned would let every null claim pass by
/// being made often. Why this raises few false alarms: in a well-powered study a true null claim is
/// equivalent at the margin and ends at step 2, whatever its nominal p.
///
/// The omnibus test and not the smallest p over the pairs: it asks the claim's own question once.
public struct NoiseClaimRule: AuditRule {
  public static let id = RuleID.noiseClaim
  public static let question = "Do the data contradict a claim that differences are noise?"
  public static let needs = "A claim of noise or of no effect, and the counts of its rows."
  public static let method =
    "Cochran–Armitage trend (exact where counts are sparse) and exact test of homogeneity over the "
    + "doses (chi-squared where it would be too large), unpaired; Holm over the tests of the rule; "
    + "two one-sided tests by 90 % Newcombe intervals."

  /// Claims that are quoted in a sentence; the rest is counted.
  static let quotedClaims = 2

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let claims = context.claims(.withinNoise, .noEffect).map { claim in
      (claim: claim, rows: context.rows(of: claim))
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
    let rows = context.distinct(claims.flatMap(\.rows).filter(\.isTestable))
    let tests = NoiseTests.all(rows: rows, context: context)
    let findings = tests.map { test in
      let key = test.row.countKey
      return finding(
        on: test,
        claims: claims.filter { $0.rows.contains { $0.countKey == key } }.map { claim, rows in
          NullClaim(claim: claim, isWhole: rows.allSatisfy(\.isTestable))
        }, context: context)
    }
    let untestable = claims.filter { !$0.rows.contains(where: \.isTestable) }.map { claim, _ in
      Finding.notRun(
        Self.id, subject: claim.id,
        reason: UndefinedReason(.tooFew, "its rows have no two doses with counts"),
        title: "Noise claim without counts",
        evidence: ["quote": .text(claim.quote, "claim", sources: [claim.source])],
        assessments: [ClaimAssessment(claim: claim.id, verdict: .notTestable)])
    }
    return findings + untestable
  }

  private struct NullClaim {
    let claim: Claim
    /// All rows of the claim have counts.
    let isWhole: Bool

    func assessed(_ verdict: Verdict, isSmallDifference: Bool) -> ClaimAssessment {
      // Noise is refuted by any difference; an effect only by one that matters to the study.
      if isSmallDifference, claim.predicate == .withinNoise {
        return ClaimAssessment(claim: claim.id, verdict: .refuted)
      }
      let isOpen = verdict == .equivalent && !isWhole
      return ClaimAssessment(claim: claim.id, verdict: isOpen ? .inconclusive : verdict)
    }
  }

  private struct Reading {
    let status: Finding.Status
    let verdict: Verdict
    let title: Prose
    let sentence: Prose
    var isSmallDifference = false
  }

  private func finding(
    on test: NoiseTests, claims: [NullClaim], context: StudyContext
  ) -> Finding {
    let reading = reading(of: test, context: context)
    let sources = claims.map(\.claim.source)
    var evidence = test.evidence(context: context)
    evidence["quote"] = .list(
      claims.prefix(Self.quotedClaims).map { "“\($0.claim.quote)”" }, "claims", sources: sources)
    evidence["claims"] = .count(claims.count, "claims on the row", sources: sources)
    var sentence: Prose =
      "{row}: {counts}; n = {n}, unpaired. Trend {p-trend} (exact {p-trend-exact}), Holm over "
      + "the rows of the study {p-trend-holm}; over all doses {p-omnibus} (exact "
      + "{p-omnibus-exact}); dose {pair} differ most, by {difference}, Fisher {p-pair}, over the "
      + "{pairs} pairs of the row {p-pair-row}."
    sentence = sentence + reading.sentence
    if claims.count > Self.quotedClaims {
      sentence = sentence + "In all {claims} claims name the row."
    }
    return Finding(
      rule: Self.id, subject: context.name(of: test.row), status: reading.status,
      title: reading.title, sentence: sentence,
      remedy: reading.status == .passed || reading.status == .fired(.info)
        ? ""
        : "Test the trend and the contrasts on item-level data, and name the margin of a null.",
      evidence: evidence,
      assessments: claims.map {
        $0.assessed(reading.verdict, isSmallDifference: reading.isSmallDifference)
      }, sources: sources)
  }

  private func reading(of test: NoiseTests, context: StudyContext) -> Reading {
    let level = context.settings.level
    let hasOwnMargin = context.study.design.smallestEffectOfInterest != nil
    if test.ruleP < level, test.isEquivalent, hasOwnMargin {
      return Reading(
        status: .fired(.info), verdict: .equivalent,
        title: "{row}: a difference smaller than the margin is shown",
        sentence: "After Holm over all {tests} tests of this rule {p-rule}: a difference is there, "
          + "but every pair of doses is equivalent within the study's own margin of {margin}.",
        isSmallDifference: true)
    }
    if test.ruleP < level {
      return Reading(
        status: .fired(.critical), verdict: .refuted, title: "{row} is not noise",
        sentence: "After Holm over all {tests} tests of this rule {p-rule}: the data contradict "
          + "the claim {quote}.")
    }
    if test.isEquivalent {
      return Reading(
        status: .passed, verdict: .equivalent, title: "{row}: differences are within the margin",
        sentence: "Every pair of doses is equivalent within {margin}, which backs the claim "
          + "{quote}.")
    }
    if test.isNominal(level: level) {
      return Reading(
        status: .fired(.major), verdict: .inconclusive,
        title: "{row}: {nominal} {p-nominal}, Holm {p-nominal-holm}; called noise, yet neither an "
          + "effect nor its absence is shown",
        sentence: "Nominally below the level of {level} ({nominal}), it does not survive Holm over "
          + "the {tests} tests of this rule ({p-rule}). So an effect is not shown, and the claim "
          + "{quote} is not shown either: an interval of single rates is no test of a trend or "
          + "difference.")
    }
    return Reading(
      status: .passed, verdict: .inconclusive, title: "{row}: no contradiction with noise",
      sentence: "The data do not contradict the claim {quote}; that is not evidence of no "
        + "difference.")
  }
}
