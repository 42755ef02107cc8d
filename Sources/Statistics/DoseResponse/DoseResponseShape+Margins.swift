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
  public static func ofMargins(
    doses: [Double], successes: [Int], trials: [Int], settings: Settings
  ) throws(StatisticsError) -> DoseResponseShape {
    guard Set(doses).count == doses.count else {
      throw .argumentOutOfRange(argument: "doses", found: "\(doses)", expected: "distinct")
    }
    try checkLevel(settings.level)
    let arms = try DoseArm.arms(successes: successes, trials: trials, scores: doses)
      .sorted { $0.score < $1.score }
    let doses = arms.map(\.score)
    let successes = arms.map(\.outcomes.successes)
    let trials = arms.map(\.outcomes.trials)
    let trend = MarginTrend(doses: doses, successes: successes, trials: trials)
    let isotonic = try IsotonicBinomialTest.test(successes: successes, trials: trials)
    let p = settings.adjustedTrendPValue.map { .defined($0) } ?? trendPValue(arms)
    func contrast(_ pair: (from: Int, to: Int), _ confidenceLevel: Double) -> DoseContrast {
      DoseContrast(arms[pair.from], arms[pair.to], confidenceLevel: confidenceLevel)
    }
    let stepLevel = confidence(leaving: settings.level)
    let pairs = allPairs(doses.count)
    let steps = pairs.filter { $0.to == $0.from + 1 }.map { contrast($0, stepLevel) }
    let pairwise = pairs.map { contrast($0, confidence(leaving: 2 * settings.level)) }
    let contrasts = contrastPairs(doses: doses, noOpDose: settings.noOpDose)
      .map { contrast($0, stepLevel) }
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
      steps: isComplete ? steps.map(\.interval) : [],
      pairwise90: isComplete ? pairwise.map(\.interval) : [], rates: rates)
    return DoseResponseShape(
      verdict: verdict, isPaired: false, questionCount: trials.min() ?? 0, incompleteCount: 0,
      rates: rates, trendPValue: p, slope: trend.slope,
      slopeInterval: trend.interval(confidenceLevel: stepLevel),
      pAgainstIncreasing: against.increasing, pAgainstDecreasing: against.decreasing,
      pForIncreasing: isotonic.map(\.increasing.pForOrder),
      pForDecreasing: isotonic.map(\.decreasing.pForOrder),
      shapeCalibration: .levelProbabilities, adjacentSteps: steps, contrasts: contrasts,
      pairwise: pairwise,
      minimalDetectableSlope: verdict.isInconclusive
        ? trend.minimalDetectableSlope(level: settings.level) : nil)
  }

  /// Exact Cochran–Armitage (distance tail), or asymptotic where the exact one is out of reach.
  private static func trendPValue(_ arms: [DoseArm]) -> Measured<Double> {
    let test = CochranArmitageTest(arms)
    return test.z.map { _ in test.exact.value?.pValueTwoSided ?? test.pValue }
  }
}

/// The slope over independent binomial margins by weighted least squares.
private struct MarginTrend {
  let slope: Measured<Double>
  let standardError: Measured<Double>

  init(doses: [Double], successes: [Int], trials: [Int]) {
    let n = trials.map(Double.init)
    let total = n.reduce(0, +)
    let mean = total > 0 ? zip(n, doses).reduce(0) { $0 + $1.0 * $1.1 } / total : 0
    let squares = zip(n, doses).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    guard total > 0, squares > 0 else {
      let reason = UndefinedReason(.tooFew, "a slope needs trials at two doses")
      slope = .undefined(reason)
      standardError = .undefined(reason)
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
