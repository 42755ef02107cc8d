/// Page's test of ordered alternatives: rows are questions, columns doses in increasing order.
///
/// Assumes that outcomes are exchangeable within a question under the null, which a perturbation
/// study violates when correlation decays with dose distance; see ``WithinQuestionTrend``.
/// - Source: Page (1963), doi:10.1080/01621459.1963.10500843; mid-ranks, exact by all within-row
///   permutations (scipy's exact mode ignores ties). Oracle: `page.json` (R coin).
public struct PageTest: Hashable, Sendable {
  /// L = Σ_j j · R_j.
  public let statistic: Double
  public let expectation: Double
  public let varianceWithoutTies: Double
  public let varianceWithTies: Double
  public let zWithoutTies: Measured<Double>
  /// Undefined when every row is constant.
  public let zWithTies: Measured<Double>
  public let pValueIncreasing: Double
  public let pValueTwoSided: Double
  public let exact: Measured<Exact>

  public struct Exact: Hashable, Sendable {
    public let pValueIncreasing: Double
    public let pValueDecreasing: Double
    public let pValueTwoSided: Double
  }

  /// Columns up to which the permutations of a row are tabulated.
  public static let exactColumnLimit = 10
  /// Multiply-adds of the exact convolution.
  public static let exactWorkLimit = 400_000_000.0

  /// - Throws: for rows of unequal length or values that are not finite.
  public init(_ rows: [[Double]]) throws(StatisticsError) {
    let columns = rows.first?.count ?? 0
    for (index, row) in rows.enumerated() {
      guard row.count == columns else {
        throw .lengthMismatch(
          first: "row 0", firstCount: columns, second: "row \(index)", secondCount: row.count)
      }
      if let bad = row.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(argument: "matrix[\(index)]", index: bad)
      }
    }
    let ranks = rows.map(Self.doubledRanks)
    let (n, k) = (Double(rows.count), Double(columns))
    var (statistic, tied) = (0.0, 0.0)
    for row in ranks {
      var spread = 0.0
      for (column, rank) in row.enumerated() {
        statistic += Double(column + 1) * Double(rank) / 2
        let gap = Double(rank) / 2 - (k + 1) / 2
        spread += gap * gap
      }
      if columns > 1 { tied += k * (k * k - 1) / 12 * spread / (k - 1) }
    }
    self.statistic = statistic
    expectation = n * k * (k + 1) * (k + 1) / 4
    varianceWithoutTies = n * k * k * (k + 1) * (k + 1) * (k - 1) / 144
    varianceWithTies = tied
    let gap = statistic - expectation
    let noVariance = UndefinedReason(.noVariance, "every row is constant or there is one column")
    zWithoutTies =
      varianceWithoutTies > 0
      ? .defined(gap / varianceWithoutTies.squareRoot()) : .undefined(noVariance)
    guard tied > 0 else {
      zWithTies = .undefined(noVariance)
      (pValueIncreasing, pValueTwoSided) = (1, 1)
      exact = .defined(Exact(pValueIncreasing: 1, pValueDecreasing: 1, pValueTwoSided: 1))
      return
    }
    let z = gap / tied.squareRoot()
    zWithTies = .defined(z)
    pValueIncreasing = NormalDistribution.upperTail(z)
    pValueTwoSided = NormalDistribution.twoSidedTail(z)
    exact = Self.exactTest(ranks, columns: columns, statistic: statistic, mean: expectation)
  }

  /// Twice the mid-ranks of a row, so that they are integers.
  private static func doubledRanks(_ row: [Double]) -> [Int] {
    let order = row.indices.sorted { (row[$0], $0) < (row[$1], $1) }
    var ranks = [Int](repeating: 0, count: row.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, row[order[end + 1]] == row[order[start]] { end += 1 }
      for index in start...end { ranks[order[index]] = start + end + 2 }
      start = end + 1
    }
    return ranks
  }

  private static func exactTest(
    _ ranks: [[Int]], columns: Int, statistic: Double, mean: Double
  ) -> Measured<Exact> {
    guard columns <= exactColumnLimit else {
      return .undefined(
        UndefinedReason(
          .tooLarge, "\(columns) columns are above the limit of \(exactColumnLimit)"))
    }
    var rows: [[Int]: [Double]] = [:]
    var sum = LatticeDistribution(masses: [1])
    var work = 0.0
    for row in ranks {
      let pattern = row.sorted()
      // A constant row shifts every permutation alike.
      let masses = rows[pattern] ?? rowDistribution(pattern)
      rows[pattern] = masses
      work += Double(masses.lazy.filter { $0 > 0 }.count) * Double(sum.masses.count)
      guard work <= exactWorkLimit else {
        return .undefined(
          UndefinedReason(
            .tooLarge, "\(ranks.count) rows need more than \(Int(exactWorkLimit)) steps"))
      }
      sum = sum.convolved(with: masses)
    }
    // Row distributions start at the smallest Σ j·rank of their pattern.
    let origin = ranks.reduce(0) { $0 + smallest($1.sorted()) }
    let observed = Int((2 * statistic).rounded()) - origin
    return .defined(
      Exact(
        pValueIncreasing: sum.upperTail(observed), pValueDecreasing: sum.lowerTail(observed),
        pValueTwoSided: sum.distanceTail(observed, mean: 2 * mean - Double(origin))))
  }

  /// Σ j · rank with the ranks in decreasing order.
  private static func smallest(_ sorted: [Int]) -> Int {
    sorted.reversed().enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }
  }

  /// Masses of Σ j·rank over all orders of a row, above ``smallest(_:)``, by subsets: column after
  /// column receives one of the ranks left.
  private static func rowDistribution(_ sorted: [Int]) -> [Double] {
    let k = sorted.count
    let low = smallest(sorted)
    let high = sorted.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }
    if low == high { return [1] }
    var layer: [Int: [Int: Double]] = [0: [0: 1]]
    for column in 1...k {
      var next: [Int: [Int: Double]] = [:]
      for (used, values) in layer.sorted(by: { $0.key < $1.key }) {
        for index in 0..<k where used & (1 << index) == 0 {
          let target = used | 1 << index
          for (value, mass) in values {
            next[target, default: [:]][value + column * sorted[index], default: 0] +=
              mass / Double(k - column + 1)
          }
        }
      }
      layer = next
    }
    var masses = [Double](repeating: 0, count: high - low + 1)
    for (value, mass) in layer[(1 << k) - 1] ?? [:] { masses[value - low] = mass }
    return masses
  }
}
