import CanonicalJSON
import Provenance
import Statistics
import Study

/// The exploratory analysis of each dose row, all from margins and therefore unpaired.
///
/// Trend, contrasts and shape as in a registered analysis, but without a verdict: nothing was
/// registered. The trends of all rows of the study are one family.
enum DoseRowAnalysis {
  static func all(_ context: StudyContext) -> [HypothesisResult] {
    let family = context.trendFamily
    return family.rows.indices.map { index in
      result(of: family.rows[index], index: index, family: family, context: context)
    }
  }

  private static func result(
    of row: DoseRow, index: Int, family: TrendFamily, context: StudyContext
  ) -> HypothesisResult {
    let holm = family.holm[index]
    let shape = try? DoseResponseShape.ofMargins(
      doses: row.doses, successes: row.successes, trials: row.totals,
      settings: DoseResponseShape.Settings(
        level: context.settings.level, margin: context.equivalenceMargin,
        noOpDose: context.noOpDose ?? 1, seed: context.settings.seed,
        analysis: "shape/" + row.id, adjustedTrendPValue: holm))
    var evidence = describe(row)
    evidence.merge(trend(row, index: index, family: family)) { $1 }
    evidence.merge(contrasts(row)) { $1 }
    evidence.merge(order(row)) { $1 }
    evidence["shape"] = .text(
      shape?.verdict.rawValue ?? "not testable", "shape of the dose curve, unpaired",
      sources: row.sources)
    if let slope = shape?.minimalDetectableSlope {
      evidence["mde-slope"] = .measured(
        slope, .percentagePoints, "slope per dose found with the wanted power",
        sources: row.sources)
    }
    evidence["margin"] = .number(
      context.equivalenceMargin, .percentagePoints, context.marginOwner)
    return HypothesisResult(
      id: "dose-response/" + row.id,
      statement: "The rate on \(row.benchmark) in configuration \(row.configuration) changes with "
        + "the dose",
      registration: .exploratory, evidence: evidence,
      multiplicity: HypothesisResult.Multiplicity(
        family: family.rows.map { "dose-response/" + $0.id },
        method: PValueAdjustment.holm.name, adjustedPValue: .defined(holm)),
      sentence: sentence(row), inputsHash: inputsHash(row))
  }

  private static func sentence(_ row: DoseRow) -> Prose {
    let inferred: Prose =
      row.isCountInferred ? "n = {n}; every number here rests on it." : "n = {n}."
    return "{row}, unpaired: {counts}. Change over doses {contrast-doses}: {estimate}. Trend {p} "
      + "(exact {p-exact}, mid-p {p-mid}); adjusted over {family-size} rows: Holm {p-holm}, "
      + "Benjamini–Hochberg {p-bh}, Benjamini–Yekutieli {p-by}. Shape: {shape}." + inferred
  }

  private static func describe(_ row: DoseRow) -> [String: Evidence] {
    var evidence: [String: Evidence] = [
      "row": .text(row.id, "row", sources: row.sources),
      "benchmark": .text(row.benchmark, "benchmark"),
      "configuration": .text(row.configuration, "configuration"),
      "edition": .text(row.version, "edition"),
      "n": row.countEvidence,
      "counts": .list(row.points.map(\.countText), "counts", sources: row.sources),
    ]
    for (index, point) in row.points.enumerated() {
      guard let share = try? Proportion(successes: point.successes, trials: point.total) else {
        continue
      }
      let dose = PrintedNumber.text(of: point.dose)
      evidence["rate-\(index + 1)"] = .estimate(
        point.rate, share.wilsonInterval(), .percent, "rate at dose \(dose)",
        sources: [point.cell.source])
      evidence["exact-rate-\(index + 1)"] = .estimate(
        point.rate, share.clopperPearsonInterval(), .percent, "rate at dose \(dose), exact",
        sources: [point.cell.source])
    }
    return evidence
  }

  private static func trend(
    _ row: DoseRow, index: Int, family: TrendFamily
  ) -> [String: Evidence] {
    let trend = row.exactTrend
    let sources = row.sources
    let homogeneity = CountHomogeneity(points: row.points)
    var evidence: [String: Evidence] = [
      "z": .measured(trend.z, .signed(2), "trend z", method: "Cochran–Armitage", sources: sources),
      "p": .measured(
        trend.asymptotic, .pStatement, "trend, two-sided", method: "Cochran–Armitage",
        sources: sources),
      "p-exact": .measured(
        trend.exact, .pValue, "trend, exact", method: "Cochran–Armitage, exact",
        sources: sources),
      "p-mid": .measured(
        trend.mid, .pValue, "trend, mid-p", method: "Cochran–Armitage, mid-p", sources: sources),
      "p-holm": .number(family.holm[index], .pValue, "trend, Holm over the rows", method: "Holm"),
      "p-bh": .number(
        family.benjaminiHochberg[index], .pValue, "trend, Benjamini–Hochberg over the rows",
        method: PValueAdjustment.benjaminiHochberg.name),
      "p-by": .number(
        family.benjaminiYekutieli[index], .pValue, "trend, Benjamini–Yekutieli over the rows",
        method: PValueAdjustment.benjaminiYekutieli.name),
      "family-size": .count(family.rows.count, "rows in the family"),
      "chi2": .measured(
        homogeneity.chiSquared, .decimal(2), "chi-squared over all doses", sources: sources),
      "p-chi2": .measured(
        homogeneity.chiSquaredPValue, .pStatement, "chi-squared over all doses",
        sources: sources),
    ]
    if let jonckheere = row.jonckheere {
      evidence["jt-z"] = .measured(
        jonckheere.z, .signed(2), "Jonckheere–Terpstra z", sources: sources)
      evidence["p-jt"] = .number(
        jonckheere.pValue, .pStatement, "trend, two-sided", method: "Jonckheere–Terpstra",
        sources: sources)
    }
    if let logistic = row.logisticTrend {
      evidence["slope"] = .measured(
        logistic.slope, .signed(3), "log odds per unit of dose", method: "logistic regression",
        sources: sources)
      evidence["slope-error"] = .measured(
        logistic.standardError, .decimal(3), "standard error of the log-odds slope",
        sources: sources)
    }
    return evidence
  }

  private static func contrasts(_ row: DoseRow) -> [String: Evidence] {
    let last = row.contrast
    var evidence: [String: Evidence] = [
      "estimate": last.evidence("change of the rate, dose " + last.dosesText),
      "contrast-doses": .text(last.dosesText, "doses compared", sources: last.sources),
    ]
    for low in row.points.indices {
      for high in row.points.indices where high > low {
        let contrast = CountContrast(from: row.points[low], to: row.points[high])
        let place = "\(low + 1)-\(high + 1)"
        evidence["contrast-" + place] = contrast.evidence("change, dose " + contrast.dosesText)
        evidence["p-contrast-" + place] = .number(
          contrast.fisherPValue, .pStatement, "Fisher's exact test, dose " + contrast.dosesText,
          sources: contrast.sources)
      }
    }
    return evidence
  }

  private static func order(_ row: DoseRow) -> [String: Evidence] {
    guard let test = row.orderTest else { return [:] }
    var evidence: [String: Evidence] = [:]
    for (key, word, direction) in [
      ("inc", "increase", test.increasing), ("dec", "decrease", test.decreasing),
    ] {
      evidence["t01-" + key] = .number(
        direction.forOrder, .decimal(2), "T01, evidence for \(word)", sources: row.sources)
      evidence["p01-" + key] = .number(
        direction.pForOrder, .pStatement, "p for \(word)", sources: row.sources)
      evidence["t12-" + key] = .number(
        direction.againstOrder, .decimal(2), "T12, evidence against \(word)",
        sources: row.sources)
      evidence["p12-" + key] = .number(
        direction.pAgainstOrder, .pStatement, "p against \(word)", sources: row.sources)
    }
    return evidence
  }

  /// SHA-256 of the canonical form of the counts.
  private static func inputsHash(_ row: DoseRow) -> String {
    let points = row.points.map { point in
      JSONValue.object([
        "dose": .number(point.dose), "successes": .number(Double(point.successes)),
        "total": .number(Double(point.total)),
      ])
    }
    let rows = JSONValue.object([
      "benchmark": .string(row.benchmark), "configuration": .string(row.configuration),
      "edition": .string(row.version), "points": .array(points),
    ])
    // Doses and counts are finite by construction, so the canonical form exists.
    return (try? SHA256Hex(ofCanonical: rows))?.description ?? ""
  }
}
