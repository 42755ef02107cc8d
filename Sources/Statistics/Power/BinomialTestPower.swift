/// Exact power of the two-sided binomial test (minimum likelihood).
///
/// - Oracle: `power_binomial.json` (scipy enumeration).
public struct BinomialTestPower: Hashable, Sendable {
  /// Counts up to here reject; −1 if none do.
  public let lowerCritical: Int
  /// Counts from here on reject; `trials + 1` if none do.
  public let upperCritical: Int
  public let trials: Int
  /// Probability of the rejection region under the null.
  public let size: Double
  /// Its probability under the alternative.
  public let power: Double

  public init(
    trials: Int, null: Double, alternative: Double, alpha: Double = 0.05
  ) throws(StatisticsError) {
    for (name, value) in [("null", null), ("alternative", alternative), ("alpha", alpha)]
    where !(value >= 0 && value <= 1) {
      throw .argumentOutOfRange(argument: name, found: "\(value)", expected: "in 0...1")
    }
    guard trials >= 0, trials <= BinomialDistribution.maximumTrials else {
      throw .argumentOutOfRange(
        argument: "trials", found: "\(trials)",
        expected: "in 0...\(BinomialDistribution.maximumTrials)")
    }
    self.trials = trials
    // p rises toward the mode on both sides, so each side has one boundary.
    func rejects(_ x: Int) -> Bool {
      BinomialTest.minimumLikelihood(x, trials, null) <= alpha
    }
    let mode = min(trials, Int((Double(trials) + 1) * null))
    let kept = RootFinding.firstInteger(in: 0...mode) { !rejects($0) }
    let lower = (kept ?? mode + 1) - 1
    let upper = RootFinding.firstInteger(in: mode...trials, where: rejects) ?? trials + 1
    lowerCritical = lower
    upperCritical = max(upper, lower + 1)
    func region(_ p: Double) -> Double {
      BinomialDistribution.cdf(lower, trials: trials, probability: p)
        + BinomialDistribution.upperTail(max(upper, lower + 1), trials: trials, probability: p)
    }
    size = region(null)
    power = region(alternative)
  }

  /// Every rejecting count, or `nil` when there are more than `limit`.
  public func rejectedCounts(limit: Int = 200_000) -> [Int]? {
    guard lowerCritical + 1 + (trials - upperCritical + 1) <= limit else { return nil }
    return Array(0..<(lowerCritical + 1)) + Array(upperCritical..<(trials + 1))
  }
}
