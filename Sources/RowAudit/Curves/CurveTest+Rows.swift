import RawStore
import Statistics

extension CurveTest {
  /// - Parameter analysis: address of the random numbers.
  /// - Returns: `nil` for fewer than two doses.
  static func of(
    _ matrix: OutcomeMatrix, settings: RowAuditSettings, analysis: String
  ) throws(StatisticsError) -> CurveTest? {
    guard matrix.doses.count > 1 else { return nil }
    return matrix.replicateCount == 1
      ? try single(matrix, settings, analysis) : try repeated(matrix, settings)
  }

  /// One response to each question and dose.
  private static func single(
    _ matrix: OutcomeMatrix, _ settings: RowAuditSettings, _ analysis: String
  ) throws(StatisticsError) -> CurveTest {
    let rows = try matrix.doseRows()
    let shape = try DoseResponseShape.of(
      rows,
      settings: DoseResponseShape.Settings(
        level: settings.level, margin: settings.margin, noOpDose: settings.noOpDose,
        permutationCount: settings.permutationCount, seed: settings.seed, analysis: analysis))
    let trend = WithinQuestionTrend(
      try QuestionMatrix(rows.outcomes, scores: rows.doses),
      confidenceLevel: settings.confidenceLevel, computesPermutation: false)
    let swing = rows.outcomes.count { row in row.contains(true) && row.contains(false) }
    func contrast(_ pair: (from: Int, to: Int)) throws(StatisticsError) -> CurveContrast {
      try CurveContrast(rows, from: pair.from, to: pair.to, settings: settings)
    }
    var contrasts: [CurveContrast] = []
    for pair in CurveContrast.pairs(rows.doses, noOp: settings.noOpDose) {
      contrasts.append(try contrast(pair))
    }
    let hasTrend = trend.robustT.value != nil
    return CurveTest(
      completeCount: rows.questionCount, incompleteCount: rows.incompleteCount, swingCount: swing,
      slope: shape.slope, slopeInterval: shape.slopeInterval,
      permutationPValue: shape.trendPValue, signFlipPValue: trend.signFlipPValue,
      robustPValue: hasTrend
        ? .defined(trend.robustPValue)
        : .undefined(
          trend.robustT.reason ?? UndefinedReason(.noVariance, "no question changes")),
      adjustedPValue: shape.trendPValue, pForIncreasing: shape.pForIncreasing,
      pForDecreasing: shape.pForDecreasing, pAgainstIncreasing: shape.pAgainstIncreasing,
      pAgainstDecreasing: shape.pAgainstDecreasing, shapeCalibration: shape.shapeCalibration,
      shape: shape.verdict, contrasts: CurveContrast.holm(contrasts),
      adjacentSteps: shape.adjacentSteps.map(\.interval),
      pairwiseIntervals: shape.pairwise.map(\.interval),
      minimalDetectableSlope: DoseTrend(rows).minimalDetectableSlope(level: settings.level))
  }

  /// Several responses to each question and dose: everything rests on question means.
  private static func repeated(
    _ matrix: OutcomeMatrix, _ settings: RowAuditSettings
  ) throws(StatisticsError) -> CurveTest {
    let means = matrix.completeMeans()
    let doses = matrix.doses
    let center = doses.reduce(0, +) / Double(doses.count)
    let squares = doses.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let slopes = means.map { row in
      zip(doses, row).reduce(0) { $0 + ($1.0 - center) * $1.1 } / squares
    }
    let trend = ClusterMean(slopes, confidenceLevel: settings.confidenceLevel)
    let order = try PairedOrderTest.test(rows: means, seed: settings.seed)
    func contrast(_ pair: (from: Int, to: Int)) -> CurveContrast {
      CurveContrast(means: means, doses: doses, from: pair.from, to: pair.to, settings: settings)
    }
    let contrasts = CurveContrast.pairs(doses, noOp: settings.noOpDose).map(contrast)
    let steps = doses.indices.dropFirst().map { contrast(($0 - 1, $0)) }
    let pairs = doses.indices.flatMap { from in
      ((from + 1)..<max(from + 1, doses.count)).map { contrast((from, $0)) }
    }
    let reason = UndefinedReason(
      .notApplicable, "questions have up to \(matrix.replicateCount) responses at a dose")
    let normal =
      NormalDistribution.quantile(1 - settings.level / 2) + NormalDistribution.quantile(0.8)
    return CurveTest(
      completeCount: means.count, incompleteCount: matrix.items.count - means.count,
      swingCount: means.count { row in row.contains { $0 != row[0] } }, slope: trend.mean,
      slopeInterval: trend.interval, permutationPValue: .undefined(reason),
      signFlipPValue: .undefined(reason), robustPValue: trend.pValue,
      adjustedPValue: trend.pValue, pForIncreasing: order.map(\.increasing.pForOrder),
      pForDecreasing: order.map(\.decreasing.pForOrder),
      pAgainstIncreasing: order.map(\.increasing.pAgainstOrder),
      pAgainstDecreasing: order.map(\.decreasing.pAgainstOrder), shapeCalibration: .chiBarSquare,
      shape: nil, contrasts: CurveContrast.holm(contrasts),
      adjacentSteps: steps.compactMap(\.interval.value),
      pairwiseIntervals: pairs.compactMap(\.equivalenceInterval.value),
      minimalDetectableSlope: trend.standardError.map { normal * $0 })
  }

  /// The shape in words once the trend p is adjusted over its family.
  mutating func decide(adjusted: Measured<Double>, settings: RowAuditSettings, rates: [Double]) {
    adjustedPValue = adjusted
    shape = DoseResponseShape.verdict(
      level: settings.level, margin: settings.margin, trendPValue: adjusted.value,
      slope: slope.value, pAgainstIncreasing: pAgainstIncreasing.value,
      pAgainstDecreasing: pAgainstDecreasing.value,
      steps: completeCount > 0 ? adjacentSteps : [],
      pairwise90: completeCount > 0 ? pairwiseIntervals : [], rates: rates)
  }
}
