import Glibc

/// A dose experiment on the same questions, before it is run: rates at the smallest effect of
/// interest and how alike one question's answers are.
///
/// ```
/// t = Σ (c_j − c̄) y_j,   E(t) = Σ (c_j − c̄) p_j,   Var(t) = Σ (c_j − c̄)(c_k − c̄) Cov_jk
/// power = Φ(√n |E| / √Var − z) + Φ(−√n |E| / √Var − z),   n = (z_{α/2} + z_β)² Var / E²
/// ```
/// The formula is the large-sample power of the robust t test; ``simulated(items:level:runCount:permutationCount:seed:threadCount:)``
/// is the answer, the formula its plausibility check. Never enter an observed effect: power at the
/// estimate is a function of the p-value alone (Hoenig & Heisey 2001,
/// doi:10.1198/000313001300339897).
///
/// - Source: Diggle, Heagerty, Liang & Zeger (2002), *Analysis of Longitudinal Data*, section 2.4.
///   Check: `validation_targets.json`.
public struct PairedDoseDesign: Hashable, Sendable {
  public let doses: [Double]
  /// True rate at each dose, strictly between 0 and 1.
  public let rates: [Double]
  public let correlation: LatentCorrelation
  /// E(t) of one question.
  public let trendMean: Double
  /// Var(t) of one question.
  public let trendVariance: Double

  public static let doseLimit = 16

  /// - Throws: ``StatisticsError/argumentOutOfRange(argument:found:expected:)`` for doses that
  ///   repeat, rates outside (0, 1) or a correlation outside 0 ..< 1.
  public init(
    doses: [Double], rates: [Double], correlation: LatentCorrelation
  ) throws(StatisticsError) {
    guard doses.count == rates.count else {
      throw .lengthMismatch(
        first: "doses", firstCount: doses.count, second: "rates", secondCount: rates.count)
    }
    guard (2...Self.doseLimit).contains(doses.count), Set(doses).count == doses.count,
      doses.allSatisfy({ abs($0) <= 1e9 })
    else {
      throw .argumentOutOfRange(
        argument: "doses", found: "\(doses)",
        expected: "2 to \(Self.doseLimit) different finite numbers")
    }
    if let bad = rates.firstIndex(where: { !($0 > 0 && $0 < 1) }) {
      throw .argumentOutOfRange(
        argument: "the rate at dose \(doses[bad])", found: "\(rates[bad])",
        expected: "between 0 and 1, both excluded")
    }
    guard correlation.value >= 0, correlation.value <= 0.999 else {
      throw .argumentOutOfRange(
        argument: "correlation", found: "\(correlation.value)", expected: "in 0...0.999")
    }
    self.doses = doses
    self.rates = rates
    self.correlation = correlation
    let mean = doses.reduce(0, +) / Double(doses.count)
    let cuts = rates.map(NormalDistribution.quantile)
    var (expectation, variance) = (0.0, 0.0)
    for j in doses.indices {
      expectation += (doses[j] - mean) * rates[j]
      for k in doses.indices {
        let covariance =
          j == k
          ? rates[j] * (1 - rates[j])
          : LatentCorrelation.indicatorCovariance(
            cuts[j], cuts[k], correlation: correlation.between(j, k))
        variance += (doses[j] - mean) * (doses[k] - mean) * covariance
      }
    }
    trendMean = expectation
    trendVariance = variance
  }

  /// Rates on a straight line over the doses.
  ///
  /// - Parameters:
  ///   - baseline: rate at the lowest dose.
  ///   - effect: rate at the highest dose minus the baseline, as a share (0.1 = 10 points).
  public init(
    baseline: Double, effect: Double, doses: [Double], correlation: LatentCorrelation
  ) throws(StatisticsError) {
    let lowest = doses.min() ?? 0
    let span = (doses.max() ?? 0) - lowest
    try self.init(
      doses: doses,
      rates: doses.map { baseline + (span > 0 ? effect * ($0 - lowest) / span : 0) },
      correlation: correlation)
  }

  /// Large-sample power of the two-sided test.
  public func power(items: Int, level: Double = 0.05) -> Measured<Double> {
    guard items > 0, level > 0, level < 1 else {
      return .undefined(UndefinedReason(.outOfDomain, "\(items) items at level \(level)"))
    }
    guard trendVariance > 0 else {
      return .undefined(UndefinedReason(.noVariance, "the trend of a question has no variance"))
    }
    let shift = Double(items).squareRoot() * abs(trendMean) / trendVariance.squareRoot()
    let z = NormalDistribution.upperQuantile(level / 2)
    return .defined(NormalDistribution.cdf(shift - z) + NormalDistribution.cdf(-shift - z))
  }

  /// Questions for `power`.
  public func itemsNeeded(power: Double, level: Double = 0.05) -> Measured<Int> {
    guard power > level, power < 1, level > 0 else {
      return .undefined(
        UndefinedReason(.outOfDomain, "the power \(power) must lie between the level and 1"))
    }
    guard abs(trendMean) > 1e-12 else {
      return .undefined(UndefinedReason(.zeroDenominator, "the rates have no trend"))
    }
    let z =
      NormalDistribution.upperQuantile(level / 2) + NormalDistribution.upperQuantile(1 - power)
    let items = z * z * trendVariance / (trendMean * trendMean)
    guard items < 1e12 else {
      return .undefined(UndefinedReason(.tooLarge, "more than 1e12 questions would be needed"))
    }
    return .defined(max(2, Int(items.rounded(.up))))
  }

  /// The smallest linear effect that `items` questions find with `power`, by the formula.
  public static func minimalDetectableEffect(
    baseline: Double, doses: [Double], correlation: LatentCorrelation, items: Int,
    power: Double = 0.8, level: Double = 0.05, isDownward: Bool = false
  ) -> Measured<Double> {
    let room = (isDownward ? baseline : 1 - baseline) - 1e-6
    func reached(_ size: Double) -> Bool {
      let design = try? PairedDoseDesign(
        baseline: baseline, effect: isDownward ? -size : size, doses: doses,
        correlation: correlation)
      return (design?.power(items: items, level: level).value ?? 0) >= power
    }
    guard room > 0, reached(room) else {
      return .undefined(
        UndefinedReason(
          .boundary, "even the largest possible effect \(max(0, room)) has less power than \(power)"
        ))
    }
    return .defined(RootFinding.boundary(from: room, to: 0, tolerance: 1e-6, where: reached))
  }
}
