import Glibc

/// Bayes factors for "no change over doses" from margins, under two priors.
///
/// BF01 is dominated by the prior: on one and the same table a normal prior on the slope gives 2
/// and independent uniform rates give 100. Report at least two and never headline the saturated
/// one.
public struct SlopeBayesFactor: Hashable, Sendable {
  /// BF01 against a logit slope ~ N(0, priorStandardDeviation²), the level integrated out under a
  /// uniform prior on the rate at the mean dose.
  public let againstNormalSlope: Double
  /// BF01 of one common uniform rate against independent uniform rates.
  public let againstSaturated: Double

  public init(
    _ arms: [DoseArm], priorStandardDeviation: Double = 0.5
  ) throws(StatisticsError) {
    guard priorStandardDeviation > 0, priorStandardDeviation.isFinite else {
      throw .argumentOutOfRange(
        argument: "priorStandardDeviation", found: "\(priorStandardDeviation)",
        expected: "positive")
    }
    guard arms.count <= 10_000 else {
      throw .tooLarge(what: "the number of arms", found: arms.count, limit: 10_000)
    }
    let filled = arms.filter { $0.outcomes.trials > 0 }
    let x = filled.reduce(0.0) { $0 + Double($1.outcomes.successes) }
    let n = filled.reduce(0.0) { $0 + Double($1.outcomes.trials) }
    /// log ∫ pˣ(1 − p)ʸ dp.
    func logBeta(_ x: Double, _ y: Double) -> Double {
      StirlingSeries.logGamma(x + 1) + StirlingSeries.logGamma(y + 1)
        - StirlingSeries.logGamma(x + y + 2)
    }
    let null = logBeta(x, n - x)
    againstSaturated = exp(
      null
        - filled.reduce(0.0) {
          $0 + logBeta(Double($1.outcomes.successes), Double($1.outcomes.failures))
        })
    againstNormalSlope = exp(
      null - Self.logMarginal(filled, priorStandardDeviation, reference: null))
  }

  /// log ∫∫ L(level, slope) φ(slope) over the level (uniform rate) and the slope, by the trapezoid
  /// rule around the mode, where both integrands fall off like normal densities.
  private static func logMarginal(
    _ arms: [DoseArm], _ prior: Double, reference: Double
  ) -> Double {
    let n = arms.reduce(0.0) { $0 + Double($1.outcomes.trials) }
    guard n > 0 else { return reference }
    let mean = arms.reduce(0.0) { $0 + Double($1.outcomes.trials) * $1.score } / n
    func logLikelihood(_ level: Double, _ slope: Double) -> Double {
      // log p = −log(1 + e^−η) without overflow.
      func logExpit(_ eta: Double) -> Double { eta > 0 ? -log1p(exp(-eta)) : eta - log1p(exp(eta)) }
      return arms.reduce(logExpit(level) + logExpit(-level)) { sum, arm in
        let eta = level + slope * (arm.score - mean)
        return sum + Double(arm.outcomes.successes) * logExpit(eta)
          + Double(arm.outcomes.failures) * logExpit(-eta)
      }
    }
    let (levels, slopes) = (600, 400)
    var logs: [Double] = []
    for j in 0...slopes {
      let slope = prior * (-8 + 16 * Double(j) / Double(slopes))
      let density = -0.5 * (slope / prior) * (slope / prior)
      for i in 0...levels {
        let level = -15 + 30 * Double(i) / Double(levels)
        logs.append(logLikelihood(level, slope) + density)
      }
    }
    let peak = logs.max() ?? 0
    let cell = (30 / Double(levels)) * (16 * prior / Double(slopes))
    let sum = logs.reduce(0.0) { $0 + exp($1 - peak) }
    return peak + log(sum * cell / (prior * (2 * Double.pi).squareRoot()))
  }
}
