/// The replicates of a bootstrap and the intervals that are read from them.
public struct BootstrapDistribution: Hashable, Sendable {
  /// The statistic of the sample itself.
  public let estimate: Measured<Double>
  /// The defined replicates, in the order of their resamples.
  public let replicates: [Double]
  /// The defined replicates, ascending.
  package let sorted: [Double]
  /// Resamples in which the statistic did not exist. Intervals condition on its existence; a count
  /// above zero must be shown beside them.
  public let undefinedCount: Int
  /// Delete-one values for each sample or stratum; empty when the jackknife was not asked for.
  package let jackknifeGroups: [[Double]]

  package init(estimate: Double, replicates: [Double], jackknifeGroups: [[Double]]) {
    self.estimate = Measured(
      finite: estimate,
      otherwise: UndefinedReason(.notApplicable, "the statistic does not exist in the sample"))
    let defined = replicates.allSatisfy(\.isFinite) ? replicates : replicates.filter(\.isFinite)
    self.replicates = defined
    sorted = defined.sorted()
    undefinedCount = replicates.count - defined.count
    self.jackknifeGroups = jackknifeGroups
  }

  /// The distribution of resamples that were drawn elsewhere, with the jackknife of `design`.
  public init(
    design: ResamplingDesign, resamples: [[Int]], statistic: ([Int]) -> Double
  ) {
    self.init(
      estimate: statistic(design.allRows), replicates: resamples.map(statistic),
      jackknifeGroups: design.unitCounts.enumerated().map { group, count in
        (0..<count).map { statistic(design.rows(without: $0, ofGroup: group)) }
      })
  }

  private var noReplicates: UndefinedReason {
    UndefinedReason(
      .emptyInput, "no resample has a value (\(undefinedCount) were drawn and undefined)")
  }

  /// Standard deviation of the replicates, divisor B − 1.
  public var standardError: Measured<Double> {
    guard replicates.count > 1 else {
      return .undefined(UndefinedReason(.tooFew, "\(replicates.count) replicates; two are needed"))
    }
    let mean = replicates.reduce(0, +) / Double(replicates.count)
    let squares = replicates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard squares.isFinite else {
      return .undefined(
        UndefinedReason(.outOfDomain, "the squares of the replicates exceed the largest number"))
    }
    return .defined((squares / Double(replicates.count - 1)).squareRoot())
  }

  /// The interval between the α/2 and 1 − α/2 quantiles (type 7) of the replicates.
  ///
  /// - Source: Efron (1979). Oracle: `numpy.percentile`, see `bca_bootstrap.json`.
  public func percentileInterval(confidenceLevel: Double) -> Measured<Interval> {
    guard !sorted.isEmpty else { return .undefined(noReplicates) }
    let tail = (1 - confidenceLevel) / 2
    return .defined(
      Interval(
        lower: Self.quantile(tail, ofSorted: sorted),
        upper: Self.quantile(1 - tail, ofSorted: sorted),
        confidenceLevel: confidenceLevel, method: .bootstrapPercentile))
  }

  /// The percentile interval reflected at the estimate: 2θ − q(1 − α/2), 2θ − q(α/2).
  ///
  /// - Source: Davison & Hinkley (1997), eq. 5.6. Oracle: `bca_bootstrap.json`.
  public func basicInterval(confidenceLevel: Double) -> Measured<Interval> {
    percentileInterval(confidenceLevel: confidenceLevel).flatMap { interval in
      estimate.map { estimate in
        Interval(
          lower: 2 * estimate - interval.upper, upper: 2 * estimate - interval.lower,
          confidenceLevel: confidenceLevel, method: .bootstrapBasic)
      }
    }
  }

  /// The type-7 quantile with numpy's rounding: interpolation starts from the nearer order
  /// statistic.
  package static func quantile(_ probability: Double, ofSorted values: [Double]) -> Double {
    guard let first = values.first, let last = values.last else { return .nan }
    let position = min(max(probability, 0), 1) * Double(values.count - 1)
    let below = Int(position)
    guard below + 1 < values.count else { return last }
    if position <= 0 { return first }
    let (low, high, weight) = (values[below], values[below + 1], position - Double(below))
    if low == high { return low }
    return weight >= 0.5 ? high - (high - low) * (1 - weight) : low + (high - low) * weight
  }
}

extension IntervalMethod {
  public static let bootstrapPercentile = IntervalMethod(rawValue: "bootstrap percentile")
  public static let bootstrapBasic = IntervalMethod(rawValue: "bootstrap basic")
  public static let bootstrapBCa = IntervalMethod(rawValue: "bootstrap BCa")
}
