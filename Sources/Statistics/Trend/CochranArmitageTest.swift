/// The Cochran-Armitage trend test of independent arms.
///
/// Ignores pairing: for the same questions at every dose its true size is .000-.033 instead of .05,
/// so ``WithinQuestionTrend`` is the default there and this one is labelled "unpaired".
/// ```
/// U = Σ xᵢ(sᵢ − s̄),  V = p(1−p) Σ nᵢ(sᵢ − s̄)²,  z = U / √V
/// ```
/// - Source: Armitage (1955), doi:10.2307/3001775; V with N, as R `prop.trend.test`. The exact
///   form is the conditional permutation distribution. Oracle: `cochran_armitage.json`.
public struct CochranArmitageTest: Hashable, Sendable {
  public let score: Double
  public let variance: Double
  /// Undefined when all outcomes agree or there is one distinct dose.
  public let z: Measured<Double>
  /// Two-sided normal p; 1 where z is undefined.
  public let pValue: Double
  /// Undefined above the work bound and for doses without a common unit.
  public let exact: Measured<Exact>

  /// The exact conditional test.
  public struct Exact: Hashable, Sendable {
    /// T = Σ sᵢxᵢ in units of the dose.
    public let statistic: Double
    public let expectation: Double
    public let pValueGreater: Double
    public let pValueLess: Double
    /// P(|T − E| ≥ |t − E|).
    public let pValueTwoSided: Double
    /// (P(|T − E| ≥ …) + P(|T − E| > …)) / 2.
    public let midPValueTwoSided: Double
    /// min(1, 2 · smaller tail).
    public let pValueCentral: Double
  }

  /// - Parameter computesExact: whether to tabulate the exact distribution too.
  public init(_ arms: [DoseArm], computesExact: Bool = true) {
    let trend = TrendScore(arms)
    score = trend.score
    variance = trend.varianceN
    z = trend.z(variance: trend.varianceN)
    pValue = z.value.map(NormalDistribution.twoSidedTail) ?? 1
    exact =
      computesExact
      ? Self.exactTest(arms, trend)
      : .undefined(UndefinedReason(.notApplicable, "the exact test was not asked for"))
  }

  private static func exactTest(_ arms: [DoseArm], _ trend: TrendScore) -> Measured<Exact> {
    let statistic = arms.reduce(0.0) { $0 + $1.score * Double($1.outcomes.successes) }
    let expectation = Double(trend.successes) * trend.meanScore
    guard trend.varianceN > 0 else {
      return .defined(
        Exact(
          statistic: statistic, expectation: expectation, pValueGreater: 1, pValueLess: 1,
          pValueTwoSided: 1, midPValueTwoSided: 0.5, pValueCentral: 1))
    }
    guard let lattice = ScoreLattice(arms.map(\.score)) else {
      return .undefined(
        UndefinedReason(.notApplicable, "the doses have no common unit down to 1/1000"))
    }
    let trials = arms.map(\.outcomes.trials)
    return ConditionalTrendDistribution.make(
      trials: trials, steps: lattice.steps, total: trend.successes
    ).map { conditional in
      let distribution = LatticeDistribution(masses: conditional.masses)
      let observed = zip(lattice.steps, arms).reduce(0) { $0 + $1.0 * $1.1.outcomes.successes }
      let mean =
        Double(trend.successes)
        * (zip(lattice.steps, trials).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
          / Double(trend.trials))
      let greater = distribution.upperTail(observed)
      let less = distribution.lowerTail(observed)
      let twoSided = distribution.distanceTail(observed, mean: mean)
      let strict = distribution.strictDistanceTail(observed, mean: mean)
      return Exact(
        statistic: statistic, expectation: expectation, pValueGreater: greater, pValueLess: less,
        pValueTwoSided: twoSided, midPValueTwoSided: (twoSided + strict) / 2,
        pValueCentral: min(1, 2 * min(greater, less)))
    }
  }
}

/// The pieces of a trend statistic that its variants share.
struct TrendScore {
  let successes: Int
  let trials: Int
  let meanScore: Double
  let score: Double
  /// Variance with p(1 − p), as Armitage and R `prop.trend.test`.
  let varianceN: Double
  /// Variance with the factor N/(N − 1), as Mantel; 0 for N ≤ 1.
  let varianceMantel: Double

  init(_ arms: [DoseArm]) {
    let successes = arms.reduce(0) { $0 + $1.outcomes.successes }
    let trials = arms.reduce(0) { $0 + $1.outcomes.trials }
    let total = Double(trials)
    let mean =
      trials == 0 ? 0 : arms.reduce(0.0) { $0 + Double($1.outcomes.trials) * $1.score } / total
    let share = trials == 0 ? 0 : Double(successes) / total
    score = arms.reduce(0.0) { $0 + Double($1.outcomes.successes) * ($1.score - mean) }
    let spread = arms.reduce(0.0) {
      $0 + Double($1.outcomes.trials) * ($1.score - mean) * ($1.score - mean)
    }
    // One distinct dose leaves rounding noise in the spread, which must count as none.
    let scale = arms.map { abs($0.score) }.max() ?? 0
    let isFlat = spread <= 1e-24 * total * scale * scale
    varianceN = isFlat ? 0 : share * (1 - share) * spread
    varianceMantel = trials > 1 ? varianceN * total / (total - 1) : 0
    self.successes = successes
    self.trials = trials
    meanScore = mean
  }

  func z(variance: Double) -> Measured<Double> {
    variance > 0
      ? .defined(score / variance.squareRoot())
      : .undefined(
        UndefinedReason(
          .noVariance, "all outcomes agree or all trials have one dose, so no trend is defined"))
  }
}
