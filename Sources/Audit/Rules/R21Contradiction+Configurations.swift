import Statistics
import Study

// Claims that configurations contradict one another or agree.
extension ContradictionRule {
  /// Dose pairs of two rows over their shared doses: same direction, opposite, or a tie in one.
  struct Concordance {
    let first: DoseRow
    let second: DoseRow
    let concordant: Int
    let discordant: Int
    let tied: Int

    init(_ first: DoseRow, _ second: DoseRow) {
      self.first = first
      self.second = second
      let shared = first.doses.filter(second.doses.contains)
      var counts = (concordant: 0, discordant: 0, tied: 0)
      for (index, low) in shared.enumerated() {
        for high in shared[(index + 1)...] {
          let steps = [first, second].map { row -> Double in
            (row.point(at: high)?.rate ?? 0) - (row.point(at: low)?.rate ?? 0)
          }
          let product = steps[0] * steps[1]
          if product > 0 {
            counts.concordant += 1
          } else if product < 0 {
            counts.discordant += 1
          } else {
            counts.tied += 1
          }
        }
      }
      concordant = counts.concordant
      discordant = counts.discordant
      tied = counts.tied
    }

    var sameShape: Bool { concordant > 0 && discordant == 0 }
  }

  // MARK: - Disagreement

  func disagreements(_ context: StudyContext) -> [Finding] {
    let subjects = context.subjects(of: .configurationsDisagree)
    let tests = subjects.map { disagreementTest($0, context) }
    let adjusted = Self.adjustedOnce(tests.map(\.value))
    return zip(subjects, zip(tests, adjusted)).map { subject, outcome in
      switch outcome.0 {
      case .undefined(let reason):
        .notRun(
          Self.id, subject: subject.claim.id, reason.code, reason.description,
          sources: [subject.claim.source])
      case .defined(let test):
        disagreement(subject, test, adjusted: outcome.1, context)
      }
    }
  }

  private struct DisagreementTest {
    let rows: [DoseRow]
    /// Levels or slopes.
    let isAboutLevels: Bool
    let statistic: Double
    let degreesOfFreedom: Int
    let pValue: Double
  }

  /// Holm over the distinct tests: two claims about the same rows share one.
  private static func adjustedOnce(_ tests: [DisagreementTest?]) -> [Double] {
    let keys = tests.map { test in
      test.map { "\($0.isAboutLevels) \($0.rows.map(\.editionID).joined(separator: " "))" } ?? ""
    }
    let distinct = StudyContext.ordered(keys.filter { !$0.isEmpty })
    let values = distinct.map { key in
      keys.firstIndex(of: key).flatMap { tests[$0]?.pValue } ?? 1
    }
    let adjusted = PValueAdjustment.holm.adjust(values)
    return keys.map { key in distinct.firstIndex(of: key).map { adjusted[$0] } ?? 1 }
  }

  /// Levels are compared at the no-op dose (or the first shared one), shapes and directions by the
  /// configuration × dose interaction.
  private func disagreementTest(
    _ subject: ClaimSubject, _ context: StudyContext
  ) -> Measured<DisagreementTest> {
    let rows = subject.rows.filter { $0.points.count > 1 }
    guard rows.count > 1 else {
      return .undefined(
        UndefinedReason(.tooFew, "\(rows.count) configurations with two doses; two are needed"))
    }
    if subject.claim.terms["aspect"] == "level" {
      let shared = rows[0].doses.filter { dose in rows.allSatisfy { $0.point(at: dose) != nil } }
      guard let dose = shared.first(where: { $0 == context.noOpDose }) ?? shared.first,
        let table = try? ContingencyTable(
          rows.compactMap { $0.point(at: dose) }.map { [$0.successes, $0.total - $0.successes] })
      else {
        return .undefined(UndefinedReason(.notReported, "the configurations share no dose"))
      }
      let test = PearsonChiSquaredTest(table)
      return test.statistic.map {
        DisagreementTest(
          rows: rows, isAboutLevels: true, statistic: $0,
          degreesOfFreedom: test.degreesOfFreedom, pValue: test.pValue)
      }
    }
    let strata = rows.map { ($0.successes, $0.totals, $0.doses) }
    guard let test = try? LogisticInteraction.test(strata) else {
      return .undefined(UndefinedReason(.outOfDomain, "the counts of the rows are not usable"))
    }
    return test.map {
      DisagreementTest(
        rows: rows, isAboutLevels: false, statistic: $0.statistic,
        degreesOfFreedom: $0.degreesOfFreedom, pValue: $0.pValue)
    }
  }

  private func disagreement(
    _ subject: ClaimSubject, _ test: DisagreementTest, adjusted: Double, _ context: StudyContext
  ) -> Finding {
    let claim = subject.claim
    let sources = test.rows.flatMap(\.sources)
    let method =
      test.isAboutLevels
      ? "Pearson chi-squared of homogeneity" : "likelihood ratio, logistic configuration × dose"
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "statistic": .number(
        test.statistic, .decimal(2), "test statistic", method: method, sources: sources),
      "df": .count(test.degreesOfFreedom, "degrees of freedom"),
      "p": .number(test.pValue, .pStatement, "p-value", method: method, sources: sources),
      "adjusted": .number(adjusted, .pStatement, "Holm-adjusted", method: "Holm"),
      "rows": .list(test.rows.map(\.id), "rows"),
    ]
    if adjusted <= context.settings.level {
      return Finding(
        rule: Self.id, subject: claim.id, status: .passed,
        title: "That the configurations differ is shown",
        sentence:
          "{rows}: chi-squared {statistic} on {df} degrees of freedom, {p} (Holm {adjusted}).",
        evidence: evidence, assessments: [subject.assessed(.supported)])
    }
    if test.isAboutLevels {
      return Finding(
        rule: Self.id, subject: claim.id, status: .fired(.minor),
        title: "That the levels differ is not shown",
        sentence:
          "“{quote}”: chi-squared {statistic} on {df} degrees of freedom, {p} (Holm {adjusted}).",
        evidence: evidence, assessments: [subject.assessed(.inconclusive)])
    }
    let detail = concordanceProse(test.rows, &evidence) + oddOneOut(test.rows, &evidence)
    return Finding(
      rule: Self.id, subject: claim.id, status: .fired(.major),
      title: "That the configurations contradict one another is not shown",
      sentence: """
        “{quote}”: a difference between the slopes of {rows} is not shown (interaction {statistic} \
        on {df} degrees of freedom, {p}, Holm {adjusted}).
        """ + detail,
      remedy: "Test the configuration × dose interaction before calling results inconsistent.",
      evidence: evidence, assessments: [subject.assessed(.inconclusive)])
  }

  private func concordanceProse(
    _ rows: [DoseRow], _ evidence: inout [String: Evidence]
  ) -> Prose {
    var parts: [String] = []
    var index = 0
    for (position, first) in rows.enumerated() {
      for second in rows[(position + 1)...] {
        let pair = Concordance(first, second)
        let sources = first.sources + second.sources
        evidence["pair\(index)"] = .text(
          "\(first.configuration) and \(second.configuration)", "pair of configurations")
        evidence["concordant\(index)"] = .count(
          pair.concordant, "dose pairs in the same direction", sources: sources)
        evidence["discordant\(index)"] = .count(
          pair.discordant, "dose pairs in opposite directions", sources: sources)
        evidence["tied\(index)"] = .count(pair.tied, "tied dose pairs", sources: sources)
        parts.append(
          "{pair\(index)}: {concordant\(index)} the same way, {discordant\(index)} opposite, {tied\(index)} tied"
        )
        index += 1
      }
    }
    return Prose("Pairs of doses, by configurations: \(parts.joined(separator: "; ")).")
  }

  /// The largest group of rows with the same shape, its pooled trend, and the others against it.
  private func oddOneOut(_ rows: [DoseRow], _ evidence: inout [String: Evidence]) -> Prose {
    let groups = rows.map { seed in
      rows.reduce(into: [seed]) { group, row in
        if row.id != seed.id, group.allSatisfy({ Concordance($0, row).sameShape }) {
          group.append(row)
        }
      }
    }
    guard let group = groups.max(by: { $0.count < $1.count }), group.count > 1 else { return "" }
    let alike = rows.filter { row in group.contains { $0.id == row.id } }
    let strata = alike.compactMap {
      try? DoseArm.arms(successes: $0.successes, trials: $0.totals, scores: $0.doses)
    }
    let sources = alike.flatMap(\.sources)
    let trend = StratifiedTrendTest(strata)
    evidence["alike"] = .list(alike.map(\.configuration), "configurations of the same shape")
    evidence["trendZ"] = .measured(
      trend.z, .signed(2), "stratified trend z of the rows of the same shape",
      method: "Mantel extension, stratified", sources: sources)
    evidence["trendP"] = .number(
      trend.pValue, .pStatement, "its p-value", method: "Mantel extension, stratified",
      sources: sources)
    evidence["trendExact"] = .measured(
      trend.exactPValue, .pValue, "its exact p-value", method: "exact stratified permutation",
      sources: sources)
    var sentence: Prose = """
      {alike} have the same shape; stratified over them the trend has z = {trendZ}, {trendP} (exact \
      {trendExact}).
      """
    let others = rows.filter { row in !alike.contains { $0.id == row.id } }
    let fits = alike.compactMap { row in
      row.logisticTrend.flatMap { fit in
        fit.slope.value.flatMap { slope in fit.standardError.value.map { (slope, $0) } }
      }
    }
    for (index, row) in rows.enumerated() {
      guard let fit = row.logisticTrend else { continue }
      evidence["slopeName\(index)"] = .text(row.configuration, "configuration")
      evidence["slope\(index)"] = .measured(
        fit.slope, .signed(3), "logit slope per dose of \(row.id)", method: "logistic regression",
        sources: row.sources)
    }
    guard let other = others.first, others.count == 1, fits.count == alike.count,
      let fit = other.logisticTrend, let slope = fit.slope.value,
      let error = fit.standardError.value,
      let pooled = try? MetaAnalysis(
        estimates: fits.map(\.0), variances: fits.map { $0.1 * $0.1 }
      ).fixed,
      let difference = EstimateDifference(slope, error, pooled.estimate, pooled.standardError)
    else { return sentence }
    evidence["odd"] = .text(other.configuration, "the other configuration")
    evidence["oddSlope"] = .number(
      slope, .signed(3), "its logit slope per dose", method: "logistic regression",
      sources: other.sources)
    evidence["pooledSlope"] = .number(
      pooled.estimate, .signed(3), "pooled logit slope of the rows of the same shape",
      method: "inverse variance", sources: sources)
    evidence["oddP"] = .number(
      difference.pValue, .pStatement, "difference of the slopes", method: "normal",
      sources: sources + other.sources)
    sentence =
      sentence
        + """
        Only {odd} (slope {oddSlope}) departs from their pooled slope of {pooledSlope} ({oddP}, chosen \
        after seeing the data).
        """
    return sentence
  }

  // MARK: - Agreement

  /// A claim that the configurations agree, against the no-op dose, where they must.
  func agreements(_ context: StudyContext) -> [Finding] {
    guard let dose = context.noOpDose else { return [] }
    let tested = context.subjects(of: .configurationsAgree).map { subject in
      (subject, anchors(subject, dose: dose, context))
    }
    let adjusted = PValueAdjustment.holm.adjust(tested.flatMap { $0.1.map(\.pValue) })
    var next = 0
    return tested.map { subject, anchors in
      defer { next += anchors.count }
      let own = Array(adjusted[next..<(next + anchors.count)])
      return agreement(subject, anchors, adjusted: own, dose: dose, context)
    }
  }

  private struct Anchor {
    let benchmark: String
    let points: [(row: DoseRow, point: DoseRow.Point)]
    let pValue: Double
  }

  /// Configurations of one weight format; across formats levels may differ legitimately.
  private func anchors(
    _ subject: ClaimSubject, dose: Double, _ context: StudyContext
  ) -> [Anchor] {
    StudyContext.ordered(subject.rows.map(\.benchmark)).flatMap { benchmark -> [Anchor] in
      let points = subject.rows.filter { $0.benchmark == benchmark }.compactMap { row in
        row.point(at: dose).map { (row: row, point: $0) }
      }
      func format(_ row: DoseRow) -> String {
        context.configuration(row.configuration)?.weightFormat ?? row.configuration
      }
      return StudyContext.ordered(points.map { format($0.row) }).compactMap { name in
        let same = points.filter { format($0.row) == name }
        guard same.count > 1 else { return nil }
        return Anchor(
          benchmark: benchmark, points: same,
          pValue: CountHomogeneity(points: same.map(\.point)).pValue)
      }
    }
  }

  private func agreement(
    _ subject: ClaimSubject, _ anchors: [Anchor], adjusted: [Double], dose: Double,
    _ context: StudyContext
  ) -> Finding {
    let claim = subject.claim
    guard !anchors.isEmpty else {
      return .notRun(
        Self.id, subject: claim.id, .notReported,
        "no two configurations of the claim with the same weights report the no-op dose",
        sources: [claim.source])
    }
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "dose": .text(PrintedNumber.text(of: dose), "no-op dose"),
    ]
    var parts: [String] = []
    for (index, anchor) in anchors.enumerated() {
      let sources = anchor.points.map(\.point.cell.source)
      evidence["benchmark\(index)"] = .text(anchor.benchmark, "benchmark")
      evidence["rates\(index)"] = .list(
        anchor.points.map {
          "\($0.row.configuration) \($0.point.successes) of \($0.point.total)"
        }, "counts at the no-op dose, \(anchor.benchmark)", sources: sources)
      evidence["adjusted\(index)"] = .number(
        adjusted[index], .pStatement, "Holm-adjusted p-value, \(anchor.benchmark)",
        method: "Fisher or Fisher–Freeman–Halton, Holm", sources: sources)
      parts.append("{benchmark\(index)} {rates\(index)} (Holm {adjusted\(index)})")
    }
    let list = parts.joined(separator: "; ")
    guard adjusted.contains(where: { $0 <= context.settings.level }) else {
      return Finding(
        rule: Self.id, subject: claim.id, status: .passed,
        title: "The configurations do not differ demonstrably at the no-op dose",
        sentence: Prose("At dose {dose}, which changes nothing: \(list)."), evidence: evidence)
    }
    return Finding(
      rule: Self.id, subject: claim.id, status: .fired(.major),
      title: "The configurations disagree where they must agree",
      sentence: Prose(
        "“{quote}”: at dose {dose}, which changes nothing, the configurations differ: \(list)."),
      remedy: "Explain the difference at the no-op dose before reading agreement into the rest.",
      evidence: evidence, assessments: [subject.assessed(.refuted)])
  }
}
