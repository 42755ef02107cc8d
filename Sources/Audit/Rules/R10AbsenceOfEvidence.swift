import Statistics
import Study

/// R10: a claim of no effect needs an interval inside a margin.
///
/// For every row that such a claim names, the change from the lowest to the highest dose with counts
/// is put to two one-sided tests; equivalent when the 90 % Newcombe interval of every pair of doses
/// lies inside the margin (the study's, or else the auditor's). A row that was not measured from the
/// lowest to the highest dose of the design can be equivalent only as far as it was measured, and a
/// row without counts leaves the claim open. No correction is needed: a claim over several rows holds
/// only if all of them pass (intersection–union).
public struct AbsenceOfEvidenceRule: AuditRule {
  public static let id = RuleID.absenceOfEvidence
  public static let question = "Is a claim of no effect backed by an equivalence test?"
  public static let needs = "A claim of no effect, and counts at two doses or more."
  public static let method =
    "Two one-sided tests by inclusion of the 90 % Newcombe interval, unpaired; exact power of that "
    + "test at a true difference of zero; sample size by the normal approximation."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let claims =
      context.study.claims.filter { claim in
        claim.predicate == .noEffect
          || (claim.predicate == .controlsEndpoint
            && claim.terms["direction"] == "does-not-control")
      }.map { claim -> NullClaim in
        let rows = context.rows(of: claim)
        return NullClaim(
          claim: claim, rows: rows.filter(\.isTestable),
          isWhole: rows.allSatisfy(\.isTestable))
      }
    guard !claims.isEmpty else {
      return [
        .notRun(
          Self.id,
          reason: UndefinedReason(.notApplicable, "the text claims no absence of an effect"),
          title: "No claims of no effect")
      ]
    }
    let named = claims.flatMap(\.rows)
    let benchmarks = context.measuredBenchmarks.filter { name in
      named.contains { $0.benchmark == name }
    }
    return benchmarks.map { benchmark in
      let rows = context.distinct(named.filter { $0.benchmark == benchmark })
      return finding(
        on: benchmark, rows: rows.map { Tested(row: $0, context: context) }, claims: claims,
        context: context)
    }
      + claims.filter(\.rows.isEmpty).map(\.claim).map { claim in
        .notRun(
          Self.id, subject: claim.id,
          reason: UndefinedReason(.tooFew, "its rows have no two doses with counts"),
          title: "Null claim without counts",
          evidence: ["quote": .text(claim.quote, "claim", sources: [claim.source])],
          assessments: [ClaimAssessment(claim: claim.id, verdict: .notTestable)])
      }
  }

  private struct NullClaim {
    let claim: Claim
    /// Its rows with counts.
    let rows: [DoseRow]
    /// All of its rows have counts.
    let isWhole: Bool
  }

  private struct Tested {
    let row: DoseRow
    let contrast: CountContrast
    let smallestMargin: Double
    let isEquivalent: Bool
    /// The row reaches from the lowest to the highest dose of the design.
    let isComplete: Bool

    init(row: DoseRow, context: StudyContext) {
      self.row = row
      contrast = row.contrast
      smallestMargin = contrast.smallestMargin(level: context.settings.level)
      // An inverted U ends where it began: every pair of doses must lie inside the margin.
      isEquivalent = row.contrasts.allSatisfy {
        $0.smallestMargin(level: context.settings.level) < context.equivalenceMargin
      }
      isComplete =
        contrast.to.dose == context.study.design.doses.max()
        && contrast.from.dose == context.study.design.doses.min()
    }

    var pooledRate: Double {
      Double(contrast.from.successes + contrast.to.successes)
        / Double(contrast.from.total + contrast.to.total)
    }

    var verdict: Verdict { isEquivalent && isComplete ? .equivalent : .inconclusive }
  }

  private func finding(
    on benchmark: String, rows: [Tested], claims: [NullClaim],
    context: StudyContext
  ) -> Finding {
    let failing = rows.filter { !$0.isEquivalent }
    let evidence = evidence(benchmark, rows: rows, failing: failing, context: context)
    let assessments = claims.compactMap { claim -> ClaimAssessment? in
      let keys = Set(claim.rows.map(\.countKey))
      let own = rows.filter { keys.contains($0.row.countKey) }
      guard !own.isEmpty else { return nil }
      let holds = claim.isWhole && own.allSatisfy { $0.verdict == .equivalent }
      return ClaimAssessment(claim: claim.claim.id, verdict: holds ? .equivalent : .inconclusive)
    }
    var sentence: Prose =
      "Change from the lowest to the highest dose measured on {benchmark}, with the smallest margin "
      + "that passes two one-sided tests: {margins}."
    if failing.isEmpty {
      sentence =
        sentence + "Every pair of doses of every row is equivalent within {margin} ({owner})."
    } else {
      sentence =
        sentence
        + "Configuration {failing} does not pass at {margin} ({owner}) for every pair of doses: the absence of an effect is not shown."
      if evidence["power-zero"] != nil {
        sentence =
          sentence
          + "With n = {power-n} this test passes in {power-zero} of studies even when the true "
          + "difference is zero; {power-target} needs {needed} per dose unpaired, or {needed-pairs} "
          + "pairs at {discordance} discordance."
      }
    }
    let incomplete = rows.filter { $0.isEquivalent && !$0.isComplete }
    if !incomplete.isEmpty {
      sentence =
        sentence + "Configuration {incomplete} was not measured over the whole range of doses."
    }
    if evidence["inferred"] != nil {
      sentence = sentence + "This rests on an n inferred for configuration {inferred}."
    }
    return Finding(
      rule: Self.id, subject: benchmark,
      status: failing.isEmpty ? .passed : .fired(.critical),
      title: failing.isEmpty
        ? "{benchmark}: equivalence is shown as far as it was measured"
        : "{benchmark}: the null is not established; equivalence within ±{margin} fails in "
          + "configuration {failing}",
      sentence: sentence,
      remedy: failing.isEmpty
        ? "" : "Register a margin and enough items, on the same items at every dose.",
      evidence: evidence, assessments: assessments)
  }

  private func evidence(
    _ benchmark: String, rows: [Tested], failing: [Tested], context: StudyContext
  ) -> [String: Evidence] {
    let margin = context.equivalenceMargin
    let points = NumberStyle.points
    var evidence: [String: Evidence] = [
      "benchmark": .text(benchmark, "benchmark"),
      "margin": .number(margin, points, "equivalence margin"),
      "owner": .text(context.marginOwner, "whose margin"),
      "margins": .list(
        rows.map { tested in
          "\(tested.row.configuration) \(tested.contrast.dosesText) "
            + NumberStyle.percentagePoints.text(tested.contrast.difference) + ", margin "
            + points.text(tested.smallestMargin)
        }, "change and smallest margin by configuration", sources: rows.flatMap(\.row.sources)),
      "failing": .list(failing.map(\.row.configuration), "configurations that do not pass"),
      "incomplete": .list(
        rows.filter { $0.isEquivalent && !$0.isComplete }.map(\.row.configuration),
        "configurations without the lowest or the highest dose"),
      "power-target": .number(context.settings.powerTarget, .percent, "power wanted"),
    ]
    for (index, tested) in rows.enumerated() {
      let place = "\(index + 1)"
      evidence["configuration-" + place] = .text(tested.row.configuration, "configuration")
      evidence["difference-" + place] = tested.contrast.evidence(
        "change on \(tested.row.id), dose \(tested.contrast.dosesText)",
        confidenceLevel: 1 - 2 * context.settings.level)
      evidence["smallest-margin-" + place] = .number(
        tested.smallestMargin, points, "smallest margin that passes on \(tested.row.id)",
        method: "two one-sided tests, Newcombe", sources: tested.contrast.sources)
      evidence["n-" + place] = tested.row.countEvidence
    }
    let inferred = rows.filter(\.row.isCountInferred).map(\.row.configuration)
    if !inferred.isEmpty {
      evidence["inferred"] = .list(inferred, "configurations whose n is inferred")
    }
    // The failing row that is worst placed: the rate nearest to one half at the smallest n.
    let worst = failing.min {
      ($0.contrast.to.total, abs($0.pooledRate - 0.5))
        < ($1.contrast.to.total, abs($1.pooledRate - 0.5))
    }
    if let worst {
      addPower(of: worst, to: &evidence, margin: margin, context: context)
    }
    return evidence
  }

  private func addPower(
    of tested: Tested, to evidence: inout [String: Evidence], margin: Double,
    context: StudyContext
  ) {
    let total = min(tested.contrast.from.total, tested.contrast.to.total)
    let level = context.settings.level
    let discordance = 0.2
    guard
      let power = try? EquivalencePower.unpaired(
        trials: total, rate: tested.pooledRate, margin: margin, level: level),
      let needed = try? EquivalencePower.trialsNeeded(
        rate: tested.pooledRate, margin: margin, level: level,
        power: context.settings.powerTarget),
      let pairs = try? EquivalencePower.pairsNeeded(
        discordance: discordance, margin: margin, level: level,
        power: context.settings.powerTarget)
    else { return }
    evidence["power-n"] = .count(total, "n per dose", sources: tested.contrast.sources)
    evidence["power-rate"] = .number(
      tested.pooledRate, .percent, "common rate assumed", sources: tested.contrast.sources)
    evidence["power-zero"] = .number(
      power, .percent, "power of the equivalence test at a true difference of zero",
      method: "exact enumeration")
    evidence["needed"] = .count(needed, "n per dose needed, unpaired")
    evidence["needed-pairs"] = .count(pairs, "pairs needed")
    evidence["discordance"] = .number(discordance, .percent, "share of discordant pairs assumed")
  }
}
