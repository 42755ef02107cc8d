/// Can a change of prevalence explain how a classifier behaves in a new deployment?
///
/// Prior shift leaves the true-positive and true-negative rates at the frozen threshold as they
/// were. If the intervals of source and target do not overlap for one of them, prior shift is
/// refuted and ``PriorShift`` must not be used.
public struct InvarianceGate: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable {
    case compatible
    case refuted
    /// A class is empty in the source or the target.
    case notTestable = "not testable"
  }

  /// Counts at the frozen threshold.
  public struct Counts: Hashable, Sendable {
    public let truePositives: Int
    public let positives: Int
    public let trueNegatives: Int
    public let negatives: Int

    public init(truePositives: Int, positives: Int, trueNegatives: Int, negatives: Int) {
      self.truePositives = truePositives
      self.positives = positives
      self.trueNegatives = trueNegatives
      self.negatives = negatives
    }
  }

  public let outcome: Outcome
  /// Wilson intervals; undefined for an empty class.
  public let sourceTruePositiveRate: Measured<Interval>
  public let targetTruePositiveRate: Measured<Interval>
  public let sourceTrueNegativeRate: Measured<Interval>
  public let targetTrueNegativeRate: Measured<Interval>

  /// - Throws: ``StatisticsError/argumentOutOfRange(argument:found:expected:)`` for counts that do
  ///   not fit.
  public init(
    source: Counts, target: Counts, confidenceLevel: Double = 0.95
  ) throws(StatisticsError) {
    for (name, part, whole) in [
      ("source.truePositives", source.truePositives, source.positives),
      ("source.trueNegatives", source.trueNegatives, source.negatives),
      ("target.truePositives", target.truePositives, target.positives),
      ("target.trueNegatives", target.trueNegatives, target.negatives),
    ] where part < 0 || part > whole || whole > BinomialDistribution.maximumTrials {
      throw .argumentOutOfRange(
        argument: name, found: "\(part) of \(whole)", expected: "in 0...the class size")
    }
    func rate(_ part: Int, _ whole: Int) throws(StatisticsError) -> Measured<Interval> {
      guard whole > 0 else {
        return .undefined(UndefinedReason(.emptyArm, "the class has no items"))
      }
      let share = try Proportion(successes: part, trials: whole)
      return .defined(share.wilsonInterval(confidenceLevel: confidenceLevel))
    }
    sourceTruePositiveRate = try rate(source.truePositives, source.positives)
    targetTruePositiveRate = try rate(target.truePositives, target.positives)
    sourceTrueNegativeRate = try rate(source.trueNegatives, source.negatives)
    targetTrueNegativeRate = try rate(target.trueNegatives, target.negatives)
    let pairs = [
      (sourceTruePositiveRate.value, targetTruePositiveRate.value),
      (sourceTrueNegativeRate.value, targetTrueNegativeRate.value),
    ]
    func isApart(_ left: Interval?, _ right: Interval?) -> Bool {
      guard let left, let right else { return false }
      return left.upper < right.lower || right.upper < left.lower
    }
    if pairs.contains(where: { isApart($0.0, $0.1) }) {
      outcome = .refuted
    } else if pairs.contains(where: { $0.0 == nil || $0.1 == nil }) {
      outcome = .notTestable
    } else {
      outcome = .compatible
    }
  }
}
