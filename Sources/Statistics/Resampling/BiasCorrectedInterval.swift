/// A BCa interval with the quantities that it rests on.
public struct BiasCorrectedInterval: Hashable, Sendable {
  public let interval: Interval
  /// Bias correction z₀.
  public let biasCorrection: Double
  /// Acceleration a, from the jackknife.
  public let acceleration: Double
  /// The adjusted tail probabilities at which the replicates are read.
  public let lowerProbability: Double
  public let upperProbability: Double
}

extension BootstrapDistribution {
  /// The bias-corrected and accelerated interval.
  ///
  /// ```
  /// z₀ = Φ⁻¹((#{b < θ} + #{b ≤ θ}) / 2B)
  /// a  = Σ u³ / (6 (Σ u²)^1.5),   u = (n_j − 1)(mean_j − jackknife) / n_j over all strata j
  /// α₁ = Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z)))
  /// ```
  /// Equality with the estimate is decided with a tolerance of 1e-12·max(1, |θ|): for discrete
  /// statistics the rounding of b == θ moves z₀ visibly. R's `boot.ci` interpolates on the normal
  /// scale and is not identical.
  ///
  /// - Source: Efron (1987), doi:10.1080/01621459.1987.10478410. Oracle: scipy 1.17
  ///   `stats.bootstrap`, see `bca_bootstrap.json`.
  /// - Returns: Undefined when all replicates are equal, or all lie on one side of the estimate;
  ///   the caller falls back on another interval and says so.
  public func biasCorrectedInterval(confidenceLevel: Double) -> Measured<BiasCorrectedInterval> {
    guard let estimate = estimate.value else {
      return .undefined(
        UndefinedReason(.notApplicable, "the statistic does not exist in the sample"))
    }
    guard let smallest = sorted.first, let largest = sorted.last else {
      return .undefined(UndefinedReason(.emptyInput, "no resample has a value"))
    }
    let tolerance = 1e-12 * max(1, abs(estimate))
    guard largest - smallest > tolerance else {
      return .undefined(
        UndefinedReason(.noVariance, "all \(sorted.count) replicates equal \(smallest)"))
    }
    // Sorted, so two binary searches count both sides of the estimate.
    let below = Self.count(in: sorted) { $0 < estimate - tolerance }
    let notAbove = Self.count(in: sorted) { $0 <= estimate + tolerance }
    let share = Double(below + notAbove) / Double(2 * sorted.count)
    guard share > 0, share < 1 else {
      return .undefined(
        UndefinedReason(.boundary, "all \(sorted.count) replicates lie on one side of the estimate")
      )
    }
    return acceleration.flatMap { acceleration in
      let shift = NormalDistribution.quantile(share)
      let tail = (1 - confidenceLevel) / 2
      func adjusted(_ probability: Double) -> Double {
        let z = shift + NormalDistribution.quantile(probability)
        return NormalDistribution.cdf(shift + z / (1 - acceleration * z))
      }
      let lower = adjusted(tail)
      let upper = adjusted(1 - tail)
      guard lower.isFinite, upper.isFinite else {
        return .undefined(
          UndefinedReason(
            .outOfDomain, "the correction leaves no probability to read the interval at"))
      }
      return .defined(
        BiasCorrectedInterval(
          interval: Interval(
            lower: Self.quantile(lower, ofSorted: sorted),
            upper: Self.quantile(upper, ofSorted: sorted),
            confidenceLevel: confidenceLevel, method: .bootstrapBCa),
          biasCorrection: shift, acceleration: acceleration, lowerProbability: lower,
          upperProbability: upper))
    }
  }

  /// The acceleration of the delete-one values, in scipy's multi-sample form.
  package var acceleration: Measured<Double> {
    guard jackknifeGroups.contains(where: { !$0.isEmpty }) else {
      return .undefined(
        UndefinedReason(.notApplicable, "the jackknife was not asked for; BCa needs it"))
    }
    var squares = 0.0
    var cubes = 0.0
    for values in jackknifeGroups where !values.isEmpty {
      guard values.allSatisfy(\.isFinite) else {
        return .undefined(
          UndefinedReason(.tooFew, "the statistic does not exist when one unit is left out"))
      }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      for value in values {
        let influence = (count - 1) * (mean - value) / count
        squares += influence * influence
        cubes += influence * influence * influence
      }
    }
    guard squares > 0 else {
      return .undefined(UndefinedReason(.noVariance, "all delete-one values are equal"))
    }
    return .defined(cubes / (6 * squares * squares.squareRoot()))
  }

  private static func count(in sorted: [Double], where isBefore: (Double) -> Bool) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(sorted[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
