import Glibc

/// Likelihood-ratio tests of an order on independent binomial margins.
///
/// For doses answered by the same questions this ignores the pairing: use ``PairedOrderTest`` on
/// the rows, and label a result from margins *unpaired*.
/// ```
/// T01 = 2 [l(isotonic) − l(pooled)]   evidence for the order against equality
/// T12 = 2 [l(free) − l(isotonic)]     evidence against the order
/// ```
/// - Source: Robertson, Wright & Dykstra (1988), ch. 4; Barlow et al. (1972). Oracle:
///   `isotonic.json`.
public struct IsotonicBinomialTest: Hashable, Sendable {
  public struct Direction: Hashable, Sendable {
    /// Fitted proportions, [group].
    public let fit: [Double]
    /// Evidence for the order.
    public let forOrder: Double
    public let pForOrder: Double
    /// Evidence against the order.
    public let againstOrder: Double
    public let pAgainstOrder: Double
  }

  public let increasing: Direction
  public let decreasing: Direction
  public let mixture: ChiBarSquare

  /// - Parameters:
  ///   - successes: [group].
  ///   - trials: [group], all positive.
  /// - Returns: Undefined when a group is empty or unequal groups are too many.
  public static func test(
    successes: [Int], trials: [Int]
  ) throws(StatisticsError) -> Measured<IsotonicBinomialTest> {
    guard successes.count == trials.count else {
      throw .lengthMismatch(
        first: "successes", firstCount: successes.count, second: "trials",
        secondCount: trials.count)
    }
    for (index, pair) in zip(successes, trials).enumerated() where pair.0 < 0 || pair.0 > pair.1 {
      throw .argumentOutOfRange(
        argument: "successes[\(index)]", found: "\(pair.0)", expected: "in 0...\(pair.1)")
    }
    guard !trials.isEmpty else {
      return .undefined(UndefinedReason(.emptyInput, "there are no groups"))
    }
    if let index = trials.firstIndex(of: 0) {
      return .undefined(UndefinedReason(.emptyArm, "group \(index) has no trials"))
    }
    let weights = trials.map(Double.init)
    let rates = zip(successes, trials).map { Double($0) / Double($1) }
    let increasingFit = try IsotonicRegression.fit(rates, weights: weights)
    let decreasingFit = try IsotonicRegression.fit(
      rates, weights: weights, direction: .decreasing)
    return try LevelProbabilities.mixture(weights: weights).map { mixture in
      let total = weights.reduce(0, +)
      let pooled = successes.reduce(0.0) { $0 + Double($1) } / total
      let free = logLikelihood(successes, trials, rates)
      let flat = logLikelihood(
        successes, trials, [Double](repeating: pooled, count: trials.count))
      func direction(_ fit: [Double]) -> Direction {
        let ordered = logLikelihood(successes, trials, fit)
        let scale = 1e-12 * max(1, abs(free))
        // Rounding above zero would lose the point mass at zero.
        func statistic(_ value: Double) -> Double { value <= scale ? 0 : value }
        let forOrder = statistic(2 * (ordered - flat))
        let against = statistic(2 * (free - ordered))
        return Direction(
          fit: fit, forOrder: forOrder, pForOrder: min(1, mixture.upperTail(forOrder: forOrder)),
          againstOrder: against, pAgainstOrder: min(1, mixture.upperTail(againstOrder: against)))
      }
      return IsotonicBinomialTest(
        increasing: direction(increasingFit), decreasing: direction(decreasingFit),
        mixture: mixture)
    }
  }

  private static func logLikelihood(
    _ successes: [Int], _ trials: [Int], _ rates: [Double]
  ) -> Double {
    var sum = 0.0
    for index in successes.indices {
      let hits = Double(successes[index])
      let misses = Double(trials[index] - successes[index])
      if hits > 0 { sum += hits * log(rates[index]) }
      if misses > 0 { sum += misses * log1p(-rates[index]) }
    }
    return sum
  }
}
