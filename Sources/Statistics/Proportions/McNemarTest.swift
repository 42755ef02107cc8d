/// McNemar's test of equal margins from the discordant counts b and c.
///
/// The mid-P form is the default beside the Tango interval; the exact form is conservative.
/// - Source: Fagerland, Lydersen & Laake (2013), doi:10.1186/1471-2288-13-91. Oracle:
///   `mcnemar.json` (R `mcnemar.test`, contingencytables).
public struct McNemarTest: Hashable, Sendable {
  public let exactPValue: Double
  public let midPValue: Double
  /// (b − c)²/(b + c); 0 without discordant pairs.
  public let statistic: Double
  /// (|b − c| − 1)₊²/(b + c).
  public let continuityCorrectedStatistic: Double

  public init(firstOnly: Int, secondOnly: Int) throws(StatisticsError) {
    let (low, total) = (
      min(firstOnly, secondOnly), firstOnly.addingReportingOverflow(secondOnly)
    )
    guard low >= 0, !total.overflow, total.partialValue <= BinomialDistribution.maximumTrials else {
      throw .argumentOutOfRange(
        argument: "discordant counts", found: "\(firstOnly), \(secondOnly)",
        expected: "not negative, with a sum up to \(BinomialDistribution.maximumTrials)")
    }
    let n = total.partialValue
    guard n > 0 else {
      exactPValue = 1
      midPValue = 1
      statistic = 0
      continuityCorrectedStatistic = 0
      return
    }
    let tail = BinomialDistribution.cdf(low, trials: n, probability: 0.5)
    let mass = BinomialDistribution.mass(low, trials: n, probability: 0.5)
    exactPValue = firstOnly == secondOnly ? 1 : min(1, 2 * tail)
    midPValue = firstOnly == secondOnly ? 1 - mass / 2 : 2 * tail - mass
    let gap = abs(Double(firstOnly) - Double(secondOnly))
    let corrected = max(0, gap - 1)
    statistic = gap * gap / Double(n)
    continuityCorrectedStatistic = corrected * corrected / Double(n)
  }

  public var asymptoticPValue: Double {
    ChiSquaredDistribution.upperTail(statistic, degreesOfFreedom: 1)
  }

  public var continuityCorrectedPValue: Double {
    ChiSquaredDistribution.upperTail(continuityCorrectedStatistic, degreesOfFreedom: 1)
  }

  /// The range of the exact p-value over every pairing that two published margins allow.
  ///
  /// With x₁ and x₂ of the same n items the discordant counts are (x₁ − a, x₂ − a) for
  /// a in max(0, x₁ + x₂ − n)...min(x₁, x₂): p is smallest where the overlap is largest.
  public static func exactPValueBounds(
    first: Proportion, second: Proportion
  ) throws(StatisticsError) -> ClosedRange<Double> {
    guard first.trials == second.trials else {
      throw .lengthMismatch(
        first: "first", firstCount: first.trials, second: "second", secondCount: second.trials)
    }
    let (x1, x2) = (first.successes, second.successes)
    let ends = try [min(x1, x2), max(0, x1 + x2 - first.trials)].map {
      overlap throws(StatisticsError) in
      try McNemarTest(firstOnly: x1 - overlap, secondOnly: x2 - overlap).exactPValue
    }
    return min(ends[0], ends[1])...max(ends[0], ends[1])
  }
}
