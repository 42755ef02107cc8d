import Glibc

/// The difference of two AUROCs on the same items, by DeLong's covariance.
///
/// Not for nested models on their training data, where the test is conservative.
///
/// - Source: DeLong et al. (1988), doi:10.2307/2531595. Oracle: R pROC `roc.test(paired = TRUE)`,
///   see `delong_paired.json`.
public struct PairedAUROC: Hashable, Sendable {
  public let first: Measured<Double>
  public let second: Measured<Double>
  /// First minus second.
  public let difference: Measured<Double>
  public let firstVariance: Measured<Double>
  public let secondVariance: Measured<Double>
  public let covariance: Measured<Double>
  public let differenceVariance: Measured<Double>
  /// Undefined when the variance of the difference is 0.
  public let z: Measured<Double>
  /// Two-sided. 1 for identical placements; undefined for a difference with no variance.
  public let pValue: Measured<Double>

  /// - Parameters:
  ///   - labels: [item], `true` for positives.
  ///   - firstScores: [item].
  ///   - secondScores: [item].
  /// - Throws: ``StatisticsError/lengthMismatch(first:firstCount:second:secondCount:)`` and
  ///   ``StatisticsError/notFinite(argument:index:)``.
  public init(
    labels: [Bool], firstScores: [Double], secondScores: [Double]
  ) throws(StatisticsError) {
    for (name, scores) in [("firstScores", firstScores), ("secondScores", secondScores)] {
      guard scores.count == labels.count else {
        throw .lengthMismatch(
          first: "labels", firstCount: labels.count, second: name, secondCount: scores.count)
      }
      if let index = scores.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(argument: name, index: index)
      }
    }
    func placements(_ scores: [Double]) -> PlacementValues {
      PlacementValues(
        positives: zip(scores, labels).filter(\.1).map(\.0),
        negatives: zip(scores, labels).filter { !$0.1 }.map(\.0))
    }
    let one = placements(firstScores)
    let two = placements(secondScores)
    let m = one.positives.count
    let n = one.negatives.count
    guard m > 0, n > 0 else {
      self.init(
        undefined: UndefinedReason(
          .singleClass,
          "\(labels.filter { $0 }.count) of \(labels.count) items are positive"))
      return
    }
    guard m > 1, n > 1 else {
      self.init(
        first: one.mean, second: two.mean,
        undefined: UndefinedReason(
          .tooFew, "\(m) positives and \(n) negatives; two of each are needed"))
      return
    }
    func combined(_ left: PlacementValues, _ right: PlacementValues) -> Double {
      SampleMoments.covariance(left.positives, right.positives) / Double(m)
        + SampleMoments.covariance(left.negatives, right.negatives) / Double(n)
    }
    let variances = (combined(one, one), combined(two, two))
    let covariance = combined(one, two)
    // From the differences of placements: identical scores give exactly 0.
    let gaps = PlacementDifference(one, two)
    let noise = 1e-14 * (variances.0 + variances.1)
    let direct = gaps.variance
    let variance = direct <= noise ? 0 : variances.0 + variances.1 - 2 * covariance
    let difference = one.mean - two.mean
    let noVariance = UndefinedReason(.noVariance, "the placements differ by a constant")
    let z: Measured<Double> =
      variance > 0 ? .defined(difference / variance.squareRoot()) : .undefined(noVariance)
    let sameArea: Measured<Double> = abs(difference) <= 1e-14 ? .defined(1) : .undefined(noVariance)
    self.init(
      first: .defined(one.mean), second: .defined(two.mean), difference: .defined(difference),
      firstVariance: .defined(variances.0), secondVariance: .defined(variances.1),
      covariance: .defined(covariance), differenceVariance: .defined(variance), z: z,
      pValue: variance > 0 ? z.map(NormalDistribution.twoSidedTail) : sameArea)
  }

  /// difference ± z·se; [d, d] without variance.
  public func interval(confidenceLevel: Double) -> Measured<Interval> {
    difference.flatMap { difference in
      differenceVariance.map { variance in
        let half =
          variance > 0
          ? NormalDistribution.criticalValue(confidenceLevel: confidenceLevel)
            * variance.squareRoot() : 0
        return Interval(
          lower: difference - half, upper: difference + half, confidenceLevel: confidenceLevel,
          method: .delongWald)
      }
    }
  }

  private init(
    first: Double? = nil, second: Double? = nil, undefined reason: UndefinedReason
  ) {
    let areas = (first.map(Measured.defined), second.map(Measured.defined))
    self.init(
      first: areas.0 ?? .undefined(reason), second: areas.1 ?? .undefined(reason),
      difference: (areas.0 ?? .undefined(reason)).flatMap { first in
        (areas.1 ?? .undefined(reason)).map { first - $0 }
      },
      firstVariance: .undefined(reason), secondVariance: .undefined(reason),
      covariance: .undefined(reason), differenceVariance: .undefined(reason),
      z: .undefined(reason), pValue: .undefined(reason))
  }

  private init(
    first: Measured<Double>, second: Measured<Double>, difference: Measured<Double>,
    firstVariance: Measured<Double>, secondVariance: Measured<Double>,
    covariance: Measured<Double>, differenceVariance: Measured<Double>, z: Measured<Double>,
    pValue: Measured<Double>
  ) {
    self.first = first
    self.second = second
    self.difference = difference
    self.firstVariance = firstVariance
    self.secondVariance = secondVariance
    self.covariance = covariance
    self.differenceVariance = differenceVariance
    self.z = z
    self.pValue = pValue
  }
}

/// Placement differences of two scores on the same items.
private struct PlacementDifference {
  let variance: Double

  init(_ one: PlacementValues, _ two: PlacementValues) {
    let positives = zip(one.positives, two.positives).map { $0 - $1 }
    let negatives = zip(one.negatives, two.negatives).map { $0 - $1 }
    variance =
      SampleMoments.variance(positives) / Double(positives.count)
      + SampleMoments.variance(negatives) / Double(negatives.count)
  }
}
