extension IntervalMethod {
  public static let patilPrediction = IntervalMethod(rawValue: "Patil prediction of a replication")
}

/// An original estimate beside one replication of it, both with standard errors.
public struct OriginalAndReplication: Hashable, Sendable {
  public let original: Double
  public let originalStandardError: Double
  public let replication: Double
  public let replicationStandardError: Double

  /// - Throws: for standard errors that are not positive.
  public init(
    original: Double, originalStandardError: Double, replication: Double,
    replicationStandardError: Double
  ) throws(StatisticsError) {
    for (name, value) in [
      ("originalStandardError", originalStandardError),
      ("replicationStandardError", replicationStandardError),
    ] where !(value > 0 && value.isFinite) {
      throw .argumentOutOfRange(argument: name, found: "\(value)", expected: "positive")
    }
    for (index, value) in [original, replication].enumerated() where !value.isFinite {
      throw .notFinite(argument: "estimate", index: index)
    }
    self.original = original
    self.originalStandardError = originalStandardError
    self.replication = replication
    self.replicationStandardError = replicationStandardError
  }

  /// Where a replication would fall if both estimated the same effect.
  ///
  /// - Source: Patil, Peng & Leek (2016), doi:10.1177/1745691616646366.
  public func predictionInterval(confidenceLevel: Double = 0.95) -> Interval {
    let variance =
      originalStandardError * originalStandardError
      + replicationStandardError * replicationStandardError
    let half =
      NormalDistribution.criticalValue(confidenceLevel: confidenceLevel) * variance.squareRoot()
    return Interval(
      lower: original - half, upper: original + half, confidenceLevel: confidenceLevel,
      method: .patilPrediction)
  }

  /// The effect that the original study had power 1/3 to detect (two-sided level `alpha`).
  ///
  /// - Source: Simonsohn (2015), doi:10.1177/0956797614567341.
  public func smallestDetectable(alpha: Double = 0.05, power: Double = 1.0 / 3) -> Double {
    let critical = NormalDistribution.upperQuantile(alpha / 2)
    return RootFinding.boundary(from: 0, to: critical + 10) { size in
      NormalDistribution.upperTail(critical - size) + NormalDistribution.cdf(-critical - size)
        < power
    } * originalStandardError
  }

  /// Small telescopes: one-sided p that the replicated effect, in the original's direction, is
  /// below ``smallestDetectable(alpha:power:)``.
  public func smallTelescopesPValue(alpha: Double = 0.05) -> Double {
    let sign: Double = original < 0 ? -1 : 1
    return NormalDistribution.cdf(
      (sign * replication - smallestDetectable(alpha: alpha)) / replicationStandardError)
  }

  /// Held's one-sided sceptical p: small only where the original and the replication are both
  /// convincing and agree in direction. Replication success at one-sided level α is p < α.
  ///
  /// ```
  /// (z_o²/z_S² − 1)(z_r²/z_S² − 1) = c,   c = σ_o²/σ_r²,   p = 1 − Φ(z_S)
  /// ```
  /// - Source: Held (2020), doi:10.1111/rssa.12493, section 3. Oracle: the root of the equation by
  ///   scipy `optimize.brentq`, see `Oracles/extra/make_methods.py`.
  public func scepticalPValue() -> Double {
    let (first, second) = (
      original / originalStandardError, replication / replicationStandardError
    )
    let (a, b) = (first * first, second * second)
    let ratio = originalStandardError / replicationStandardError
    let c = ratio * ratio
    // z_S² is the smaller positive root of (c − 1) s² + (a + b) s − a b = 0.
    let discriminant = ((a + b) * (a + b) + 4 * (c - 1) * a * b).squareRoot()
    let root = a + b + discriminant > 0 ? 2 * a * b / (a + b + discriminant) : 0
    let z = max(0, root).squareRoot()
    return first * second > 0 ? NormalDistribution.upperTail(z) : NormalDistribution.cdf(z)
  }
}
