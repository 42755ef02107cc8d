/// Mantel's extension test: one trend over strata (configurations) with their own arms.
///
/// ```
/// z = Σ U_h / √(Σ V_h),  V_h = N/(N−1) · p(1−p) Σ n(s − s̄)²
/// ```
/// - Source: Mantel (1963), doi:10.1080/01621459.1963.10500879. Strata without variance contribute
///   nothing. Oracle: `stratified_trend.json` (R `mantelhaen.test`, coin).
public struct StratifiedTrendTest: Hashable, Sendable {
  /// With the factor N/(N − 1) in each stratum.
  public let z: Measured<Double>
  public let pValue: Double
  /// Without the factor.
  public let zWithoutFactor: Measured<Double>
  /// Exact two-sided p by distance from the summed mean; undefined above the work bound.
  public let exactPValue: Measured<Double>

  public init(_ strata: [[DoseArm]], computesExact: Bool = true) {
    let scores = strata.map(TrendScore.init)
    let informative = scores.filter { $0.varianceN > 0 }
    let score = informative.reduce(0.0) { $0 + $1.score }
    func ratio(_ variance: Double) -> Measured<Double> {
      variance > 0
        ? .defined(score / variance.squareRoot())
        : .undefined(UndefinedReason(.noVariance, "no stratum has variance"))
    }
    z = ratio(informative.reduce(0.0) { $0 + $1.varianceMantel })
    zWithoutFactor = ratio(informative.reduce(0.0) { $0 + $1.varianceN })
    pValue = z.value.map(NormalDistribution.twoSidedTail) ?? 1
    exactPValue =
      computesExact
      ? Self.exact(zip(strata, scores).filter { $0.1.varianceN > 0 }.map(\.0))
      : .undefined(UndefinedReason(.notApplicable, "the exact test was not asked for"))
  }

  private static func exact(_ strata: [[DoseArm]]) -> Measured<Double> {
    if strata.isEmpty { return .defined(1) }
    guard let lattice = ScoreLattice(strata.joined().map(\.score)) else {
      return .undefined(
        UndefinedReason(.notApplicable, "the doses have no common unit down to 1/1000"))
    }
    var position = 0
    var sum = LatticeDistribution(masses: [1])
    var (observed, mean) = (0, 0.0)
    for arms in strata {
      let steps = Array(lattice.steps[position..<position + arms.count])
      position += arms.count
      let trials = arms.map(\.outcomes.trials)
      let total = arms.reduce(0) { $0 + $1.outcomes.successes }
      let conditional = ConditionalTrendDistribution.make(
        trials: trials, steps: steps, total: total)
      guard let masses = conditional.value?.masses else {
        return conditional.map { _ in 1 }
      }
      guard
        Double(masses.count) * Double(sum.masses.count)
          <= ConditionalTrendDistribution.workLimit
      else {
        return .undefined(UndefinedReason(.tooLarge, "the strata have too many joint values"))
      }
      sum = sum.convolved(with: masses)
      observed += zip(steps, arms).reduce(0) { $0 + $1.0 * $1.1.outcomes.successes }
      mean +=
        Double(total) * zip(steps, trials).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        / Double(trials.reduce(0, +))
    }
    return .defined(sum.distanceTail(observed, mean: mean))
  }
}
