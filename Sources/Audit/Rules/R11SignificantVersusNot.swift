import Statistics
import Study

/// R11: "it did not replicate" needs a test of the difference.
///
/// A result below the level in one configuration and not in another does not show that the two
/// differ (Gelman & Stern 2006, doi:10.1198/000313006X152649). For each benchmark of such a claim
/// the rule tests the interaction of configuration and dose on the log-odds scale, and asks what
/// each replication could have seen. The claim is supported when the interaction is below the level
/// (Holm over the benchmarks of the rule), inconclusive otherwise.
public struct SignificantVersusNotRule: AuditRule {
  public static let id = RuleID.significantVersusNot
  public static let question =
    "Is a difference between results tested, and not inferred from one being significant?"
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
          claim: claim, rows: rows.filter { $0.benchmark == benchmark }, context: context)
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
        return Slope(row: row, estimate: slope, error: error, trend: trend)
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
  }

  private func finding(
    on comparison: Comparison, adjusted: Double, testCount: Int, context: StudyContext
  ) -> Finding {
    let isShown = adjusted < context.settings.level
    let evidence = evidence(
      comparison, adjusted: adjusted, testCount: testCount, context: context)
    var sentence: Prose =
      "The text says “{quote}”. Slopes on {benchmark}, log odds per unit of dose: {slopes}. "
      + "Configuration × dose: {lrt} on {lrt-df} degrees of freedom, {p-lrt} (Holm {p-holm}); Q {q}, "
      + "{p-q}, I² {i2}; {original} against the others {p-contrast}; all pooled {pooled}."
    if isShown {
      sentence = sentence + "The configurations do differ."
    } else {
      sentence =
        sentence
        + "That the others differ from {original} is not shown. Their power for its slope was "
        + "{powers}. Smaller than what the original could have seen: {telescopes}."
    }
    if evidence["inferred"] != nil {
      sentence = sentence + "This rests on an n inferred for configuration {inferred}."
    }
    return Finding(
      rule: Self.id, subject: "\(comparison.claim.id)/\(comparison.benchmark)",
      status: isShown ? .passed : .fired(.major),
      title: isShown
        ? "{benchmark}: the configurations differ" : "{benchmark}: the difference was not tested",
      sentence: sentence,
      remedy: isShown
        ? "" : "Test the interaction, and plan the replication for the effect it should find.",
      evidence: evidence,
      assessments: [
        ClaimAssessment(
          claim: comparison.claim.id, verdict: isShown ? .supported : .inconclusive)
      ], sources: [comparison.claim.source])
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
        NormalDistribution.twoSidedTail(comparison.contrast), .pStatement,
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
