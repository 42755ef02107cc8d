import Glibc

/// The ways in which a p-value for one proportion is computed in print.
///
/// A reported p-value is compared with all of them, so that an audit can say which variant it is.
/// Oracle: section A6 of the audit of the published study (35 of 39 against 0.75).
public enum BinomialTestVariant: String, Hashable, Sendable, CaseIterable {
  case minimumLikelihood = "two-sided exact, minimum likelihood"
  case central = "two-sided exact, doubled one-sided"
  case oneSided = "one-sided exact"
  case oneSidedMidP = "one-sided mid-P"
  case centralMidP = "two-sided mid-P, doubled one-sided"
  case minimumLikelihoodMidP = "two-sided mid-P, minimum likelihood"
  case blaker = "two-sided exact, Blaker"
  case score = "score z (chi-squared)"
  case scoreContinuityCorrected = "score z with continuity correction"
  case likelihoodRatio = "likelihood ratio"
  case wald = "Wald z"

  /// The p-value; one-sided variants look in the direction of the observed deviation. Undefined
  /// for no trials, and for approximate variants without variance.
  public func pValue(_ test: BinomialTest) -> Measured<Double> {
    let (x, n) = (Double(test.observed.successes), Double(test.observed.trials))
    guard test.observed.trials > 0 else {
      return .undefined(UndefinedReason(.emptyArm, "there are 0 trials"))
    }
    let p0 = test.nullValue
    switch self {
    case .minimumLikelihood: return .defined(test.pValueMinimumLikelihood)
    case .central: return .defined(test.pValueCentral)
    case .oneSided: return .defined(min(test.pValueLess, test.pValueGreater))
    case .oneSidedMidP: return .defined(min(test.midPValueLess, test.midPValueGreater))
    case .centralMidP: return .defined(test.midPValueCentral)
    case .minimumLikelihoodMidP: return .defined(test.midPValueMinimumLikelihood)
    case .blaker: return .defined(test.pValueBlaker)
    case .score: return Self.normal(x - n * p0, (n * p0 * (1 - p0)).squareRoot())
    case .scoreContinuityCorrected:
      return Self.normal(max(0, abs(x - n * p0) - 0.5), (n * p0 * (1 - p0)).squareRoot())
    case .likelihoodRatio:
      guard p0 > 0, p0 < 1 else { return Self.normal(x - n * p0, 0) }
      let deviance =
        2 * (StirlingSeries.deviance(x, n * p0) + StirlingSeries.deviance(n - x, n * (1 - p0)))
      return .defined(ChiSquaredDistribution.upperTail(deviance, degreesOfFreedom: 1))
    case .wald: return Self.normal(x - n * p0, (x * (n - x) / n).squareRoot())
    }
  }

  private static func normal(_ difference: Double, _ standardError: Double) -> Measured<Double> {
    guard standardError > 0 else {
      return .undefined(UndefinedReason(.noVariance, "the standard error is 0"))
    }
    return .defined(NormalDistribution.twoSidedTail(difference / standardError))
  }
}

extension BinomialTest {
  /// The score test when items come in clusters: the variance is multiplied by the design effect.
  ///
  /// The exact variant divides counts by the design effect and needs interpolation, so the score
  /// form is used. - Source: Kish (1965), section 8.2.
  public func designEffectPValue(_ designEffect: Double) -> Measured<Double> {
    guard designEffect > 0, designEffect.isFinite else {
      return .undefined(
        UndefinedReason(.outOfDomain, "the design effect is \(designEffect), not positive"))
    }
    let n = Double(observed.trials)
    let variance = n * nullValue * (1 - nullValue) * designEffect
    guard variance > 0 else {
      return .undefined(UndefinedReason(.noVariance, "the null variance is 0"))
    }
    let z = (Double(observed.successes) - n * nullValue) / variance.squareRoot()
    return .defined(NormalDistribution.twoSidedTail(z))
  }
}
