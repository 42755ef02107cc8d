import Statistics
import Study

/// R13: does a reported p-value survive its family?
public struct MultiplicityRule: AuditRule {
  public static let id = RuleID.multiplicity
  public static let question = "Does a reported p-value survive its family?"
  public static let needs =
    "Reported tests with counts; rows with two or more doses; claims of an effect; counts of neurons "
    + "by layer."
  public static let method =
    "Holm (1979) over each test's family, members without a reported p counting as p = 1; "
    + "Cochran–Armitage trends of all rows with Holm, Benjamini–Hochberg and "
    + "Benjamini–Yekutieli. Claims of an effect: Fisher's exact test of the two doses, Bonferroni over "
    + "the pairs of the row (or trend and homogeneity, doubled), Holm over the rows of the edition. "
    + "Layers: exact distribution of the largest of equally likely layer counts."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let findings =
      context.study.tests.map { reported($0, context) } + trends(context) + effects(context)
      + layers(context)
    return findings.isEmpty
      ? [.notRun(Self.id, .notReported, "the study reports no tests, trends or layer counts")]
      : findings
  }

  // MARK: - Reported tests

  private func reported(_ test: ReportedTest, _ context: StudyContext) -> Finding {
    let claims = context.subjects(of: .concentratedIn).filter { $0.tests.contains(test) }
    let level = context.settings.level
    guard let p = test.pValue(successes: test.successes, trials: test.trials) else {
      return .notRun(
        Self.id, subject: test.id, .outOfDomain, "the counts of the test are not a valid test",
        sources: [test.source])
    }
    let others = Self.others(in: test, context)
    let family =
      [p]
      + others.map { name in
        context.study.tests.first { $0.id == name }.flatMap {
          $0.pValue(successes: $0.successes, trials: $0.trials)
        } ?? 1
      }
    let adjusted = PValueAdjustment.holm.adjust(family)[0]
    let sources = [test.source]
    var evidence: [String: Evidence] = [
      "test": .text(test.id, "test", sources: sources),
      "successes": .count(test.successes, "\(test.unit)s inside", sources: sources),
      "trials": .count(test.trials, "\(test.unit)s", sources: sources),
      "unit": .text(test.unit, "unit", sources: sources),
      "null-share": .number(test.nullShare, .percent, "share under the null", sources: sources),
      "p": .number(
        p, .pStatement, "recomputed p-value", method: ReportedTest.methodName, sources: sources),
      "members": .count(family.count, "hypotheses in the family", sources: sources),
      "family": .list(others, "other members of the family", sources: sources),
      "pair": .number(min(1, 2 * p), .pStatement, "p-value in a family of two", method: "Holm"),
      "adjusted": .number(adjusted, .pStatement, "Holm-adjusted p-value", method: "Holm"),
    ]
    guard p <= level, adjusted > level else {
      return Finding(
        rule: Self.id, subject: test.id, status: .passed,
        title: p > level ? "{test} has no small p-value" : "{test} survives its family",
        sentence: """
          {successes} of {trials} against {null-share} gives {p}; over the {members} hypotheses of \
          the family, {adjusted}.
          """,
        evidence: evidence,
        assessments: claims.map { $0.assessed(p > level ? .inconclusive : .supported) })
    }
    let sentence: Prose = """
      {successes} of {trials} against {null-share} gives {p}. The same question could have been \
      asked of {family}: over {members} hypotheses Holm gives {adjusted}, over two {pair}.
      """
    return Finding(
      rule: Self.id, subject: test.id, status: .fired(.major),
      title:
        "{successes} of {trials} ({p}) does not survive its family (Holm {adjusted}); it hangs "
        + "on {moved}",
      sentence: sentence + fragility(of: test, level: level, &evidence)
        + combined(with: test, context, &evidence),
      remedy: "Declare the family before looking, and report every member.",
      evidence: evidence, assessments: claims.map { $0.assessed(.inconclusive) })
  }

  /// The family without the test itself, which may stand in it under its own name or under the kind
  /// of neurons that it counts.
  private static func others(in test: ReportedTest, _ context: StudyContext) -> [String] {
    let own = context.study.neurons.first {
      $0.layer == nil && $0.attention == nil && $0.count == test.trials
    }?.kind.rawValue
    return StudyContext.ordered(test.family).filter { $0 != test.id && $0 != own }
  }

  /// How many units decide.
  private func fragility(
    of test: ReportedTest, level: Double, _ evidence: inout [String: Evidence]
  ) -> Prose {
    let isAbove = test.isAboveNull
    for step in 1...max(1, test.trials) {
      let count = test.successes + (isAbove ? -step : step)
      guard (0...test.trials).contains(count),
        let moved = test.binomial(successes: count, trials: test.trials)
      else { return "" }
      let p = moved.pValueMinimumLikelihood
      guard p > level else { continue }
      let oneSided = isAbove ? moved.pValueGreater : moved.pValueLess
      evidence["moved"] = .text(
        step == 1 ? "1 \(test.unit)" : "\(step) \(test.unit)s", "\(test.unit)s that decide",
        sources: [test.source])
      evidence["moved-count"] = .count(count, "count after moving them", sources: [test.source])
      evidence["moved-p"] = .number(
        p, .pStatement, "p-value after moving them", method: ReportedTest.methodName,
        sources: [test.source])
      evidence["moved-one-sided"] = .number(
        oneSided, .pValue, "one-sided p-value after moving them", method: "exact binomial tail",
        sources: [test.source])
      evidence["bayes-factor"] = .measured(
        UniformBayesFactor.share(
          successes: test.successes, trials: test.trials, nullShare: test.nullShare),
        .significant(3), "Bayes factor of the alternative, uniform prior",
        method: "Kass & Raftery (1995)", sources: [test.source])
      return """
        The outcome hangs on {moved}: {moved-count} of {trials} gives {moved-p} (one-sided \
        {moved-one-sided}). The Bayes factor under a uniform prior is {bayes-factor}.
        """
    }
    return ""
  }

  /// What the part of the set that was not tested would have to show.
  private func combined(
    with test: ReportedTest, _ context: StudyContext, _ evidence: inout [String: Evidence]
  ) -> Prose {
    let neurons = context.study.neurons.filter { $0.layer == nil && $0.attention == nil }
    guard test.isAboveNull,
      let own = neurons.first(where: { $0.kind != .all && $0.count == test.trials }),
      let rest = neurons.first(where: {
        $0.set == own.set && $0.kind != .all && $0.kind != own.kind
      }),
      rest.count <= 100_000,
      !context.study.tests.contains(where: { $0.trials == test.trials + rest.count })
    else { return "" }
    func p(_ further: Int) -> Double? {
      test.pValue(successes: test.successes + further, trials: test.trials + rest.count)
    }
    let expected = Double(test.trials + rest.count) * test.nullShare
    guard
      let needed = (0...rest.count).first(where: {
        Double(test.successes + $0) > expected && (p($0) ?? 1) <= context.settings.level
      }), let reached = p(needed)
    else { return "" }
    evidence["needed"] = .count(needed, "further \(test.unit)s that the whole set would need")
    evidence["needed-p"] = .number(
      reached, .pStatement, "p-value of the whole set then", method: ReportedTest.methodName)
    evidence["rest"] = .count(
      rest.count, "\(rest.kind.rawValue) \(test.unit)s, untested", sources: [rest.source])
    evidence["rest-kind"] = .text(rest.kind.rawValue, "kind of the untested part")
    if needed > 0, let missed = p(needed - 1) {
      evidence["missed-p"] = .number(
        missed, .pStatement, "p-value of the whole set with one fewer",
        method: ReportedTest.methodName)
    }
    return """
      All {unit}s together would stay below the level only if at least {needed} of the {rest} \
      {rest-kind} ones lie inside ({needed-p}); that number is not reported.
      """
  }

  // MARK: - Trends

  private func trends(_ context: StudyContext) -> [Finding] {
    let family = context.trendFamily
    let rows = family.rows
    guard rows.count > 1 else { return [] }
    let raw = rows.map { $0.trend.asymptotic.value ?? 1 }
    let holm = family.holm
    guard let smallest = raw.indices.min(by: { raw[$0] < raw[$1] }) else { return [] }
    let sources = rows.flatMap(\.sources)
    var evidence: [String: Evidence] = [
      "rows": .count(rows.count, "rows with a trend test", sources: sources),
      "row": .text(rows[smallest].id, "row with the smallest p-value"),
      "smallest": .number(
        raw[smallest], .pStatement, "smallest trend p-value", method: "Cochran–Armitage",
        sources: rows[smallest].sources),
      "holm": .number(
        holm[smallest], .pStatement, "Holm-adjusted", method: "Holm", sources: sources),
      "bh": .number(
        family.benjaminiHochberg[smallest], .pStatement, "Benjamini–Hochberg-adjusted",
        method: "Benjamini–Hochberg", sources: sources),
      "by": .number(
        family.benjaminiYekutieli[smallest], .pStatement,
        "Benjamini–Yekutieli-adjusted", method: "Benjamini–Yekutieli", sources: sources),
    ]
    for (index, row) in rows.enumerated() {
      evidence["p-\(index + 1)"] = .number(
        raw[index], .pStatement, "trend p-value of \(row.id)", method: "Cochran–Armitage",
        sources: row.sources)
      evidence["holm-\(index + 1)"] = .number(
        holm[index], .pStatement, "Holm-adjusted trend p-value of \(row.id)", method: "Holm",
        sources: row.sources)
    }
    let level = context.settings.level
    let isLost = raw[smallest] <= level && holm[smallest] > level
    return [
      Finding(
        rule: Self.id, subject: "trends", status: isLost ? .fired(.info) : .passed,
        title: isLost
          ? "No trend survives correction over {rows} rows"
          : "Correction over {rows} rows changes no trend",
        sentence: """
          Of {rows} trend tests the smallest has {smallest} ({row}); adjusted over all of them: Holm \
          {holm}, Benjamini–Hochberg {bh}, Benjamini–Yekutieli {by}.
          """,
        evidence: evidence)
    ]
  }
}
