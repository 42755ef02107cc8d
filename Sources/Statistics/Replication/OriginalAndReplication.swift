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
}
