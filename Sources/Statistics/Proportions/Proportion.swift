/// `successes` of `trials` independent items.
///
/// The default interval is ``wilsonInterval(confidenceLevel:)``; below five events print
/// ``clopperPearsonInterval(confidenceLevel:)`` too. For repeated answers to one question the unit
/// is the question, not the answer: use a cluster interval there.
public struct Proportion: Hashable, Sendable {
  public let successes: Int
  public let trials: Int

  /// - Throws: ``StatisticsError/argumentOutOfRange(argument:found:expected:)`` unless
  ///   0 ≤ successes ≤ trials ≤ 10¹².
  public init(successes: Int, trials: Int) throws(StatisticsError) {
    let limit = BinomialDistribution.maximumTrials
    guard trials >= 0, trials <= limit else {
      throw .argumentOutOfRange(
        argument: "trials", found: "\(trials)", expected: "a count in 0...\(limit)")
    }
    guard successes >= 0, successes <= trials else {
      throw .argumentOutOfRange(
        argument: "successes", found: "\(successes)", expected: "in 0...\(trials), the trials")
    }
    self.successes = successes
    self.trials = trials
  }

  public var failures: Int { trials - successes }

  /// The observed share; undefined for no trials.
  public var estimate: Measured<Double> {
    trials == 0
      ? .undefined(UndefinedReason(.emptyArm, "there are 0 trials"))
      : .defined(Double(successes) / Double(trials))
  }

  /// The share where one exists, else one half: only for arithmetic that an empty arm skips.
  var share: Double { trials == 0 ? 0.5 : Double(successes) / Double(trials) }

  func interval(
    _ lower: Double, _ upper: Double, _ confidenceLevel: Double, _ method: IntervalMethod
  ) -> Interval {
    Interval(
      lower: successes == 0 ? 0 : max(0, lower), upper: failures == 0 ? 1 : min(1, upper),
      confidenceLevel: confidenceLevel, method: method)
  }
}

/// 1 − `share`, the confidence level that leaves a share in the tails. A share too small to show
/// beside 1 gives the largest level that is one, so that a test at 1e-17 has an interval.
package func confidence(leaving share: Double) -> Double { min(1 - share, 1.0.nextDown) }

/// A confidence level that can be used: strictly between 0 and 1.
package func checkedLevel(_ confidenceLevel: Double) -> Double {
  precondition(
    confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
  return confidenceLevel
}
