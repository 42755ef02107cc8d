import RawStore
public import Statistics

/// One neuron set on one benchmark in several configurations: do they respond to the dose alike?
public struct Replication: Hashable, Sendable, Identifiable {
  /// Benchmark and neuron set.
  public let id: String
  public let benchmark: String
  public let neuronSet: String
  /// Names of the arms, one a configuration.
  public let curves: [String]
  /// Every pair of configurations: the interaction of configuration and dose.
  public let pairs: [SlopeComparison]
  /// Random-effects mean of the slopes; configurations share items, model and judge, so that this
  /// describes re-implementations, not independent replications.
  public let pooledSlope: Measured<Double>
  public let pooledInterval: Measured<Interval>
  public let heterogeneityPValue: Measured<Double>
  public let heterogeneity: Measured<Double>

  init(
    id: String, curves: [DoseCurve], pairs: [SlopeComparison], confidenceLevel: Double
  ) {
    self.id = id
    benchmark = curves.first?.arm.benchmark ?? ""
    neuronSet = curves.first?.arm.neuronSet ?? ""
    self.curves = curves.map(\.id)
    self.pairs = pairs
    let estimates = curves.compactMap { curve -> (Double, Double)? in
      guard let test = curve.test, let slope = test.slope.value,
        let interval = test.slopeInterval.value, interval.width > 0, test.completeCount > 1
      else { return nil }
      let t = StudentT.criticalValue(
        confidenceLevel: interval.confidenceLevel,
        degreesOfFreedom: Double(test.completeCount - 1))
      let error = interval.width / (2 * t)
      return (slope, error * error)
    }
    guard estimates.count > 1,
      let pooled = try? MetaAnalysis(
        estimates: estimates.map(\.0), variances: estimates.map(\.1))
    else {
      let reason = UndefinedReason(
        .tooFew, "\(estimates.count) configurations have a slope with an interval")
      pooledSlope = .undefined(reason)
      pooledInterval = .undefined(reason)
      heterogeneityPValue = .undefined(reason)
      heterogeneity = .undefined(reason)
      return
    }
    pooledSlope = .defined(pooled.reml.estimate)
    pooledInterval = pooled.hartungKnappInterval(confidenceLevel: confidenceLevel)
    heterogeneity = .defined(pooled.heterogeneity)
    heterogeneityPValue = .defined(pooled.heterogeneityPValue)
  }
}
