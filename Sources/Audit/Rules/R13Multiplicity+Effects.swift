import Statistics
import Study

// Claims that the dose changes the outcome: does the difference survive the choice of doses and rows?
extension MultiplicityRule {
  /// One finding for each set of data that claims of an effect name.
  func effects(_ context: StudyContext) -> [Finding] {
    var parts: [EffectClaims] = []
    var untestable: [Finding] = []
    for claim in context.claims(.effect) {
      let rows = context.newest(context.rows(of: claim).filter(\.isTestable))
      guard !rows.isEmpty else {
        untestable.append(
          .notRun(
            Self.id, subject: "effect/\(claim.id)", .tooFew,
            "its rows have no two doses with counts",
            assessments: [ClaimAssessment(claim: claim.id, verdict: .notTestable)],
            sources: [claim.source]))
        continue
      }
      let tests = rows.map { EffectTest(claim: claim, row: $0, context: context) }
      if let same = parts.firstIndex(where: { $0.tests.map(\.key) == tests.map(\.key) }) {
        parts[same].claims.append(claim)
      } else {
        parts.append(EffectClaims(claims: [claim], tests: tests))
      }
    }
    return parts.map { effectFinding($0, context) } + untestable
  }

  private struct EffectClaims {
    var claims: [Claim]
    let tests: [EffectTest]
  }

  private func effectFinding(_ part: EffectClaims, _ context: StudyContext) -> Finding {
    let level = context.settings.level
    let sources = part.claims.map(\.source)
    var evidence: [String: Evidence] = [
      "quote": .list(part.claims.map { "“\($0.quote)”" }, "claims", sources: sources),
      "margin": .number(context.equivalenceMargin, .points, context.marginOwner),
    ]
    var parts: [String] = []
    var verdict = Verdict.supported
    for (index, test) in part.tests.enumerated() {
      let place = "\(index + 1)"
      let own = test.verdict(context)
      if own.precedence > verdict.precedence { verdict = own }
      evidence.merge(test.evidence(place, context)) { $1 }
      let pairs =
        test.pairCount > 1
        ? ", over the {pairs-\(place)} pairs of its doses {p-row-\(place)}" : ""
      parts.append(
        "{row-\(place)} (n = {n-\(place)}, unpaired), dose {doses-\(place)}: "
          + "{difference-\(place)}, {p-\(place)}\(pairs), Holm over the {rows-\(place)} rows of its "
          + "edition {p-holm-\(place)}")
    }
    var sentence = Prose("{quote}: \(parts.joined(separator: "; ")).")
    switch verdict {
    case .supported: sentence = sentence + "The data show an effect of the dose."
    case .equivalent:
      sentence = sentence + "Every pair of doses is equivalent within {margin}."
    default:
      let isNominal = part.tests.contains { $0.pValue < level }
      sentence =
        sentence
        + (isNominal
          ? "Nominally below the level, it does not survive the choice of doses and rows."
          : "No effect is shown, nor its absence.")
    }
    let title: Prose =
      switch verdict {
      case .supported: "{row-1}: the claimed effect is shown"
      case .equivalent: "{row-1}: the claimed effect is within the margin"
      default:
        "{row-1}: the claimed effect of {difference-1.estimate} ({p-1}) does not survive its family "
          + "({p-holm-1})"
      }
    return Finding(
      rule: Self.id, subject: "effect/\(part.claims[0].id)",
      status: verdict == .supported ? .passed : .fired(.major), title: title, sentence: sentence,
      remedy: verdict == .supported
        ? "" : "Name the contrast and its family beforehand, and test it on item-level data.",
      evidence: evidence,
      assessments: part.claims.map { ClaimAssessment(claim: $0.id, verdict: verdict) },
      sources: sources)
  }
}
