import Glibc

/// Fisher's exact test of a 2 × 2 table [[a, b], [c, d]] with all margins fixed.
///
/// - Source: two-sided p as the sum over tables whose probability is at most the observed one
///   times 1 + 1e-7 (R `fisher.test`, scipy). Oracle: `fisher_exact.json`.
/// - Complexity: a few standard deviations of the cell, found by bisection; arms of 10⁶ take
///   microseconds.
public struct FisherExactTest: Hashable, Sendable {
  public let pValueTwoSided: Double
  /// P(first cell ≤ a).
  public let pValueLess: Double
  /// P(first cell ≥ a).
  public let pValueGreater: Double
  /// The two-sided p less half the probability of the observed table (Fagerland, Lydersen & Laake
  /// 2017, section 4.4.4): close to Boschloo's test, without its guarantee.
  public let midPValueTwoSided: Double
  /// ad / bc; +∞ where bc = 0 < ad, undefined at 0/0.
  public let oddsRatio: Measured<Double>

  public init(_ first: Proportion, _ second: Proportion) {
    let (a, b) = (first.successes, first.failures)
    let (c, d) = (second.successes, second.failures)
    let (s, f, m) = (a + b, c + d, a + c)
    pValueLess = HypergeometricDistribution.cdf(a, successes: s, failures: f, draws: m)
    pValueGreater = HypergeometricDistribution.upperTail(a, successes: s, failures: f, draws: m)
    pValueTwoSided = Self.twoSided(a, s, f, m, pValueLess, pValueGreater)
    let observed = HypergeometricDistribution.mass(a, successes: s, failures: f, draws: m)
    midPValueTwoSided = max(0, pValueTwoSided - 0.5 * observed)
    let (concordant, discordant) = (Double(a) * Double(d), Double(b) * Double(c))
    if discordant > 0 {
      oddsRatio = .defined(concordant / discordant)
    } else if concordant > 0 {
      oddsRatio = .defined(.infinity)
    } else {
      oddsRatio = .undefined(
        UndefinedReason(.zeroDenominator, "ad and bc are both 0, so the odds ratio is 0/0"))
    }
  }

  static func twoSided(
    _ x: Int, _ successes: Int, _ failures: Int, _ draws: Int, _ less: Double, _ greater: Double
  ) -> Double {
    let range = HypergeometricDistribution.support(
      successes: successes, failures: failures, draws: draws)
    if range.lowerBound == range.upperBound { return 1 }
    func logMass(_ y: Int) -> Double {
      HypergeometricDistribution.logMass(
        y, successes: successes, failures: failures, draws: draws)
    }
    let bound = logMass(x) + 1e-7
    let product = (draws + 1).multipliedFullWidth(by: successes + 1)
    let mode = min(
      range.upperBound,
      max(range.lowerBound, (successes + failures + 2).dividingFullWidth(product).quotient))
    if logMass(mode) <= bound { return 1 }
    if x < mode {
      let first = RootFinding.firstInteger(in: mode...range.upperBound) { logMass($0) <= bound }
      let upper = first.map {
        HypergeometricDistribution.upperTail(
          $0, successes: successes, failures: failures, draws: draws)
      }
      return min(1, less + (upper ?? 0))
    }
    let inside = RootFinding.firstInteger(in: range.lowerBound...mode) { logMass($0) > bound }
    guard let inside, inside > range.lowerBound else { return min(1, greater) }
    let lower = HypergeometricDistribution.cdf(
      inside - 1, successes: successes, failures: failures, draws: draws)
    return min(1, greater + lower)
  }
}
