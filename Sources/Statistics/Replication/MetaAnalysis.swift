/// Pools estimates of one quantity: heterogeneity, fixed effect, DerSimonian-Laird, REML with
/// Hartung-Knapp.
///
/// Configurations that share code, model, items and judge are re-implementations, not independent
/// studies; I² then measures implementation variance.
/// - Source: Higgins & Thompson (2002), doi:10.1002/sim.1186; Viechtbauer (2005),
///   doi:10.3102/10769986030003261; Hartung & Knapp (2001). Oracle: `meta_q_i2.json` (R metafor).
public struct MetaAnalysis: Hashable, Sendable {
  public let count: Int
  /// Cochran's Q.
  public let heterogeneity: Double
  public let degreesOfFreedom: Int
  /// P(χ² ≥ Q); 1 for one study.
  public let heterogeneityPValue: Double
  /// max(0, (Q − df)/Q) in percent.
  public let iSquaredPercent: Double
  public let fixed: PooledEstimate
  public let tauSquaredDL: Double
  public let derSimonianLaird: PooledEstimate
  public let tauSquaredREML: Double
  public let reml: PooledEstimate
  /// Hartung-Knapp standard error around the REML mean; undefined for one study.
  public let hartungKnappStandardError: Measured<Double>

  let estimates: [Double]
  let variances: [Double]

  public struct PooledEstimate: Hashable, Sendable {
    public let estimate: Double
    public let standardError: Double

    /// estimate ± z · se.
    public func interval(confidenceLevel: Double = 0.95) -> Interval {
      let half = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel) * standardError
      return Interval(
        lower: estimate - half, upper: estimate + half, confidenceLevel: confidenceLevel,
        method: .inverseVariance)
    }
  }

  /// - Throws: for no studies, lengths that differ, or variances that are not positive.
  public init(estimates: [Double], variances: [Double]) throws(StatisticsError) {
    guard estimates.count == variances.count else {
      throw .lengthMismatch(
        first: "estimates", firstCount: estimates.count, second: "variances",
        secondCount: variances.count)
    }
    guard !estimates.isEmpty else {
      throw .argumentOutOfRange(argument: "estimates", found: "0 studies", expected: "at least 1")
    }
    if let bad = estimates.firstIndex(where: { !(abs($0) <= 1e100) }) {
      throw .argumentOutOfRange(
        argument: "estimates[\(bad)]", found: "\(estimates[bad])",
        expected: "finite, at most 1e100 in size")
    }
    if let bad = variances.firstIndex(where: { !($0 >= 1e-100 && $0 <= 1e100) }) {
      throw .argumentOutOfRange(
        argument: "variances[\(bad)]", found: "\(variances[bad])",
        expected: "positive, in 1e-100...1e100")
    }
    self.estimates = estimates
    self.variances = variances
    let k = estimates.count
    count = k
    degreesOfFreedom = k - 1
    func pooled(_ tauSquared: Double) -> PooledEstimate {
      Self.pooled(estimates, variances, tauSquared)
    }
    let fixed = pooled(0)
    self.fixed = fixed
    let q = zip(estimates, variances).reduce(0.0) {
      $0 + ($1.0 - fixed.estimate) * ($1.0 - fixed.estimate) / $1.1
    }
    // Equal estimates leave rounding noise in Q.
    let scale = estimates.reduce(0.0) { max($0, abs($1)) }
    let noise = 1e-28 * scale * scale * variances.reduce(0.0) { $0 + 1 / $1 }
    heterogeneity = k == 1 || q <= noise ? 0 : q
    let df = Double(k - 1)
    heterogeneityPValue =
      k == 1 ? 1 : ChiSquaredDistribution.upperTail(heterogeneity, degreesOfFreedom: df)
    iSquaredPercent = heterogeneity > df ? (heterogeneity - df) / heterogeneity * 100 : 0
    let weights = variances.map { 1 / $0 }
    let sum = weights.reduce(0, +)
    let divisor = sum - weights.reduce(0.0) { $0 + $1 * $1 } / sum
    tauSquaredDL = k > 1 && divisor > 0 ? max(0, (heterogeneity - df) / divisor) : 0
    derSimonianLaird = pooled(tauSquaredDL)
    let tau = k > 1 ? Self.remlTauSquared(estimates, variances) : 0
    tauSquaredREML = tau
    let reml = pooled(tau)
    self.reml = reml
    if k > 1 {
      let total = variances.reduce(0.0) { $0 + 1 / ($1 + tau) }
      let residual = zip(estimates, variances).reduce(0.0) {
        $0 + ($1.0 - reml.estimate) * ($1.0 - reml.estimate) / ($1.1 + tau)
      }
      let error = (residual / df / total).squareRoot()
      hartungKnappStandardError = .defined(q <= noise ? 0 : error)
    } else {
      hartungKnappStandardError = .undefined(
        UndefinedReason(.tooFew, "one study has no between-study variation"))
    }
  }

  static func pooled(
    _ estimates: [Double], _ variances: [Double], _ tauSquared: Double
  ) -> PooledEstimate {
    let total = variances.reduce(0.0) { $0 + 1 / ($1 + tauSquared) }
    // Around the first estimate, so that equal estimates pool to themselves exactly.
    let origin = estimates[0]
    let shift = zip(estimates, variances).reduce(0.0) {
      $0 + ($1.0 - origin) / ($1.1 + tauSquared)
    }
    return PooledEstimate(
      estimate: origin + shift / total, standardError: (1 / total).squareRoot())
  }

  /// The root of the restricted score, or 0 where it is negative at 0 (Viechtbauer 2005, eq. 9).
  private static func remlTauSquared(_ estimates: [Double], _ variances: [Double]) -> Double {
    func score(_ tau: Double) -> Double {
      let mean = pooled(estimates, variances, tau).estimate
      var (sum, squares, residual) = (0.0, 0.0, 0.0)
      for (y, v) in zip(estimates, variances) {
        let w = 1 / (v + tau)
        sum += w
        squares += w * w
        residual += w * w * (y - mean) * (y - mean)
      }
      return residual - sum + squares / sum
    }
    guard score(0) > 0 else { return 0 }
    var high = max(1e-300, variances.max() ?? 1)
    while score(high) > 0, high < 1e290 { high *= 4 }
    return RootFinding.boundary(from: 0, to: high) { score($0) > 0 }
  }
}

extension IntervalMethod {
  public static let inverseVariance = IntervalMethod(rawValue: "inverse variance, normal")
  public static let hartungKnapp = IntervalMethod(rawValue: "REML with Hartung-Knapp")
  public static let predictionREML = IntervalMethod(rawValue: "REML prediction")
  public static let qProfile = IntervalMethod(rawValue: "Q-profile")
}
