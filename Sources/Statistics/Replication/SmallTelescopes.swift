import Glibc

/// Is the replication's effect smaller than one that the original could barely have seen?
/// ```
/// d₃₃: power of the original's two-sided test against d₃₃ is 1/3
/// z = (d₃₃ − sign(b_orig) · b_rep) / se_rep, one-sided
/// ```
/// A small p says that the replication's effect is smaller than d₃₃; a large one leaves the question
/// open. Neither says that there is no effect.
/// - Source: Simonsohn (2015), doi:10.1177/0956797614567341.
public struct SmallTelescopes: Hashable, Sendable {
  /// d₃₃, in the unit of the estimates, positive.
  public let smallEffect: Double
  public let z: Double
  /// P(Z ≥ z).
  public let pValue: Double

  /// - Throws: ``StatisticsError`` when a standard error is not a positive finite number.
  public init(
    original: Double, originalError: Double, replication: Double, replicationError: Double,
    level: Double = 0.05
  ) throws(StatisticsError) {
    for (name, error) in [
      ("originalError", originalError), ("replicationError", replicationError),
    ] {
      guard error > 0, error.isFinite else {
        throw .argumentOutOfRange(
          argument: name, found: "\(error)", expected: "a positive number")
      }
    }
    let critical = NormalDistribution.upperQuantile(level / 2)
    var low = 0.0
    var high = critical + 1
    for _ in 0..<200 {
      let middle = (low + high) / 2
      let power =
        NormalDistribution.upperTail(critical - middle)
        + NormalDistribution.upperTail(critical + middle)
      if power < 1.0 / 3 { low = middle } else { high = middle }
    }
    smallEffect = (low + high) / 2 * originalError
    z = (smallEffect - (original < 0 ? -1 : 1) * replication) / replicationError
    pValue = NormalDistribution.upperTail(z)
  }
}
