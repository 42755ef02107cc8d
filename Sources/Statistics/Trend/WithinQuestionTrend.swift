/// The trend over doses on the same questions: robust t, within-question permutation and exact
/// sign-flip.
///
/// Conditional on the questions, so that between-question variation drops out. The primary test
/// is ``StudentisedTrendPermutation``; these are its sensitivity analyses, and the robust t gives
/// the interval.
/// - Source: `within_question_trend.json` (R `mantelhaen.test` with question strata; K = 2 equals
///   exact McNemar). Sign-flip: Hemerik, Goeman & Finos (2020), doi:10.1111/rssb.12369.
public struct WithinQuestionTrend: Hashable, Sendable {
  /// T = Σ cⱼ yᵢⱼ.
  public let statistic: Double
  public let expectation: Double
  /// Permutation variance Σ sᵢ(K−sᵢ)/(K(K−1)) · Σ(c−c̄)².
  public let variance: Double
  /// Undefined without a discordant question.
  public let z: Measured<Double>
  public let pValueAsymptotic: Double
  /// Permuting outcomes among the doses of each question; undefined above the work bound.
  public let permutation: Measured<Permutation>
  public let meanContribution: Double
  /// With n − 1; 0 for one question.
  public let standardDeviation: Double
  /// mean(t) / (sd(t)/√n); undefined where sd is 0.
  public let robustT: Measured<Double>
  /// From t with n − 1 degrees of freedom; 1 where the statistic is undefined.
  public let robustPValue: Double
  /// Exact P(|Σ ±tᵢ| ≥ |Σ tᵢ|); undefined above the work bound.
  public let signFlipPValue: Measured<Double>
  /// Change of probability per unit of dose (linear probability model).
  public let slope: Measured<Double>
  /// Cluster-robust t interval of the slope.
  public let slopeInterval: Measured<Interval>

  public struct Permutation: Hashable, Sendable {
    public let pValueTwoSided: Double
    public let pValueGreater: Double
    public let pValueLess: Double
  }

  /// Questions with tᵢ ≠ 0 below which the t interval under-covers (.87 at n = 40 and rates of
  /// 2-5 %).
  public static let fewestInformativeQuestions = 10

  /// Questions with a contribution different from 0.
  public let informativeQuestions: Int

  /// - Parameter computesPermutation: `false` where the exact permutation is not wanted; it is the
  ///   dearest part.
  public init(
    _ matrix: QuestionMatrix, confidenceLevel: Double = 0.95, computesPermutation: Bool = true
  ) {
    let (n, k) = (Double(matrix.questions), Double(matrix.doses))
    let totals = matrix.questionTotals
    let spread = matrix.scoreSpread
    let t = matrix.contributions
    let sumTotals = Double(totals.reduce(0, +))
    let contribution = t.reduce(0, +)
    expectation = sumTotals * matrix.meanScore
    statistic = expectation + contribution
    let discordance = totals.reduce(0.0) { $0 + Double($1) * (k - Double($1)) }
    variance = k > 1 ? discordance / (k * (k - 1)) * spread : 0
    informativeQuestions = t.count { abs($0) > 1e-12 }
    let noDiscordance = UndefinedReason(
      .noDiscordance, "no question changes its outcome between doses")
    z =
      variance > 0
      ? .defined(contribution / variance.squareRoot()) : .undefined(noDiscordance)
    pValueAsymptotic = z.value.map(NormalDistribution.twoSidedTail) ?? 1
    let mean = matrix.questions == 0 ? 0 : contribution / n
    meanContribution = mean
    let squares = t.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = matrix.questions > 1 ? (squares / (n - 1)).squareRoot() : 0
    let error = matrix.questions > 1 ? standardDeviation / n.squareRoot() : 0
    if error > 1e-14 * max(1, abs(mean)) {
      robustT = .defined(mean / error)
      robustPValue = StudentT.twoSidedTail(mean / error, degreesOfFreedom: n - 1)
    } else {
      robustT = .undefined(
        UndefinedReason(.noVariance, "the contributions of all questions are equal"))
      robustPValue = 1
    }
    if matrix.questions > 0, spread > 0 {
      slope = .defined(mean / spread)
      if error > 0 {
        let half =
          StudentT.criticalValue(confidenceLevel: confidenceLevel, degreesOfFreedom: n - 1)
          * error / spread
        slopeInterval = .defined(
          Interval(
            lower: mean / spread - half, upper: mean / spread + half,
            confidenceLevel: confidenceLevel, method: .clusterRobustT))
      } else {
        slopeInterval = .undefined(
          UndefinedReason(.noVariance, "the contributions of all questions are equal"))
      }
    } else {
      let reason = UndefinedReason(.emptyInput, "there are no questions or one distinct dose")
      slope = .undefined(reason)
      slopeInterval = .undefined(reason)
    }
    let exact = WithinQuestionDistribution(matrix, totals: totals)
    permutation =
      computesPermutation
      ? exact.permutation() : .undefined(UndefinedReason(.notApplicable, "not asked for"))
    signFlipPValue = exact.signFlip()
  }
}
