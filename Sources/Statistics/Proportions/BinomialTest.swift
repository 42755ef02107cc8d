/// The exact test of one proportion against a fixed value, in its common variants.
///
/// Two-sided exact p-values are not unique: state which one a study reports.
/// - Source: R 4.2 `binom.test`, scipy 1.17 `binomtest` (minimum likelihood, ties within a factor
///   1 + 1e-7). Oracle: `binom_test.json`.
public struct BinomialTest: Hashable, Sendable {
  public let observed: Proportion
  public let nullValue: Double
  /// P(X ≤ x).
  public let pValueLess: Double
  /// P(X ≥ x).
  public let pValueGreater: Double
  /// Sum of all masses not above the observed mass.
  public let pValueMinimumLikelihood: Double
  /// P(X = x).
  public let mass: Double

  /// - Throws: when `nullValue` is outside 0...1.
  public init(_ observed: Proportion, nullValue: Double) throws(StatisticsError) {
    guard nullValue >= 0, nullValue <= 1 else {
      throw .argumentOutOfRange(argument: "nullValue", found: "\(nullValue)", expected: "in 0...1")
    }
    self.observed = observed
    self.nullValue = nullValue
    let (x, n) = (observed.successes, observed.trials)
    mass = BinomialDistribution.mass(x, trials: n, probability: nullValue)
    pValueLess = BinomialDistribution.cdf(x, trials: n, probability: nullValue)
    pValueGreater = BinomialDistribution.upperTail(x, trials: n, probability: nullValue)
    pValueMinimumLikelihood = Self.minimumLikelihood(x, n, nullValue)
  }

  /// min(1, 2 · smaller tail).
  public var pValueCentral: Double { min(1, 2 * min(pValueLess, pValueGreater)) }
  public var midPValueLess: Double { pValueLess - mass / 2 }
  public var midPValueGreater: Double { pValueGreater - mass / 2 }
  /// min(1, 2 · smaller mid-P tail); 1 for no trials.
  public var midPValueCentral: Double { min(1, 2 * min(midPValueLess, midPValueGreater)) }
  /// The minimum-likelihood sum less half the observed mass.
  public var midPValueMinimumLikelihood: Double { pValueMinimumLikelihood - mass / 2 }

  /// Blaker (2000): the smaller tail plus the largest opposite tail that does not exceed it.
  public var pValueBlaker: Double {
    let (x, n) = (observed.successes, observed.trials)
    let tail = min(pValueLess, pValueGreater)
    let bound = tail * (1 + 1e-7)
    if pValueLess <= pValueGreater {
      let first = RootFinding.firstInteger(in: 0...n) {
        BinomialDistribution.upperTail($0, trials: n, probability: nullValue) <= bound
      }
      guard let first, first > x else { return first == nil ? tail : 1 }
      return min(
        1, tail + BinomialDistribution.upperTail(first, trials: n, probability: nullValue))
    }
    // The largest y with P(X ≤ y) ≤ bound is one below the first y where it is exceeded.
    let first = RootFinding.firstInteger(in: 0...n) {
      BinomialDistribution.cdf($0, trials: n, probability: nullValue) > bound
    }
    guard let first, first > 0 else { return tail }
    guard first - 1 < x else { return 1 }
    return min(1, tail + BinomialDistribution.cdf(first - 1, trials: n, probability: nullValue))
  }

  /// Two-sided p by minimum likelihood: the observed tail plus the opposite tail from the first
  /// point whose mass is at most the observed one, found by bisection because masses fall away
  /// from the mode.
  static func minimumLikelihood(_ x: Int, _ n: Int, _ p: Double) -> Double {
    if n == 0 { return 1 }
    if p == 0 || p == 1 { return x == (p == 0 ? 0 : n) ? 1 : 0 }
    let bound = BinomialDistribution.logMass(x, trials: n, probability: p) + 1e-7
    func isAsExtreme(_ y: Int) -> Bool {
      BinomialDistribution.logMass(y, trials: n, probability: p) <= bound
    }
    let mean = Double(n) * p
    let mode = min(n, Int((Double(n) + 1) * p))
    if isAsExtreme(mode) { return 1 }
    if Double(x) < mean {
      let first = RootFinding.firstInteger(in: mode...n, where: isAsExtreme)
      let upper = first.map { BinomialDistribution.upperTail($0, trials: n, probability: p) } ?? 0
      return min(1, BinomialDistribution.cdf(x, trials: n, probability: p) + upper)
    }
    let last = RootFinding.firstInteger(in: 0...mode) { !isAsExtreme($0) }.map { $0 - 1 } ?? mode
    let lower = last < 0 ? 0 : BinomialDistribution.cdf(last, trials: n, probability: p)
    return min(1, BinomialDistribution.upperTail(x, trials: n, probability: p) + lower)
  }
}
