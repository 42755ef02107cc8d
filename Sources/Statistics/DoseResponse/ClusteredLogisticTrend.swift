import Glibc

/// The log odds ratio for one unit of dose on the same questions: a generalised estimating equation
/// with independence as working correlation and questions as clusters.
///
/// A sensitivity analysis beside the slope in percentage points: the population-averaged log odds
/// do not depend on the correlation between doses, and the sandwich makes the error right for any.
/// Below 50 questions the plain sandwich is too small: use ``Correction/manclDeRouen``.
///
/// - Source: Liang & Zeger (1986), doi:10.1093/biomet/73.1.13; Mancl & DeRouen (2001),
///   doi:10.1111/j.0006-341X.2001.00126.x. Oracle: statsmodels `GEE` with `Independence`,
///   `cov_type` "robust" and "bias_reduced".
public struct ClusteredLogisticTrend: Hashable, Sendable {
  public enum Correction: String, Hashable, Sendable, CaseIterable {
    case none
    /// n / (n − 1).
    case clusters
    /// Residuals times (I − H)⁻¹. All questions share one design here, so that H = W X B X' with
    /// B = (n X'WX)⁻¹ and X'(I − H)⁻¹ r = X' r · n / (n − 1): the variance grows by its square.
    case manclDeRouen = "Mancl-DeRouen"

    func factor(clusters: Int) -> Double {
      let ratio = Double(clusters) / Double(clusters - 1)
      return switch self {
      case .none: 1
      case .clusters: ratio
      case .manclDeRouen: ratio * ratio
      }
    }
  }

  /// Log odds for one unit of dose.
  public let slope: Double
  public let intercept: Double
  public let standardError: Double
  public let correction: Correction

  public var z: Double { slope / standardError }
  public var pValue: Double { NormalDistribution.twoSidedTail(z) }

  public func interval(confidenceLevel: Double) -> Interval {
    let half =
      NormalDistribution.criticalValue(confidenceLevel: checkedLevel(confidenceLevel))
      * standardError
    return Interval(
      lower: slope - half, upper: slope + half, confidenceLevel: confidenceLevel,
      method: .clusterSandwich)
  }

  /// - Returns: Undefined when the outcomes are separated, the doses equal, fewer than two questions
  ///   exist, or no error remains.
  public static func fit(
    _ matrix: QuestionMatrix, correction: Correction = .clusters
  ) throws(StatisticsError) -> Measured<ClusteredLogisticTrend> {
    let (questions, doses) = (matrix.questions, matrix.doses)
    guard questions > 1, doses > 1, doses <= 64 else {
      return .undefined(
        UndefinedReason(.tooFew, "\(questions) questions at \(doses) doses; at most 64 doses"))
    }
    var successes = [Int](repeating: 0, count: doses)
    for index in matrix.outcomes.indices where matrix.outcomes[index] == 1 {
      successes[index % doses] += 1
    }
    let arms = try DoseArm.arms(
      successes: successes, trials: successes.map { _ in questions }, scores: matrix.scores)
    let design = matrix.scores.map { [1, $0] }
    return try GroupedLogisticRegression.fit(design: design, groups: arms.map(\.outcomes))
      .flatMap { fit in
        sandwich(
          matrix, intercept: fit.coefficients[0], slope: fit.coefficients[1],
          correction: correction)
      }
  }

  private static func sandwich(
    _ matrix: QuestionMatrix, intercept: Double, slope: Double, correction: Correction
  ) -> Measured<ClusteredLogisticTrend> {
    let (n, doses) = (matrix.questions, matrix.doses)
    let rates = matrix.scores.map { BetaDistribution.logistic(intercept + slope * $0) }
    // Bread: Σ over questions of D' V⁻¹ D; with equal doses for all it is n times one question's.
    var (s0, s1, s2) = (0.0, 0.0, 0.0)
    for (rate, dose) in zip(rates, matrix.scores) {
      let weight = rate * (1 - rate)
      s0 += weight
      s1 += weight * dose
      s2 += weight * dose * dose
    }
    let determinant = (s0 * s2 - s1 * s1) * Double(n)
    guard determinant > 0, determinant.isFinite else {
      return .undefined(UndefinedReason(.singularCovariance, "the doses do not differ"))
    }
    let (b01, b11) = (-s1 / determinant, s0 / determinant)
    var variance = 0.0
    for question in 0..<n {
      var (g0, g1) = (0.0, 0.0)
      for (dose, score) in matrix.scores.enumerated() {
        let residual = Double(matrix.outcomes[question * doses + dose]) - rates[dose]
        g0 += residual
        g1 += residual * score
      }
      let influence = b01 * g0 + b11 * g1
      variance += influence * influence
    }
    variance *= correction.factor(clusters: n)
    guard variance > 1e-300, variance.isFinite else {
      return .undefined(UndefinedReason(.noVariance, "all questions answer alike"))
    }
    return .defined(
      ClusteredLogisticTrend(
        slope: slope, intercept: intercept, standardError: variance.squareRoot(),
        correction: correction))
  }
}

extension IntervalMethod {
  public static let clusterSandwich = IntervalMethod(rawValue: "GEE, cluster sandwich")
}
