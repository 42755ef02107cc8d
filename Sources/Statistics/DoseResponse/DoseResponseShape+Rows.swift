extension DoseResponseShape {
  /// The verdict from item-level rows.
  ///
  /// The shape tests are calibrated by permutation below 100 questions and where a dose has fewer
  /// than 10 events or non-events; else by the chi-bar-square mixture.
  public static func of(
    _ rows: DoseResponseRows, settings: Settings
  ) throws(StatisticsError) -> DoseResponseShape {
    try checkLevel(settings.level)
    let doses = rows.doses
    let trend = DoseTrend(rows)
    let permutation = try WithinQuestionPermutation.test(
      rows, permutationCount: settings.permutationCount, seed: settings.seed,
      analysis: settings.analysis + "/trend")
    let trendPValue: Measured<Double> =
      rows.questionCount > 0
      ? .defined(settings.adjustedTrendPValue ?? permutation.pValue)
      : .undefined(UndefinedReason(.emptyInput, "no question is scored at every dose"))
    let rarest =
      rows.eventCounts.map { min($0, rows.questionCount - $0) }.min() ?? 0
    let isSmall = rows.questionCount < 100 || rarest < 10
    let against = try evidenceAgainst(rows, settings: settings, permute: isSmall)
    let stepLevel = confidence(leaving: settings.level)
    func contrast(
      _ pair: (from: Int, to: Int), _ confidenceLevel: Double
    ) throws(StatisticsError) -> DoseContrast {
      try DoseContrast(rows, from: pair.from, to: pair.to, confidenceLevel: confidenceLevel)
    }
    var steps: [DoseContrast] = []
    var pairwise: [DoseContrast] = []
    var contrasts: [DoseContrast] = []
    for pair in allPairs(doses.count) {
      pairwise.append(try contrast(pair, confidence(leaving: 2 * settings.level)))
      if pair.to == pair.from + 1 { steps.append(try contrast(pair, stepLevel)) }
    }
    for pair in contrastPairs(doses: doses, noOpDose: settings.noOpDose) {
      contrasts.append(try contrast(pair, stepLevel))
    }
    let verdict = verdict(
      level: settings.level, margin: settings.margin, trendPValue: trendPValue.value,
      slope: trend.slope.value, pAgainstIncreasing: against.increasing.value,
      pAgainstDecreasing: against.decreasing.value, steps: steps.map(\.interval),
      pairwise90: pairwise.map(\.interval), rates: rows.rates)
    return DoseResponseShape(
      verdict: verdict, isPaired: true, questionCount: rows.questionCount,
      incompleteCount: rows.incompleteCount, rates: rows.rates, trendPValue: trendPValue,
      slope: trend.slope, slopeInterval: trend.interval(confidenceLevel: stepLevel),
      pAgainstIncreasing: against.increasing, pAgainstDecreasing: against.decreasing,
      pForIncreasing: against.forIncreasing, pForDecreasing: against.forDecreasing,
      shapeCalibration: isSmall ? .permutation : .chiBarSquare, adjacentSteps: steps,
      contrasts: DoseContrast.holm(contrasts), pairwise: pairwise,
      minimalDetectableSlope: verdict.isInconclusive
        ? trend.minimalDetectableSlope(level: settings.level) : nil)
  }

  private static func evidenceAgainst(
    _ rows: DoseResponseRows, settings: Settings, permute: Bool
  ) throws(StatisticsError) -> OrderPValues {
    if permute {
      let result = try PairedOrderTest.permutationPValues(
        rows: rows.numbers, permutationCount: min(settings.permutationCount, 1_999),
        seed: settings.seed, analysis: settings.analysis + "/shape")
      return OrderPValues(
        increasing: result.map(\.againstIncreasing), decreasing: result.map(\.againstDecreasing),
        forIncreasing: result.map(\.forIncreasing), forDecreasing: result.map(\.forDecreasing))
    }
    let result = try PairedOrderTest.test(rows: rows.numbers, seed: settings.seed)
    return OrderPValues(
      increasing: result.map(\.increasing.pAgainstOrder),
      decreasing: result.map(\.decreasing.pAgainstOrder),
      forIncreasing: result.map(\.increasing.pForOrder),
      forDecreasing: result.map(\.decreasing.pForOrder))
  }

  /// P values of T12 against each order and of T01 for it.
  private struct OrderPValues {
    let increasing: Measured<Double>
    let decreasing: Measured<Double>
    let forIncreasing: Measured<Double>
    let forDecreasing: Measured<Double>
  }
}
