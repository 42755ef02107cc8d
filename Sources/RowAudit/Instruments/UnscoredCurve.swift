import RawStore
public import Statistics

/// The share of answers that could not be scored, over the doses of one arm.
///
/// Rates are of scored answers only. When amplified outputs are harder to score, the questions that
/// remain are others at each dose and a change of the rate can be made of that alone.
public struct UnscoredCurve: Hashable, Sendable {
  public let curve: String
  public let totalCount: Int
  public let unscoredCount: Int
  /// Probability per unit of dose.
  public let slope: Measured<Double>
  /// Studentised within-question permutation.
  public let pValue: Measured<Double>
  public var adjustedPValue: Measured<Double>

  /// - Returns: `nil` for repeated questions or fewer than two doses.
  init?(
    _ matrix: OutcomeMatrix, curve: DoseCurve, settings: RowAuditSettings
  ) throws(StatisticsError) {
    guard matrix.replicateCount == 1, matrix.doses.count > 1 else { return nil }
    self.curve = curve.id
    unscoredCount = curve.unscoredCount
    totalCount = curve.scoredCount + curve.unscoredCount
    guard curve.unscoredCount > 0 else {
      let reason = UndefinedReason(.noDiscordance, "every answer was scored")
      slope = .undefined(reason)
      pValue = .undefined(reason)
      adjustedPValue = .undefined(reason)
      return
    }
    let rows = try matrix.unscoredRows()
    slope = DoseTrend(rows).slope
    let test = try WithinQuestionPermutation.test(
      rows, permutationCount: settings.permutationCount, seed: settings.seed,
      analysis: "unscored/" + curve.id)
    pValue = test.statistic.map { _ in test.pValue }
    adjustedPValue = pValue
  }
}
