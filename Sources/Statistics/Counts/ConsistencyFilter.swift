import Glibc

/// What keeping only consistent items (k of r answers alike) does to a sample.
///
/// An item whose answers are right with probability p is kept as right with P(X ≥ k) and as wrong
/// with P(X ≤ r − k), X ~ Binomial(r, p); for r of r that is pʳ + (1 − p)ʳ. A filter certifies less
/// than it seems: 10 of 10 shows p > .69 at 95 %.
///
/// - Source: the binomial; the certified bound is Clopper & Pearson (1934). Oracle: scipy
///   `stats.binom`, `stats.beta`.
public struct ConsistencyFilter: Hashable, Sendable {
  public let answers: Int
  public let required: Int
  /// The lower Clopper–Pearson bound of p for an item that is just kept.
  public let certifiedRate: Double

  /// - Throws: ``StatisticsError/argumentOutOfRange(argument:found:expected:)`` unless
  ///   r/2 < required ≤ answers ≤ 10⁶: below, one item could be kept as both.
  public init(
    answers: Int, required: Int, confidenceLevel: Double = 0.95
  ) throws(StatisticsError) {
    guard (1...1_000_000).contains(answers) else {
      throw .argumentOutOfRange(
        argument: "answers", found: "\(answers)", expected: "in 1...1000000")
    }
    guard required <= answers, 2 * required > answers else {
      throw .argumentOutOfRange(
        argument: "required", found: "\(required)",
        expected: "more than half of the \(answers) answers and at most all")
    }
    guard confidenceLevel > 0, confidenceLevel < 1 else {
      throw .argumentOutOfRange(
        argument: "confidenceLevel", found: "\(confidenceLevel)", expected: "in (0, 1)")
    }
    self.answers = answers
    self.required = required
    certifiedRate =
      try Proportion(successes: required, trials: answers)
      .clopperPearsonInterval(confidenceLevel: confidenceLevel).lower
  }

  /// P(kept as right) and P(kept as wrong) of an item with this rate; `rate` in 0...1.
  public func keptProbabilities(rate: Double) -> (right: Double, wrong: Double) {
    let p = min(1, max(0, rate))
    return (
      BinomialDistribution.upperTail(required, trials: answers, probability: p),
      BinomialDistribution.cdf(answers - required, trials: answers, probability: p)
    )
  }
}
