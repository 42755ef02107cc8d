import Glibc

/// Boschloo's exact unconditional test of two independent proportions: Fisher's p as statistic,
/// maximised over the common nuisance probability. Less conservative than Fisher at every size.
///
/// - Source: Boschloo (1970). Oracle: scipy 1.17 `boschloo_exact`; two-sided is twice the smaller
///   one-sided p, as there.
public struct BoschlooTest: Hashable, Sendable {
  /// Bound on the product of the arm sizes plus one.
  public static let tableLimit = 4_000_000

  /// P for H₁: p₁ < p₂.
  public let pValueLess: Measured<Double>
  /// P for H₁: p₁ > p₂.
  public let pValueGreater: Measured<Double>

  /// min(1, 2 · smaller one-sided p).
  public var pValueTwoSided: Measured<Double> {
    pValueLess.flatMap { less in pValueGreater.map { min(1, 2 * min(less, $0)) } }
  }

  public init(_ first: Proportion, _ second: Proportion) {
    let tables = (Double(first.trials) + 1) * (Double(second.trials) + 1)
    guard first.trials > 0, second.trials > 0 else {
      let reason = UndefinedReason(.emptyArm, "an arm has 0 trials")
      (pValueLess, pValueGreater) = (.undefined(reason), .undefined(reason))
      return
    }
    guard tables <= Double(Self.tableLimit) else {
      let reason = UndefinedReason(.tooLarge, "more than \(Self.tableLimit) tables")
      (pValueLess, pValueGreater) = (.undefined(reason), .undefined(reason))
      return
    }
    pValueGreater = .defined(Self.oneSided(first, second))
    pValueLess = .defined(Self.oneSided(second, first))
  }

  /// p for "the first proportion is larger".
  ///
  /// For each x₁ the tables at least as extreme are x₂ ≤ limit[x₁]: Fisher's one-sided p falls in
  /// x₁ and rises in x₂. So the probability at one nuisance value is O(n₁ + n₂).
  private static func oneSided(_ first: Proportion, _ second: Proportion) -> Double {
    let (n1, n2) = (first.trials, second.trials)
    func fisher(_ x1: Int, _ x2: Int) -> Double {
      HypergeometricDistribution.upperTail(
        x1, successes: n1, failures: n2, draws: x1 + x2)
    }
    let bound = fisher(first.successes, second.successes) * (1 + 1e-13)
    var limits = [Int](repeating: -1, count: n1 + 1)
    var last = -1
    for x1 in 0...n1 {
      while last < n2, fisher(x1, last + 1) <= bound { last += 1 }
      limits[x1] = last
    }
    let probability = Self.tableProbability(limits, (n1, n2))
    // A grid finer than the standard deviation of p̂, then golden-section on the best cells.
    let steps = min(400, max(100, n1 + n2))
    let grid = (0...steps).map { probability(Double($0) / Double(steps)) }
    let best = grid.indices.sorted { (grid[$0], $1) > (grid[$1], $0) }.prefix(4)
    var maximum = 0.0
    for index in best {
      maximum = max(
        maximum, grid[index],
        refined(
          from: Double(max(0, index - 1)) / Double(steps),
          to: Double(min(steps, index + 1)) / Double(steps), probability))
    }
    return min(1, maximum)
  }

  /// P(X₂ ≤ limits[X₁]) as a function of the common probability.
  ///
  /// Arms of like size: a sum over all counts of both. Otherwise a sum over the counts of the small
  /// arm with one tail of the large one for each, so that 1 of 10⁶ costs no more than 1 of 100.
  private static func tableProbability(
    _ limits: [Int], _ trials: (first: Int, second: Int)
  ) -> (Double) -> Double {
    let (n1, n2) = trials
    if max(n1, n2) < 1_000 || max(n1, n2) < 20 * min(n1, n2) {
      return { p in
        var cumulative = [0.0]
        var sum = 0.0
        for x2 in 0...n2 {
          sum += BinomialDistribution.mass(x2, trials: n2, probability: p)
          cumulative.append(sum)
        }
        var total = 0.0
        for x1 in 0...n1 where limits[x1] >= 0 {
          total +=
            BinomialDistribution.mass(x1, trials: n1, probability: p) * cumulative[limits[x1] + 1]
        }
        return total
      }
    }
    if n1 < n2 {
      return { p in
        (0...n1).reduce(0) { total, x1 in
          total + BinomialDistribution.mass(x1, trials: n1, probability: p)
            * BinomialDistribution.cdf(limits[x1], trials: n2, probability: p)
        }
      }
    }
    // The limits rise, so each count of the second arm is extreme from one count of the first on.
    var firsts = [Int](repeating: n1 + 1, count: n2 + 1)
    var next = 0
    for x1 in 0...n1 {
      while next <= limits[x1] {
        firsts[next] = x1
        next += 1
      }
    }
    return { p in
      (0...n2).reduce(0) { total, x2 in
        total + BinomialDistribution.mass(x2, trials: n2, probability: p)
          * BinomialDistribution.upperTail(firsts[x2], trials: n1, probability: p)
      }
    }
  }

  private static func refined(
    from low: Double, to high: Double, _ value: (Double) -> Double
  ) -> Double {
    let ratio = 0.618_033_988_749_894_9
    var (low, high) = (low, high)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atLeft, atRight) = (value(left), value(right))
    for _ in 0..<32 {
      if atLeft >= atRight {
        (high, right, atRight) = (right, left, atLeft)
        left = high - ratio * (high - low)
        atLeft = value(left)
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + ratio * (high - low)
        atRight = value(right)
      }
    }
    return max(atLeft, atRight)
  }
}
