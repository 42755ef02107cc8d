extension DoseResponseShape {
  /// The verdict from counts for each dose, where the rows are not published.
  ///
  /// Conservative for the trend when the same questions were asked (true size .000–.033 at a
  /// nominal .05), and labelled *unpaired*.
  ///
  /// - Parameters:
  ///   - doses: [dose], distinct.
  ///   - successes: [dose].
  ///   - trials: [dose].
  ///   - trendPValue: two-sided exact Cochran–Armitage p of the same counts, if the caller has it;
  ///     otherwise the asymptotic one is used.
  public static func ofMargins(
    doses: [Double], successes: [Int], trials: [Int], settings: Settings,
    trendPValue: Double? = nil
  ) throws(StatisticsError) -> DoseResponseShape {
    for (name, count) in [("successes", successes.count), ("trials", trials.count)]
    where count != doses.count {
      throw .lengthMismatch(
        first: "doses", firstCount: doses.count, second: name, secondCount: count)
    }
    if let index = doses.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "doses", index: index)
    }
    guard Set(doses).count == doses.count else {
      throw .argumentOutOfRange(argument: "doses", found: "\(doses)", expected: "distinct")
    }
    for (index, pair) in zip(successes, trials).enumerated()
    where pair.0 < 0 || pair.0 > pair.1 || pair.1 > BinomialDistribution.maximumTrials {
      throw .argumentOutOfRange(
        argument: "successes[\(index)]", found: "\(pair.0) of \(pair.1)",
        expected: "in 0...trials, at most 10^12")
    }
    let order = doses.indices.sorted { doses[$0] < doses[$1] }
    let doses = order.map { doses[$0] }
    let successes = order.map { successes[$0] }
    let trials = order.map { trials[$0] }
    let trend = MarginTrend(doses: doses, successes: successes, trials: trials)
    let isotonic = try IsotonicBinomialTest.test(successes: successes, trials: trials)
    let p: Measured<Double> =
      (settings.adjustedTrendPValue ?? trendPValue).map { .defined($0) } ?? trend.pValue
    func contrast(_ pair: (from: Int, to: Int), _ level: Double) -> DoseContrast? {
      DoseContrast(
        doses: doses, successes: successes, trials: trials, from: pair.from, to: pair.to,
        confidenceLevel: level)
    }
    let stepLevel = 1 - settings.level
    let steps = (1..<max(1, doses.count)).compactMap { contrast(($0 - 1, $0), stepLevel) }
    let pairs = allPairs(doses.count)
    let pairwise = pairs.compactMap { contrast($0, 1 - 2 * settings.level) }
    let contrasts = contrastPairs(doses: doses, noOpDose: settings.noOpDose).compactMap {
      contrast($0, stepLevel)
    }
    let isComplete = !trials.contains(0)
    let rates = isComplete ? zip(successes, trials).map { Double($0) / Double($1) } : []
    let against = (
      increasing: isotonic.map(\.increasing.pAgainstOrder),
      decreasing: isotonic.map(\.decreasing.pAgainstOrder)
    )
    let verdict = verdict(
      level: settings.level, margin: settings.margin, trendPValue: p.value,
      slope: trend.slope.value, pAgainstIncreasing: against.increasing.value,
      pAgainstDecreasing: against.decreasing.value,
      steps: isComplete ? steps : [], pairwise90: isComplete ? pairwise : [], rates: rates)
    return DoseResponseShape(
      verdict: verdict, isPaired: false, questionCount: trials.min() ?? 0, incompleteCount: 0,
      rates: rates, trendPValue: p, slope: trend.slope,
      slopeInterval: trend.interval(confidenceLevel: stepLevel),
      pAgainstIncreasing: against.increasing, pAgainstDecreasing: against.decreasing,
      shapeCalibration: .levelProbabilities, adjacentSteps: steps, contrasts: contrasts,
      minimalDetectableSlope: verdict.isInconclusive
        ? trend.minimalDetectableSlope(level: settings.level) : nil)
  }
}

/// The trend over independent binomial margins: weighted least squares, asymptotic
/// Cochran–Armitage.
///
/// - Source: Armitage (1955); variance with N, as in R `prop.trend.test`.
private struct MarginTrend {
  let slope: Measured<Double>
  let standardError: Measured<Double>
  let pValue: Measured<Double>

  init(doses: [Double], successes: [Int], trials: [Int]) {
    let n = trials.map(Double.init)
    let total = n.reduce(0, +)
    let mean = total > 0 ? zip(n, doses).reduce(0) { $0 + $1.0 * $1.1 } / total : 0
    let squares = zip(n, doses).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    guard total > 0, squares > 0 else {
      let reason = UndefinedReason(.tooFew, "a slope needs trials at two doses")
      slope = .undefined(reason)
      standardError = .undefined(reason)
      pValue = .undefined(reason)
      return
    }
    let cross = zip(successes, doses).reduce(0) { $0 + Double($1.0) * ($1.1 - mean) }
    slope = .defined(cross / squares)
    var variance = 0.0
    for index in doses.indices where trials[index] > 0 {
      let rate = Double(successes[index]) / n[index]
      let gap = doses[index] - mean
      variance += n[index] * rate * (1 - rate) * gap * gap
    }
    standardError = .defined(variance.squareRoot() / squares)
    let pooled = Double(successes.reduce(0, +)) / total
    let null = pooled * (1 - pooled) * squares
    pValue =
      null > 0
      ? .defined(NormalDistribution.twoSidedTail(cross / null.squareRoot()))
      : .undefined(UndefinedReason(.noVariance, "all answers are equal"))
  }

  func interval(confidenceLevel: Double) -> Measured<Interval> {
    slope.flatMap { slope in
      standardError.flatMap { error in
        let half = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel) * error
        return error > 0
          ? .defined(
            Interval(
              lower: slope - half, upper: slope + half, confidenceLevel: confidenceLevel,
              method: .unpairedLeastSquares))
          : .undefined(UndefinedReason(.noVariance, "every rate is 0 or 1"))
      }
    }
  }

  func minimalDetectableSlope(level: Double) -> Measured<Double> {
    standardError.flatMap { error in
      error > 0
        ? .defined(
          (NormalDistribution.quantile(1 - level / 2) + NormalDistribution.quantile(0.8)) * error)
        : .undefined(UndefinedReason(.noVariance, "every rate is 0 or 1"))
    }
  }
}

extension IntervalMethod {
  public static let unpairedLeastSquares = IntervalMethod(rawValue: "least squares, unpaired")
}
