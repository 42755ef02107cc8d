public import RawStore
public import Statistics

/// The outcomes of one arm over its doses: rates, what is missing, trend, shape and contrasts.
public struct DoseCurve: Hashable, Sendable, Identifiable {
  /// One dose.
  public struct Point: Hashable, Sendable {
    /// `nil` for an arm without intervention.
    public let dose: Double?
    public let trueCount: Int
    public let scoredCount: Int
    /// `[class]`, as ``DoseCurve/unscoredClasses``.
    public let unscoredCounts: [Int]
    /// Rows that the design has and the store has not.
    public let missingCount: Int
    /// Share of `true` among the scored; a mean of question means where questions repeat.
    public let rate: Measured<Double>
    /// Wilson, or cluster-robust t over questions where they repeat.
    public let interval: Measured<Interval>

    public var unscoredCount: Int { unscoredCounts.reduce(0, +) }
  }

  /// Name of the arm, unique in the table.
  public let id: String
  public let arm: Arm
  public let points: [Point]
  public let itemCount: Int
  public let replicateCount: Int
  public let unscoredClasses: [String]
  /// Trend and shape; `nil` for fewer than two doses.
  public private(set) var test: CurveTest?
  public let contentHash: String

  /// Ascending; empty for an arm without intervention.
  public var doses: [Double] { points.compactMap(\.dose) }

  public func point(at dose: Double) -> Point? { points.first { $0.dose == dose } }

  public var unscoredCount: Int { points.reduce(0) { $0 + $1.unscoredCount } }
  public var missingCount: Int { points.reduce(0) { $0 + $1.missingCount } }
  public var scoredCount: Int { points.reduce(0) { $0 + $1.scoredCount } }
}

extension DoseCurve {
  /// The shape in words once the trend p is adjusted over its family.
  mutating func decide(adjusted: Measured<Double>, settings: RowAuditSettings, rates: [Double]) {
    test?.decide(adjusted: adjusted, settings: settings, rates: rates)
  }

  /// - Throws: ``StatisticsError`` for doses that cannot be ordered.
  init(
    _ matrix: OutcomeMatrix, id: String, test: CurveTest?, confidenceLevel: Double
  ) throws(StatisticsError) {
    let counts = matrix.columnCounts()
    var points: [Point] = []
    for (column, count) in counts.enumerated() {
      let estimate = try Self.estimate(
        matrix, column: column, count: count, confidenceLevel: confidenceLevel)
      points.append(
        Point(
          dose: matrix.doses.indices.contains(column) ? matrix.doses[column] : nil,
          trueCount: count.isTrue, scoredCount: count.scored, unscoredCounts: count.unscored,
          missingCount: count.missing, rate: estimate.rate, interval: estimate.interval))
    }
    self.init(
      id: id, arm: matrix.arm, points: points, itemCount: matrix.items.count,
      replicateCount: matrix.replicateCount,
      unscoredClasses: matrix.unscoredClasses.isEmpty ? ["unscored"] : matrix.unscoredClasses,
      test: test, contentHash: matrix.contentHash)
  }

  /// The unit is the question: repeated answers of one question are not independent trials.
  private static func estimate(
    _ matrix: OutcomeMatrix, column: Int, count: OutcomeMatrix.ColumnCounts,
    confidenceLevel: Double
  ) throws(StatisticsError) -> (rate: Measured<Double>, interval: Measured<Interval>) {
    if matrix.replicateCount == 1 {
      let share = try Proportion(successes: count.isTrue, trials: count.scored)
      return (
        share.estimate,
        share.estimate.map { _ in share.wilsonInterval(confidenceLevel: confidenceLevel) }
      )
    }
    let means = matrix.items.indices.compactMap { matrix.value(item: $0, column: column) }
    let moments = ClusterMean(means, confidenceLevel: confidenceLevel)
    return (moments.mean, moments.interval)
  }
}
