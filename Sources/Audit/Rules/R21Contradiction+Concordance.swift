import Statistics
import Study

// How alike the dose curves of configurations are, in words and numbers.
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

  func concordanceProse(
    _ rows: [DoseRow], _ evidence: inout [String: Evidence]
  ) -> Prose {
    var parts: [String] = []
    var index = 0
    for (position, first) in rows.enumerated() {
      for second in rows[(position + 1)...] {
        let pair = Concordance(first, second)
        let sources = first.sources + second.sources
        evidence["pair-\(index + 1)"] = .text(
          "\(first.configuration) and \(second.configuration)", "pair of configurations")
        evidence["concordant-\(index + 1)"] = .count(
          pair.concordant, "dose pairs in the same direction", sources: sources)
        evidence["discordant-\(index + 1)"] = .count(
          pair.discordant, "dose pairs in opposite directions", sources: sources)
        evidence["tied-\(index + 1)"] = .count(pair.tied, "tied dose pairs", sources: sources)
        parts.append(
          "{pair-\(index + 1)}: {concordant-\(index + 1)} the same way, {discordant-\(index + 1)} opposite, {tied-\(index + 1)} tied"
        )
        index += 1
      }
    }
    return Prose("Pairs of doses, by configurations: \(parts.joined(separator: "; ")).")
  }

  /// The largest group of rows with the same shape, its pooled trend, and the others against it.
  func oddOneOut(_ rows: [DoseRow], _ evidence: inout [String: Evidence]) -> Prose {
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
    evidence["trend-z"] = .measured(
      trend.z, .signed(2), "stratified trend z of the rows of the same shape",
      method: "Mantel extension, stratified", sources: sources)
    evidence["trend-p"] = .number(
      trend.pValue, .pStatement, "its p-value", method: "Mantel extension, stratified",
      sources: sources)
    evidence["trend-exact"] = .measured(
      trend.exactPValue, .pValue, "its exact p-value", method: "exact stratified permutation",
      sources: sources)
    var sentence: Prose = """
      {alike} have the same shape; stratified over them the trend has z = {trend-z}, {trend-p} (exact \
      {trend-exact}).
      """
    let others = rows.filter { row in !alike.contains { $0.id == row.id } }
    let fits = alike.compactMap { row in
      row.logisticTrend.flatMap { fit in
        fit.slope.value.flatMap { slope in fit.standardError.value.map { (slope, $0) } }
      }
    }
    for (index, row) in rows.enumerated() {
      guard let fit = row.logisticTrend else { continue }
      evidence["slope-name-\(index + 1)"] = .text(row.configuration, "configuration")
      evidence["slope-\(index + 1)"] = .measured(
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
    evidence["odd-slope"] = .number(
      slope, .signed(3), "its logit slope per dose", method: "logistic regression",
      sources: other.sources)
    evidence["pooled-slope"] = .number(
      pooled.estimate, .signed(3), "pooled logit slope of the rows of the same shape",
      method: "inverse variance", sources: sources)
    evidence["odd-p"] = .number(
      difference.pValue, .pStatement, "difference of the slopes", method: "normal",
      sources: sources + other.sources)
    sentence =
      sentence
        + """
        Only {odd} (slope {odd-slope}) departs from their pooled slope of {pooled-slope} ({odd-p}, chosen \
        after seeing the data).
        """
    return sentence
  }
}
