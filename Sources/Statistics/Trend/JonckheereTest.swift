/// The Jonckheere-Terpstra test of ordered groups, with the full tie correction.
///
/// - Source: Jonckheere (1954); Hollander & Wolfe (1999), eq. 6.19. DescTools and clinfun lack the
///   tie correction and are wrong for binary outcomes. Oracle: `jonckheere.json` (R `cor.test`).
public struct JonckheereTest: Hashable, Sendable {
  /// Σ over pairs of groups of #(x < y) + ½ #(x = y).
  public let statistic: Double
  public let expectation: Double
  public let variance: Double
  /// No continuity correction; undefined without variance.
  public let z: Measured<Double>
  public let pValue: Double
  public let pValueIncreasing: Double
  public let pValueDecreasing: Double
  /// Permutation of the group labels; undefined above ``exactWorkLimit``.
  public let exact: Measured<Exact>

  public struct Exact: Hashable, Sendable {
    public let pValueIncreasing: Double
    public let pValueDecreasing: Double
    public var pValueCentral: Double { min(1, 2 * min(pValueIncreasing, pValueDecreasing)) }
  }

  /// Multiply-adds of the exact recursion.
  public static let exactWorkLimit = 200_000_000.0

  /// - Throws: for a value that is not finite.
  public init(_ groups: [[Double]], computesExact: Bool = true) throws(StatisticsError) {
    for (index, group) in groups.enumerated() {
      if let bad = group.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(argument: "groups[\(index)]", index: bad)
      }
    }
    let filled = groups.filter { !$0.isEmpty }
    let sizes = filled.map(\.count)
    let values = filled.enumerated().flatMap { group, values in values.map { ($0, group) } }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    var ties: [[Int]] = []
    for (index, entry) in values.enumerated() {
      if index > 0, values[index - 1].0 == entry.0 {
        ties[ties.count - 1].append(entry.1)
      } else {
        ties.append([entry.1])
      }
    }
    let doubled = Self.doubledStatistic(ties, groupCount: sizes.count)
    let n = Double(values.count)
    statistic = Double(doubled) / 2
    expectation = (n * n - sizes.reduce(0.0) { $0 + Double($1) * Double($1) }) / 4
    let spread = Self.variance(sizes.map(Double.init), ties.map { Double($0.count) }, n)
    variance = spread
    guard spread > 0 else {
      z = .undefined(
        UndefinedReason(.noVariance, "all values agree or there is one group with values"))
      (pValue, pValueIncreasing, pValueDecreasing) = (1, 1, 1)
      exact = .defined(Exact(pValueIncreasing: 1, pValueDecreasing: 1))
      return
    }
    let deviate = (statistic - expectation) / spread.squareRoot()
    z = .defined(deviate)
    pValue = NormalDistribution.twoSidedTail(deviate)
    pValueIncreasing = NormalDistribution.upperTail(deviate)
    pValueDecreasing = NormalDistribution.cdf(deviate)
    exact =
      computesExact
      ? JonckheereDistribution.tails(sizes: sizes, ties: ties.map(\.count), doubled: doubled)
      : .undefined(UndefinedReason(.notApplicable, "the exact test was not asked for"))
  }

  /// Of 0/1 outcomes given as counts, in time independent of the totals; without the exact test.
  ///
  /// - Throws: for a count below zero or above its total, or arrays of different lengths.
  public init(successes: [Int], totals: [Int]) throws(StatisticsError) {
    var arms: [Proportion] = []
    guard successes.count == totals.count else {
      throw .lengthMismatch(
        first: "successes", firstCount: successes.count, second: "totals",
        secondCount: totals.count)
    }
    for (count, total) in zip(successes, totals) where total > 0 {
      arms.append(try Proportion(successes: count, trials: total))
    }
    let sizes = arms.map { Double($0.trials) }
    let n = sizes.reduce(0, +)
    var (sum, ones, zeros) = (0.0, 0.0, 0.0)
    for arm in arms {
      let one = Double(arm.successes)
      let zero = Double(arm.trials) - one
      sum += zeros * one + (ones * one + zeros * zero) / 2
      ones += one
      zeros += zero
    }
    statistic = sum
    expectation = (n * n - sizes.reduce(0.0) { $0 + $1 * $1 }) / 4
    let spread = Self.variance(sizes, [zeros, ones].filter { $0 > 0 }, n)
    variance = spread
    exact = .undefined(UndefinedReason(.notApplicable, "the exact test was not asked for"))
    guard spread > 0 else {
      z = .undefined(
        UndefinedReason(.noVariance, "all values agree or there is one group with values"))
      (pValue, pValueIncreasing, pValueDecreasing) = (1, 1, 1)
      return
    }
    let deviate = (statistic - expectation) / spread.squareRoot()
    z = .defined(deviate)
    pValue = NormalDistribution.twoSidedTail(deviate)
    pValueIncreasing = NormalDistribution.upperTail(deviate)
    pValueDecreasing = NormalDistribution.cdf(deviate)
  }

  /// Twice the statistic, with a Fenwick tree over groups: O(N log K).
  private static func doubledStatistic(_ ties: [[Int]], groupCount: Int) -> Int {
    var tree = [Int](repeating: 0, count: groupCount + 1)
    func below(_ group: Int) -> Int {
      var (sum, index) = (0, group)
      while index > 0 {
        sum += tree[index]
        index &= index - 1
      }
      return sum
    }
    var doubled = 0
    for tie in ties {
      for group in tie { doubled += 2 * below(group) }
      // `tie` is sorted by group: pairs in different groups count one half, doubled one.
      var (seen, run) = (0, 0)
      for (index, group) in tie.enumerated() {
        if index > 0, tie[index - 1] != group {
          seen += run
          run = 0
        }
        doubled += seen
        run += 1
      }
      for group in tie {
        var index = group + 1
        while index <= groupCount {
          tree[index] += 1
          index += index & -index
        }
      }
    }
    return doubled
  }

  private static func variance(_ sizes: [Double], _ ties: [Double], _ n: Double) -> Double {
    guard n > 1, sizes.count > 1, ties.count > 1 else { return 0 }
    func sum(_ values: [Double], _ term: (Double) -> Double) -> Double {
      values.reduce(0) { $0 + term($1) }
    }
    func cubic(_ t: Double) -> Double { t * (t - 1) * (2 * t + 5) }
    func triple(_ t: Double) -> Double { t * (t - 1) * (t - 2) }
    func pair(_ t: Double) -> Double { t * (t - 1) }
    var result = (cubic(n) - sum(sizes, cubic) - sum(ties, cubic)) / 72
    if n > 2 { result += sum(sizes, triple) * sum(ties, triple) / (36 * triple(n)) }
    result += sum(sizes, pair) * sum(ties, pair) / (8 * pair(n))
    return max(0, result)
  }
}
