import Statistics
import Study

// Claims that the configurations agree. At the no-op dose those on the same weights must; beyond it
// agreement in direction needs a trend in every row, or none of any size in all of them.
extension ContradictionRule {
  func agreements(_ context: StudyContext) -> [Finding] {
    let subjects = context.subjects(of: .configurationsAgree)
    let parts = subjects.map { ConfigurationComparison.all(of: $0, in: context) }
    // A claim of agreement is tested at the no-op anchors and by the comparisons: two Holm families
    // that share the level (Bonferroni over the two).
    let adjusted = ConfigurationComparison.adjusted(
      parts.flatMap { $0.map(\.comparison.value) }
    ).map { context.noOpAnchors.isEmpty ? $0 : min(1, 2 * $0) }
    var next = 0
    return zip(subjects, parts).map { subject, found in
      defer { next += found.count }
      let outcomes = found.enumerated().map { index, part in
        Outcome(
          benchmark: part.benchmark, comparison: part.comparison,
          adjusted: adjusted[next + index])
      }
      return brokenAgreement(subject, found.map(\.benchmark), context)
        ?? agreement(subject, outcomes, context)
    }
  }

  private struct Outcome {
    let benchmark: String
    let comparison: Measured<ConfigurationComparison>
    let adjusted: Double

    func verdict(_ context: StudyContext) -> Verdict {
      guard let comparison = comparison.value else { return .notTestable }
      let level = context.settings.level
      let margin = context.equivalenceMargin
      if adjusted <= level { return .refuted }
      switch comparison.aspect {
      case .level:
        guard let dose = comparison.dose else { return .inconclusive }
        let points = comparison.rows.compactMap { $0.point(at: dose) }
        let isSmall = points.indices.allSatisfy { first in
          points.indices.dropFirst(first + 1).allSatisfy { second in
            CountContrast(from: points[first], to: points[second]).smallestMargin(level: level)
              < margin
          }
        }
        return isSmall ? .equivalent : .inconclusive
      case .direction where comparison.showsOneDirection(level: level): return .supported
      case .direction, .shape:
        return comparison.isFlat(level: level, margin: margin) ? .equivalent : .inconclusive
      }
    }
  }

  /// The claim against the no-op anchors among its configurations; `nil` when none of them fails.
  private func brokenAgreement(
    _ subject: ClaimSubject, _ benchmarks: [String], _ context: StudyContext
  ) -> Finding? {
    guard let dose = context.noOpDose else { return nil }
    let claim = subject.claim
    let compared = Set(subject.rows.map(\.configuration))
    let anchors = context.noOpAnchors.filter { benchmarks.contains($0.benchmark) }
      .compactMap { anchor in anchor.adjusted(among: compared).map { (anchor, min(1, 2 * $0)) } }
    guard anchors.contains(where: { $0.1 < context.settings.level }) else { return nil }
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "dose": .text(PrintedNumber.text(of: dose), "no-op dose"),
    ]
    var parts: [String] = []
    for (index, (anchor, adjusted)) in anchors.enumerated() {
      let arms = anchor.arms.filter { compared.contains($0.row.configuration) }
      let sources = arms.map(\.point.cell.source)
      evidence["benchmark-\(index + 1)"] = .text(anchor.benchmark, "benchmark")
      evidence["rates-\(index + 1)"] = .list(
        arms.map { "\($0.row.configuration) \($0.point.successes) of \($0.point.total)" },
        "counts at the no-op dose, \(anchor.benchmark)", sources: sources)
      evidence["adjusted-\(index + 1)"] = .number(
        adjusted, .pStatement, "Holm-adjusted p-value, \(anchor.benchmark)",
        method: "Fisher or Fisher–Freeman–Halton, Holm, times 2 for the two families",
        sources: sources)
      parts.append("{benchmark-\(index + 1)} {rates-\(index + 1)} (Holm {adjusted-\(index + 1)})")
    }
    let list = parts.joined(separator: "; ")
    return Finding(
      rule: Self.id, subject: claim.id, status: .fired(.major),
      title: "The configurations disagree where they must agree",
      sentence: Prose(
        "“{quote}”: at dose {dose}, which changes nothing, the configurations differ: \(list)."),
      remedy: "Explain the difference at the no-op dose before reading agreement into the rest.",
      evidence: evidence, assessments: [subject.assessed(.refuted)])
  }

  private func agreement(
    _ subject: ClaimSubject, _ outcomes: [Outcome], _ context: StudyContext
  ) -> Finding {
    let claim = subject.claim
    guard outcomes.contains(where: { $0.comparison.value != nil }) else {
      return .notRun(
        Self.id, subject: claim.id, .tooFew, "no benchmark has counts of two configurations",
        assessments: [subject.assessed(.notTestable)], sources: [claim.source])
    }
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "margin": .number(context.equivalenceMargin, .points, context.marginOwner),
    ]
    var parts: [String] = []
    var verdict = Verdict.supported
    for (index, outcome) in outcomes.enumerated() {
      let place = "\(index + 1)"
      let own = outcome.verdict(context)
      if own.precedence > verdict.precedence { verdict = own }
      evidence["benchmark-" + place] = .text(outcome.benchmark, "benchmark")
      guard let comparison = outcome.comparison.value else {
        evidence["reason-" + place] = .text(
          outcome.comparison.reason?.description ?? "", "why it was not compared")
        parts.append("{benchmark-\(place)}: {reason-\(place)}")
        continue
      }
      let sources = comparison.rows.flatMap(\.sources)
      evidence["aspect-" + place] = .text(comparison.aspect.words, "what is compared")
      evidence["decisive-" + place] = .number(
        comparison.decisiveP, .pStatement, "\(comparison.aspect.words) on \(outcome.benchmark)",
        method: comparison.decisiveMethod, sources: sources)
      evidence["adjusted-" + place] = .number(
        outcome.adjusted, .pValue, "Holm-adjusted, \(outcome.benchmark)",
        method: context.noOpAnchors.isEmpty ? "Holm" : "Holm, times 2 for the two families")
      evidence["reading-" + place] = .text(Self.reading(own, comparison), "what follows")
      parts.append(
        "{benchmark-\(place)}: {aspect-\(place)} {decisive-\(place)}, Holm {adjusted-\(place)} "
          + "({reading-\(place)})")
    }
    let title: Prose =
      switch verdict {
      case .refuted: "The configurations do not agree"
      case .supported, .equivalent: "The configurations agree as far as they were measured"
      default: "The configurations do not differ demonstrably; that they agree is not shown"
      }
    return Finding(
      rule: Self.id, subject: claim.id,
      status: verdict == .refuted ? .fired(.major) : .passed, title: title,
      sentence: Prose("“{quote}”: \(parts.joined(separator: "; "))."),
      remedy: verdict == .refuted ? "Restrict the claim to what the configurations share." : "",
      evidence: evidence, assessments: [subject.assessed(verdict)])
  }

  private static func reading(_ verdict: Verdict, _ comparison: ConfigurationComparison) -> String {
    switch verdict {
    case .refuted: "they differ"
    case .supported: "every row shows a trend in one direction"
    case .equivalent: "all within the margin"
    default: "neither difference nor agreement shown"
    }
  }
}
