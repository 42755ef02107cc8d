/// The verdict on the shape of a dose curve, with everything that it rests on.
///
/// The rules, in this order (α two-sided, δ the registered margin):
/// 1. increasing: trend p < α, slope > 0, no evidence against increasing (T12 p ≥ α), and every
///    adjacent step has a lower 95 % bound above −δ; without the last clause the monotonicity stays
///    unverified. 1b is the mirror.
/// 2. non-monotone: evidence against increasing *and* against decreasing (both T12 p < α).
/// 3. equivalent to flat: all pairwise 90 % intervals within ±δ.
/// 4. reversal in the point estimates that no test supports.
/// 5. inconclusive otherwise.
///
/// From margins the same rules use unpaired methods, and ``isPaired`` says so.
public struct DoseResponseShape: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    case monotoneIncreasing = "monotone-increasing supported"
    case increasingUnverified = "increasing trend; strict monotonicity unverified"
    case monotoneDecreasing = "monotone-decreasing supported"
    case decreasingUnverified = "decreasing trend; strict monotonicity unverified"
    case nonMonotone = "non-monotone"
    case equivalentToFlat = "equivalent to flat"
    case reversalNotTested = "pattern non-monotone in point estimates, not tested as such"
    case inconclusive = "inconclusive/underpowered"

    /// Verdicts 4 and 5, which carry the minimal detectable effect.
    public var isInconclusive: Bool { self == .reversalNotTested || self == .inconclusive }
  }

  /// What was registered before the data were seen.
  public struct Settings: Hashable, Sendable {
    /// Two-sided test level.
    public let level: Double
    /// Equivalence margin δ in probability; `nil` when none was registered: then verdicts 1, 1b and
    /// 3 cannot be reached.
    public let margin: Double?
    /// The dose at which the hooked model equals the untouched one, for the three contrasts.
    public let noOpDose: Double
    public let permutationCount: Int
    public let seed: UInt64
    /// Address of the random numbers, for example "shape/FaithEval/A".
    public let analysis: String
    /// The trend p adjusted over the confirmatory family (Holm); `nil` outside a family.
    public let adjustedTrendPValue: Double?

    public init(
      level: Double = 0.05, margin: Double?, noOpDose: Double = 1,
      permutationCount: Int = 9_999, seed: UInt64, analysis: String,
      adjustedTrendPValue: Double? = nil
    ) {
      self.level = level
      self.margin = margin
      self.noOpDose = noOpDose
      self.permutationCount = permutationCount
      self.seed = seed
      self.analysis = analysis
      self.adjustedTrendPValue = adjustedTrendPValue
    }
  }

  /// How the p values of T12 were calibrated.
  public enum Calibration: String, Hashable, Sendable {
    case chiBarSquare = "chi-bar-square"
    case permutation = "within-question permutation"
    case levelProbabilities = "level probabilities, unpaired"
  }

  public let verdict: Verdict
  /// `false` for results from margins: label them unpaired.
  public let isPaired: Bool
  /// Complete questions, or the smallest number of trials of a margin.
  public let questionCount: Int
  /// Questions left out because an answer is unscored.
  public let incompleteCount: Int
  public let rates: [Double]
  public let trendPValue: Measured<Double>
  /// Probability per unit of dose.
  public let slope: Measured<Double>
  public let slopeInterval: Measured<Interval>
  /// P values of T12: evidence against increasing, and against decreasing.
  public let pAgainstIncreasing: Measured<Double>
  public let pAgainstDecreasing: Measured<Double>
  /// P values of T01: evidence for an order. An inverted U gives small ones too, so that no verdict
  /// rests on them alone.
  public let pForIncreasing: Measured<Double>
  public let pForDecreasing: Measured<Double>
  public let shapeCalibration: Calibration
  /// Neighbouring doses, ascending.
  public let adjacentSteps: [DoseContrast]
  /// Highest − lowest, lowest − no-op, highest − no-op, Holm-adjusted over those that exist.
  public let contrasts: [DoseContrast]
  /// Every pair of doses at the confidence 1 − 2 · level, for equivalence.
  public let pairwise: [DoseContrast]
  /// The slope found with power .8; present for inconclusive verdicts.
  public let minimalDetectableSlope: Measured<Double>?
}

extension DoseResponseShape {
  /// The table above. Undefined evidence against an order never counts as support for it.
  package static func verdict(
    level: Double, margin: Double?, trendPValue: Double?, slope: Double?,
    pAgainstIncreasing: Double?, pAgainstDecreasing: Double?, steps: [Interval],
    pairwise90: [Interval], rates: [Double]
  ) -> Verdict {
    if let trendPValue, let slope, trendPValue < level, slope != 0 {
      let isUp = slope > 0
      let against = isUp ? pAgainstIncreasing : pAgainstDecreasing
      if against.map({ $0 >= level }) ?? true {
        let isVerified =
          against != nil && !steps.isEmpty
          && (margin.map { margin in
            steps.allSatisfy { isUp ? $0.lower > -margin : $0.upper < margin }
          } ?? false)
        switch (isUp, isVerified) {
        case (true, true): return .monotoneIncreasing
        case (true, false): return .increasingUnverified
        case (false, true): return .monotoneDecreasing
        case (false, false): return .decreasingUnverified
        }
      }
    }
    if let pAgainstIncreasing, let pAgainstDecreasing, pAgainstIncreasing < level,
      pAgainstDecreasing < level
    {
      return .nonMonotone
    }
    if let margin, !pairwise90.isEmpty,
      pairwise90.allSatisfy({ $0.lower > -margin && $0.upper < margin })
    {
      return .equivalentToFlat
    }
    let changes = zip(rates.dropFirst(), rates).map { $0 - $1 }
    let isReversed = changes.contains { $0 > 0 } && changes.contains { $0 < 0 }
    return isReversed ? .reversalNotTested : .inconclusive
  }

  package static func checkLevel(_ level: Double) throws(StatisticsError) {
    guard level > 0, level < 0.5 else {
      throw .argumentOutOfRange(
        argument: "level", found: "\(level)", expected: "between 0 and 0.5, both excluded")
    }
  }

  /// Index pairs (from, to) of the three registered contrasts.
  package static func contrastPairs(doses: [Double], noOpDose: Double) -> [(from: Int, to: Int)] {
    guard doses.count > 1 else { return [] }
    let highest = doses.count - 1
    guard let noOp = doses.firstIndex(of: noOpDose), noOp != 0, noOp != highest else {
      return [(0, highest)]
    }
    return [(0, highest), (noOp, 0), (noOp, highest)]
  }

  package static func allPairs(_ count: Int) -> [(from: Int, to: Int)] {
    (0..<count).flatMap { from in ((from + 1)..<max(from + 1, count)).map { (from, $0) } }
  }
}
