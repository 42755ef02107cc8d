extension IntervalMethod {
  public static let langReiczigel = IntervalMethod(rawValue: "Lang-Reiczigel")
}

/// A proportion observed through an imperfect judge, corrected for its sensitivity and
/// specificity, both estimated on independent validation items.
///
/// ```
/// p = (q + Sp − 1) / (Se + Sp − 1)
/// ```
/// - Source: Rogan & Gladen (1978); interval of Lang & Reiczigel (2014),
///   doi:10.1016/j.prevetmed.2013.09.015 (eq. 4 of the paper has a sign typo). Oracle:
///   `rogan_gladen.json` (R asht `prevSeSp`).
public struct JudgeCorrectedProportion: Hashable, Sendable {
  /// Without truncation; may lie outside 0...1.
  public let rawEstimate: Measured<Double>
  /// Delta-method standard error of the raw estimate.
  public let standardError: Measured<Double>
  /// The Lang-Reiczigel interval, both ends cut to 0...1.
  public let interval: Measured<Interval>

  /// The estimate cut to 0...1.
  public var estimate: Measured<Double> { rawEstimate.map { min(1, max(0, $0)) } }

  /// - Parameters:
  ///   - observed: positives by the judge.
  ///   - sensitivity: true positives among validated positives.
  ///   - specificity: true negatives among validated negatives.
  public init(
    observed: Proportion, sensitivity: Proportion, specificity: Proportion,
    confidenceLevel: Double = 0.95
  ) {
    let z = NormalDistribution.criticalValue(confidenceLevel: checkedLevel(confidenceLevel))
    let arms = [observed, sensitivity, specificity]
    guard arms.allSatisfy({ $0.trials > 0 }) else {
      let reason = UndefinedReason(.emptyArm, "one of the three samples has 0 items")
      rawEstimate = .undefined(reason)
      standardError = .undefined(reason)
      interval = .undefined(reason)
      return
    }
    let (q, se, sp) = (observed.share, sensitivity.share, specificity.share)
    let (n, nSe, nSp) = (
      Double(observed.trials), Double(sensitivity.trials), Double(specificity.trials)
    )
    let youden = se + sp - 1
    guard youden > 0 else {
      let reason = UndefinedReason(
        .outOfDomain, "sensitivity and specificity sum to 1 or less, so the judge carries no signal"
      )
      rawEstimate = .undefined(reason)
      standardError = .undefined(reason)
      interval = .undefined(reason)
      return
    }
    let raw = (q + sp - 1) / youden
    rawEstimate = .defined(raw)
    let variance =
      q * (1 - q) / n + raw * raw * se * (1 - se) / nSe + (1 - raw) * (1 - raw) * sp * (1 - sp)
      / nSp
    standardError = .defined(variance.squareRoot() / youden)

    let nA = n + z * z
    let qA = (Double(observed.successes) + z * z / 2) / nA
    let (nSeA, nSpA) = (nSe + 2, nSp + 2)
    let seA = (Double(sensitivity.successes) + 1) / nSeA
    let spA = (Double(specificity.successes) + 1) / nSpA
    let youdenA = seA + spA - 1
    guard youdenA > 0 else {
      interval = .undefined(
        UndefinedReason(.outOfDomain, "the adjusted sensitivity and specificity sum to 1 or less"))
      return
    }
    let pA = (qA + spA - 1) / youdenA
    let (vSe, vSp) = (seA * (1 - seA) / nSeA, spA * (1 - spA) / nSpA)
    let shift = 2 * z * z * (pA * vSe - (1 - pA) * vSp)
    let half =
      z
      * ((qA * (1 - qA) / nA + pA * pA * vSe + (1 - pA) * (1 - pA) * vSp) / (youdenA * youdenA))
      .squareRoot()
    interval = .defined(
      Interval(
        lower: min(1, max(0, pA + shift - half)), upper: min(1, max(0, pA + shift + half)),
        confidenceLevel: confidenceLevel, method: .langReiczigel))
  }
}
