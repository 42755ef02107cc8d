import Glibc

/// What clustering does to a test of one share against a fixed share.
///
/// A binomial test counts every unit as independent. Units that share a cluster (neurons of a
/// layer, responses to a question) carry less information. See also
/// ``BinomialTest/designEffectPValue(_:)``.
public enum ClusteredShare {
  /// True size of the nominal two-sided exact binomial test when the rate of units varies between
  /// clusters.
  ///
  /// Cluster rates are independent gamma variables with mean 1 and variance `rateVariance`; the
  /// units fall into clusters in proportion to the rates. The share of the `inside` clusters is then
  /// Beta(inside / v, outside / v) and the count beta-binomial, so that the size is a finite sum and
  /// needs no simulation. The null share is inside / (inside + outside).
  ///
  /// - Source: the Dirichlet as normalised gammas, Johnson, Kotz & Balakrishnan (1997), chapter 49.
  ///   Oracle: scipy 1.17 `stats.betabinom`.
  /// - Parameters:
  ///   - inside: clusters that count as success.
  ///   - outside: the other clusters.
  ///   - rejects: whether the test rejects at a count.
  public static func sizeUnderVaryingRates(
    trials: Int, inside: Int, outside: Int, rateVariance: Double, rejects: (Int) -> Bool
  ) -> Measured<Double> {
    guard trials > 0, trials <= 1_000_000 else {
      return .undefined(UndefinedReason(.outOfDomain, "\(trials) trials"))
    }
    guard inside > 0, outside > 0, rateVariance > 0 else {
      return .undefined(
        UndefinedReason(
          .noVariance, "\(inside) clusters inside, \(outside) outside, variance \(rateVariance)"))
    }
    let alpha = Double(inside) / rateVariance
    let beta = Double(outside) / rateVariance
    // The mass by its recurrence from 0; log P(0) = Σ log((β + i) / (α + β + i)).
    var logMass = 0.0
    for i in 0..<trials {
      logMass += log((beta + Double(i)) / (alpha + beta + Double(i)))
    }
    var size = 0.0
    for x in 0...trials {
      if rejects(x) { size += exp(logMass) }
      guard x < trials else { break }
      let next = Double(x) + 1
      logMass += log(
        Double(trials - x) / next * (alpha + Double(x)) / (beta + Double(trials) - next))
    }
    return .defined(min(1, size))
  }
}
