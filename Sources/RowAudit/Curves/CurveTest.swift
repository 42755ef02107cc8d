public import Statistics

/// Trend, shape and contrasts of one dose curve on the same questions.
public struct CurveTest: Hashable, Sendable {
  /// Questions with an outcome at every dose: the paired statistics rest on these.
  public let completeCount: Int
  public let incompleteCount: Int
  /// Questions whose outcome is not the same at every dose.
  public let swingCount: Int
  /// Probability per unit of dose.
  public let slope: Measured<Double>
  public let slopeInterval: Measured<Interval>
  /// Studentised within-question permutation; the primary test.
  public let permutationPValue: Measured<Double>
  /// Exact sign-flip (dose reversal), a sensitivity test.
  public let signFlipPValue: Measured<Double>
  /// Cluster-robust t, a sensitivity test.
  public let robustPValue: Measured<Double>
  /// Of the primary p over the family of trends.
  public var adjustedPValue: Measured<Double>
  /// T01, evidence for an order; never enough alone to call a curve monotone.
  public let pForIncreasing: Measured<Double>
  public let pForDecreasing: Measured<Double>
  /// T12, evidence against an order.
  public let pAgainstIncreasing: Measured<Double>
  public let pAgainstDecreasing: Measured<Double>
  public let shapeCalibration: DoseResponseShape.Calibration
  public var shape: DoseResponseShape.Verdict?
  /// 0 → 1, 1 → max, 0 → max as far as the doses exist, Holm over them.
  public let contrasts: [CurveContrast]
  /// Of neighbouring doses, ascending.
  let adjacentSteps: [Interval]
  /// Of every pair of doses at 1 − 2 · level.
  let pairwiseIntervals: [Interval]
  /// With power .8, probability per unit of dose.
  public let minimalDetectableSlope: Measured<Double>

  /// The permutation test, or the robust t where the permutation is out of reach.
  public var primaryPValue: Measured<Double> {
    permutationPValue.value == nil ? robustPValue : permutationPValue
  }

  /// Whether a sensitivity test decides otherwise than the primary test.
  public func isFragile(level: Double) -> Bool {
    let decisions = [primaryPValue, signFlipPValue, robustPValue].compactMap(\.value)
      .map { $0 < level }
    return Set(decisions).count > 1
  }
}

/// The change between two doses on the same questions, `to` minus `from`.
public struct CurveContrast: Hashable, Sendable {
  public let from: Double
  public let to: Double
  public let difference: Measured<Double>
  /// Tango; cluster-robust t where questions repeat.
  public let interval: Measured<Interval>
  /// At 1 − 2 · level, for equivalence.
  public let equivalenceInterval: Measured<Interval>
  /// McNemar mid-p; t where questions repeat.
  public let pValue: Measured<Double>
  /// Holm over the contrasts of the curve.
  public var adjustedPValue: Measured<Double>
  /// Questions that change for `true` and for `false`; `nil` where questions repeat.
  public let gains: Int?
  public let losses: Int?
}
