/// The linear trend over doses answered by the same questions.
///
/// ```
/// t_i = Σ_j (c_j − c̄) y_ij,   slope = mean(t) / Σ (c_j − c̄)²,   T = |mean t| / (sd t / √n)
/// ```
/// - Source: slope of the linear probability model with cluster-robust standard error; its t
///   interval covers .94–.97, but .87 at n = 40 with rates of .02–.05, hence the rule on events.
///   Oracle: `within_question_trend.json`.
public struct DoseTrend: Hashable, Sendable {
  /// Fewer questions than this with t_i ≠ 0 and the interval is withheld.
  public static let minimumInformativeQuestions = 10

  public let questionCount: Int
  /// Questions with t_i ≠ 0.
  public let informativeCount: Int
  /// Probability per unit of dose.
  public let slope: Measured<Double>
  /// Cluster-robust standard error of the slope.
  public let standardError: Measured<Double>

  public init(_ rows: DoseResponseRows) {
    let scores = rows.trendScores
    let squares = rows.doseSumOfSquares
    questionCount = scores.count
    // Centred doses leave rounding where a question answers every dose alike.
    let noise = 1e-12 * squares.squareRoot()
    informativeCount = scores.count { abs($0) > noise }
    guard rows.doses.count > 1 else {
      let reason = UndefinedReason(.tooFew, "\(rows.doses.count) doses; a slope needs two")
      slope = .undefined(reason)
      standardError = .undefined(reason)
      return
    }
    guard !scores.isEmpty else {
      let reason = UndefinedReason(.emptyInput, "no question is scored at every dose")
      slope = .undefined(reason)
      standardError = .undefined(reason)
      return
    }
    let count = Double(scores.count)
    let mean = scores.reduce(0, +) / count
    slope = .defined(abs(mean) > noise ? mean / squares : 0)
    guard scores.count > 1 else {
      standardError = .undefined(UndefinedReason(.tooFew, "one question has no spread"))
      return
    }
    standardError = .defined((SampleMoments.variance(scores) / count).squareRoot() / squares)
  }

  /// slope ± t₍n−1₎ · se.
  ///
  /// - Returns: Undefined with fewer than ten questions of t_i ≠ 0: too few events.
  public func interval(confidenceLevel: Double) -> Measured<Interval> {
    guard informativeCount >= Self.minimumInformativeQuestions else {
      return .undefined(
        UndefinedReason(
          .tooFew,
          "\(informativeCount) of \(questionCount) questions change with the dose; \(Self.minimumInformativeQuestions) are needed"
        ))
    }
    return slope.flatMap { slope in
      standardError.map { error in
        let t = StudentT.criticalValue(
          confidenceLevel: confidenceLevel, degreesOfFreedom: Double(questionCount - 1))
        return Interval(
          lower: slope - t * error, upper: slope + t * error, confidenceLevel: confidenceLevel,
          method: .clusterRobustT)
      }
    }
  }

  /// The slope that a two-sided test at `level` finds with the given power:
  /// (z₍1−α/2₎ + z_power) · se.
  public func minimalDetectableSlope(level: Double, power: Double = 0.8) -> Measured<Double> {
    standardError.flatMap { error in
      error > 0
        ? .defined(
          (NormalDistribution.quantile(1 - level / 2) + NormalDistribution.quantile(power)) * error)
        : .undefined(UndefinedReason(.noDiscordance, "no question changes with the dose"))
    }
  }
}

extension IntervalMethod {
  public static let clusterRobustT = IntervalMethod(rawValue: "cluster-robust t")
}
