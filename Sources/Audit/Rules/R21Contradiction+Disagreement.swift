import Statistics
import Study

// Claims that configurations contradict one another: benchmark by benchmark, as the levels, the
// directions or the shapes differ.
extension ContradictionRule {
  func disagreements(_ context: StudyContext) -> [Finding] {
    let subjects = context.subjects(of: .configurationsDisagree)
    let parts = subjects.flatMap { subject -> [Part] in
      let found = ConfigurationComparison.all(of: subject, in: context)
      return found.map { benchmark, comparison in
        let id = subject.claim.id
        return Part(
          subject: subject, id: found.count == 1 ? id : "\(id)/\(benchmark)",
          comparison: comparison)
      }
    }
    let adjusted = ConfigurationComparison.adjusted(parts.map(\.comparison.value))
    let findings = zip(parts, adjusted).map { part, p in
      switch part.comparison {
      case .undefined(let reason):
        Finding.notRun(
          Self.id, subject: part.id, reason.code, reason.description,
          assessments: [part.subject.assessed(.notTestable)],
          sources: [part.subject.claim.source])
      case .defined(let comparison):
        disagreement(part, comparison, adjusted: p, context)
      }
    }
    let empty = subjects.filter { subject in
      !parts.contains { $0.subject.claim.id == subject.claim.id }
    }
    return findings
      + empty.map {
        .notRun(
          Self.id, subject: $0.claim.id, .notReported, "the claim is about no row with a rate",
          assessments: [$0.assessed(.notTestable)], sources: [$0.claim.source])
      }
  }

  private struct Part {
    let subject: ClaimSubject
    let id: String
    let comparison: Measured<ConfigurationComparison>
  }

  /// Whether levels, directions or shapes differ, before the anchor is asked.
  private func verdict(
    _ comparison: ConfigurationComparison, adjusted: Double, level: Double
  ) -> Verdict {
    if adjusted <= level { return .supported }
    let isContradicted =
      comparison.aspect == .direction && comparison.showsOneDirection(level: level)
    return isContradicted ? .refuted : .inconclusive
  }

  private func disagreement(
    _ part: Part, _ comparison: ConfigurationComparison, adjusted: Double,
    _ context: StudyContext
  ) -> Finding {
    let claim = part.subject.claim
    let rows = comparison.rows
    let sources = rows.flatMap(\.sources)
    var verdict = verdict(comparison, adjusted: adjusted, level: context.settings.level)
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "benchmark": .text(comparison.benchmark, "benchmark"),
      "aspect": .text(comparison.aspect.words, "what is compared"),
      "statistic": .number(
        comparison.statistic, .decimal(2), "test statistic", method: comparison.method,
        sources: sources),
      "df": .count(comparison.degreesOfFreedom, "degrees of freedom"),
      "p": .number(
        comparison.pValue, .pStatement, "p-value", method: comparison.method, sources: sources),
      "decisive": .number(
        comparison.decisiveP, .pStatement, "p-value that decides on the claim",
        method: comparison.decisiveMethod, sources: sources),
      "adjusted": .number(adjusted, .pStatement, "Holm-adjusted", method: "Holm"),
      "rows": .list(rows.map(\.id), "rows"),
    ]
    var sentence: Prose =
      comparison.aspect == .level
      ? """
      “{quote}”: the levels of {rows} have chi-squared {statistic} on {df} degrees of freedom, {p} \
      (exact where possible: {decisive}, Holm {adjusted}).
      """
      : """
      “{quote}”: between the slopes of {rows} the interaction is {statistic} on {df} degrees of \
      freedom, {p}. Whether the {aspect} differ is decided by {decisive}, Holm {adjusted}.
      """
    if verdict == .refuted {
      sentence = sentence + "Every row shows a trend, all in one direction."
    }
    if comparison.aspect != .level {
      sentence = sentence + concordanceProse(rows, &evidence) + oddOneOut(rows, &evidence)
      let broken = context.brokenAnchors(
        benchmark: comparison.benchmark, configurations: rows.map(\.configuration))
      if !broken.isEmpty {
        evidence["anchor"] = .list(
          broken.map(\.label), "weight formats whose configurations differ at the no-op dose",
          sources: broken.flatMap { $0.arms.map(\.point.cell.source) })
        sentence =
          sentence
          + "The no-op anchor of {anchor} fails, so at least one configuration measures something "
          + "else and their changes with the dose cannot be compared."
        if verdict != .inconclusive { verdict = .notTestable }
      }
    }
    let title: Prose =
      switch verdict {
      case .supported: "That the {aspect} of the configurations differ is shown"
      case .refuted: "The {aspect} of the configurations are the same"
      case .notTestable: "The no-op anchor fails, so the {aspect} cannot be compared"
      default: "That the {aspect} of the configurations differ is not shown"
      }
    let severity: Severity = comparison.aspect == .level ? .minor : .major
    return Finding(
      rule: Self.id, subject: part.id,
      status: verdict == .supported ? .passed : .fired(severity), title: title,
      sentence: sentence,
      remedy: verdict == .supported
        ? "" : "Test the configuration × dose interaction before calling results inconsistent.",
      evidence: evidence, assessments: [part.subject.assessed(verdict)])
  }
}

extension ConfigurationComparison.Aspect {
  var words: String {
    switch self {
    case .level: "levels"
    case .direction: "directions"
    case .shape: "dose curves"
    }
  }
}
