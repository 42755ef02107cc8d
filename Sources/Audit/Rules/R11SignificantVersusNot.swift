import Statistics
import Study

/// R11: "it did not replicate" needs a test of the difference.
///
/// A result below the level in one configuration and not in another does not show that the two
/// differ (Gelman & Stern 2006, doi:10.1198/000313006X152649). For each benchmark of such a claim
/// the rule tests the interaction of configuration and dose on the log-odds scale, and asks what
/// each replication could have seen. "An effect of the original is absent in the others" is
///
/// - supported when the original shows a trend, the interaction is below the level (Holm over the
///   benchmarks of the rule), the pooled others fall short of the original *in its direction*, and
///   none of them shows the same trend;
/// - refuted when the original and every other show a trend in the same direction (Holm over the
///   others), whatever their sizes;
/// - not testable when it would be one of these, but the no-op anchor fails among the configurations
///   compared: then at least one of them measures something else;
/// - inconclusive otherwise.
public struct SignificantVersusNotRule: AuditRule {
  public static let id = RuleID.significantVersusNot
  public static let question =
    "Is a difference between results tested, and not inferred from one p-value being small?"
  public static let needs =
    "A claim of non-replication with its original configuration, and counts of two configurations."
  public static let method =
    "Logistic slopes by configuration; likelihood-ratio test of configuration × dose; Q and I² over "
    + "the slopes; original against the pooled others; small telescopes (Simonsohn 2015, "
    + "doi:10.1177/0956797614567341); power of each replication for the original's slope. Unpaired."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let claims = context.claims(.notReplicated)
    guard !claims.isEmpty else {
      return [
        .notRun(
          Self.id,
          reason: UndefinedReason(.notApplicable, "the text claims no failure to replicate"),
          title: "No claims of non-replication")
      ]
    }
    var comparisons: [Comparison] = []
    var untestable: [Finding] = []
    for claim in claims {
      let rows = context.rows(of: claim).filter(\.isTestable)
      let benchmarks = StudyContext.ordered(rows.map(\.benchmark))
      let found = benchmarks.compactMap { benchmark in
        Comparison(
          claim: claim, rows: context.newest(rows.filter { $0.benchmark == benchmark }),
          context: context)
      }
      comparisons += found
      if found.isEmpty { untestable.append(notTestable(claim)) }
    }
    let adjusted = PValueAdjustment.holm.adjust(comparisons.map(\.interactionP))
    return zip(comparisons, adjusted).map { comparison, p in
      finding(on: comparison, adjusted: p, testCount: comparisons.count, context: context)
    } + untestable
  }

  private func notTestable(_ claim: Claim) -> Finding {
    .notRun(
      Self.id, subject: claim.id,
      reason: UndefinedReason(
        .tooFew, "the original configuration or its replications have no two doses with counts"),
      title: "Replication claim without counts",
      evidence: ["quote": .text(claim.quote, "claim", sources: [claim.source])],
      assessments: [ClaimAssessment(claim: claim.id, verdict: .notTestable)])
  }

  private struct Slope {
    let row: DoseRow
    let estimate: Double
    let error: Double
    let trend: LogisticTrend
    /// Two-sided p of the trend in this configuration alone.
    let pValue: Double

    func pointsAs(_ other: Slope) -> Bool { estimate * other.estimate > 0 }
  }

  private struct Comparison {
    let claim: Claim
    let benchmark: String
    let rows: [DoseRow]
    let original: Slope
    let others: [Slope]
    let interaction: Measured<(statistic: Double, degreesOfFreedom: Int, pValue: Double)>
    let pooledAll: MetaAnalysis
    let pooledOthers: MetaAnalysis

    init?(claim: Claim, rows: [DoseRow], context: StudyContext) {
      let slopes = rows.compactMap { row -> Slope? in
        guard let trend = row.logisticTrend, let slope = trend.slope.value,
          let error = trend.standardError.value
        else { return nil }
        return Slope(
          row: row, estimate: slope, error: error, trend: trend, pValue: row.decisiveTrendP)
      }
      // Without a named original, the configuration that the study declares first.
      let name = claim.terms["original"] ?? slopes.first?.row.configuration
      guard let original = slopes.first(where: { $0.row.configuration == name }) else {
        return nil
      }
      let others = slopes.filter { $0.row.configuration != original.row.configuration }
      guard let first = rows.first, !others.isEmpty,
        let all = Self.pool([original] + others), let rest = Self.pool(others),
        let interaction = try? LogisticInteraction.test(
          rows.map { ($0.successes, $0.totals, $0.doses) })
      else { return nil }
      self.claim = claim
      self.rows = rows
      self.original = original
      self.others = others
      self.interaction = interaction
      benchmark = first.benchmark
      pooledAll = all
      pooledOthers = rest
    }

    private static func pool(_ slopes: [Slope]) -> MetaAnalysis? {
      try? MetaAnalysis(
        estimates: slopes.map(\.estimate), variances: slopes.map { $0.error * $0.error })
    }

    var interactionP: Double { interaction.value?.pValue ?? 1 }

    /// z of the original against the pooled others.
    var contrast: Double {
      let error = pooledOthers.fixed.standardError
      return (original.estimate - pooledOthers.fixed.estimate)
        / (original.error * original.error + error * error).squareRoot()
    }

    var contrastP: Double { NormalDistribution.twoSidedTail(contrast) }

    /// The others fall short of the original in its own direction.
    var fallsShort: Bool { contrast * original.estimate > 0 }

    /// Others that show a trend in the direction of the original.
    func replicated(level: Double) -> [Slope] {
      let adjusted = PValueAdjustment.holm.adjust(others.map(\.pValue))
      return zip(others, adjusted).filter { $0.pointsAs(original) && $1 < level }.map(\.0)
    }

    /// What the slopes say, before the anchor is asked.
    func verdict(adjusted: Double, level: Double) -> Verdict {
      guard original.pValue < level else { return .inconclusive }
      let replicated = replicated(level: level)
      if replicated.count == others.count { return .refuted }
      let isAbsent = adjusted < level && contrastP < level && fallsShort && replicated.isEmpty
      return isAbsent ? .supported : .inconclusive
    }
  }

  private func finding(
    on comparison: Comparison, adjusted: Double, testCount: Int, context: StudyContext
  ) -> Finding {
    let level = context.settings.level
    let broken = context.brokenAnchors(
      benchmark: comparison.benchmark,
      configurations: comparison.rows.map(\.configuration))
    var verdict = comparison.verdict(adjusted: adjusted, level: level)
    var evidence = evidence(
      comparison, adjusted: adjusted, testCount: testCount, context: context)
    var sentence: Prose =
      "The text says “{quote}”. Slopes on {benchmark}, log odds per unit of dose: {slopes}. "
      + "Configuration × dose: {lrt} on {lrt-df} degrees of freedom, {p-lrt} (Holm {p-holm}); Q {q}, "
      + "{p-q}, I² {i2}; {original} against the others {p-contrast}; all pooled {pooled}."
    sentence = sentence + reading(of: comparison, verdict, adjusted: adjusted, level: level)
    if !broken.isEmpty {
      evidence["anchor"] = .list(
        broken.map { anchor in
          "\(anchor.label): "
            + anchor.arms.map { arm in
              "\(arm.row.configuration) \(arm.point.successes) of \(arm.point.total)"
            }.joined(separator: ", ")
        }, "configurations on the same weights that differ at the no-op dose",
        sources: broken.flatMap { $0.arms.map(\.point.cell.source) })
      sentence =
        sentence
        + "The no-op anchor fails ({anchor}), so at least one configuration measures something else "
        + "and the comparison is void until that is explained."
      if verdict != .inconclusive { verdict = .notTestable }
    }
    if evidence["inferred"] != nil {
      sentence = sentence + "This rests on an n inferred for configuration {inferred}."
    }
    let title: Prose =
      switch verdict {
      case .supported: "{benchmark}: that the others lack the effect of {original} is shown"
      case .refuted: "{benchmark}: the others show the effect of {original}"
      case .notTestable: "{benchmark}: the no-op anchor fails, so no replication can be judged"
      default: "{benchmark}: that the others lack the effect of {original} is not shown"
      }
    return Finding(
      rule: Self.id, subject: "\(comparison.claim.id)/\(comparison.benchmark)",
      status: verdict == .supported ? .passed : .fired(.major), title: title, sentence: sentence,
      remedy: verdict == .supported
        ? "" : "Test the interaction, and plan the replication for the effect it should find.",
      evidence: evidence,
      assessments: [ClaimAssessment(claim: comparison.claim.id, verdict: verdict)],
      sources: [comparison.claim.source])
  }

  private func reading(
    of comparison: Comparison, _ verdict: Verdict, adjusted: Double, level: Double
  ) -> Prose {
    let power: Prose =
      "Their power for its slope was {powers}. Smaller than what the original could have seen: "
      + "{telescopes}."
    switch verdict {
    case .supported:
      return "The others fall short of {original}, and none of them shows its trend."
    case .refuted:
      return "{original} and all others show a trend in the same direction ({trends})."
    default: break
    }
    if comparison.original.pValue >= level {
      return "{original} itself shows no trend ({trends}), so there is no effect to replicate."
    }
    if !comparison.replicated(level: level).isEmpty {
      return "{replicated} shows the trend of {original}, the rest does not ({trends})." + power
    }
    if adjusted < level, !comparison.fallsShort {
      return "The slopes differ, but the others do not fall short of {original}." + power
    }
    return "That the others differ from {original} is not shown." + power
  }

  private func evidence(
    _ comparison: Comparison, adjusted: Double, testCount: Int, context: StudyContext
  ) -> [String: Evidence] {
    let slopes = [comparison.original] + comparison.others
    let sources = comparison.rows.flatMap(\.sources)
    let interaction = comparison.interaction
    let pooled = comparison.pooledAll.fixed
    var evidence: [String: Evidence] = [
      "quote": .text(comparison.claim.quote, "claim", sources: [comparison.claim.source]),
      "benchmark": .text(comparison.benchmark, "benchmark"),
      "original": .text(comparison.original.row.configuration, "original configuration"),
      "slopes": .list(
        slopes.map {
          "\($0.row.configuration) " + NumberStyle.signed(3).text($0.estimate) + " (SE "
            + NumberStyle.decimal(3).text($0.error) + ")"
        }, "slopes by configuration", sources: sources),
      "trends": .list(
        slopes.map {
          "\($0.row.configuration) " + NumberStyle.pStatement.text($0.pValue)
        }, "trend in each configuration alone", sources: sources),
      "replicated": .list(
        comparison.replicated(level: context.settings.level).map(\.row.configuration),
        "others with a trend in the direction of the original", sources: sources),
      "lrt": .measured(
        interaction.map(\.statistic), .decimal(2), "likelihood ratio, configuration × dose",
        method: "logistic regression", sources: sources),
      "lrt-df": .measured(
        interaction.map { Double($0.degreesOfFreedom) }, .count, "degrees of freedom"),
      "p-lrt": .measured(
        interaction.map(\.pValue), .pStatement, "configuration × dose", sources: sources),
      "p-holm": .number(
        adjusted, .pValue, "configuration × dose, Holm over the rule", method: "Holm"),
      "tests": .count(testCount, "tests of this rule"),
      "q": .number(
        comparison.pooledAll.heterogeneity, .decimal(2), "Q over the slopes", sources: sources),
      "p-q": .number(
        comparison.pooledAll.heterogeneityPValue, .pStatement, "Q over the slopes",
        sources: sources),
      "i2": .number(
        comparison.pooledAll.iSquaredPercent / 100, .percent, "I² over the slopes",
        sources: sources),
      "z-contrast": .number(
        comparison.contrast, .signed(2), "original against the pooled others", sources: sources),
      "p-contrast": .number(
        comparison.contrastP, .pStatement,
        "original against the pooled others", method: "z test of slopes", sources: sources),
      "pooled": .estimate(
        pooled.estimate, pooled.interval(), .signed(3), "fixed pooled slope", sources: sources),
      "p-pooled": .number(
        NormalDistribution.twoSidedTail(pooled.estimate / pooled.standardError), .pStatement,
        "fixed pooled slope", sources: sources),
    ]
    for (index, slope) in slopes.enumerated() {
      let place = "\(index + 1)"
      evidence["configuration-" + place] = .text(slope.row.configuration, "configuration")
      evidence["slope-" + place] = .number(
        slope.estimate, .signed(3), "slope of \(slope.row.id)", method: "logistic regression",
        sources: slope.row.sources)
      evidence["slope-error-" + place] = .number(
        slope.error, .decimal(3), "standard error of the slope of \(slope.row.id)",
        sources: slope.row.sources)
      evidence["n-" + place] = slope.row.countEvidence
    }
    addReplications(comparison, to: &evidence, context: context)
    let inferred = comparison.rows.filter(\.isCountInferred).map(\.configuration)
    if !inferred.isEmpty {
      evidence["inferred"] = .list(inferred, "configurations whose n is inferred")
    }
    return evidence
  }

  /// What each replication could have seen, and whether it saw less than that.
  private func addReplications(
    _ comparison: Comparison, to evidence: inout [String: Evidence], context: StudyContext
  ) {
    let original = comparison.original
    var powers: [String] = []
    var telescopes: [String] = []
    for (index, other) in comparison.others.enumerated() {
      let place = "\(index + 2)"
      let name = other.row.configuration
      if let power = other.trend.power(
        against: original.estimate, level: context.settings.level
      ).value {
        evidence["power-" + place] = .number(
          power, .percent, "power of \(name) for the original's slope", method: "Wald",
          sources: other.row.sources)
        powers.append("\(name) " + NumberStyle.percent.text(power))
      }
      guard
        let pair = try? OriginalAndReplication(
          original: original.estimate, originalStandardError: original.error,
          replication: other.estimate, replicationStandardError: other.error)
      else { continue }
      let p = pair.smallTelescopesPValue(alpha: context.settings.level)
      evidence["p-telescopes-" + place] = .number(
        p, .pStatement, "\(name) smaller than the effect that the original had one-third power for",
        method: "small telescopes", sources: other.row.sources + original.row.sources)
      telescopes.append("\(name) " + NumberStyle.pStatement.text(p))
    }
    evidence["powers"] = .list(powers, "power of the replications for the original's slope")
    evidence["telescopes"] = .list(telescopes, "small telescopes by replication")
  }
}
