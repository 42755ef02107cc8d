import Glibc

/// Two-sided group-sequential boundaries of O'Brien–Fleming type by Lan and DeMets' spending,
/// half of the error on each side.
///
/// ```
/// α(t) = 4 − 4Φ(z₍1−α/4₎ / √t)
/// ```
/// The boundary at each look solves P(first crossing at look k) = α(t_k) − α(t_{k−1}), by recursive
/// numerical integration of the score process over the continuation region.
///
/// - Source: Lan & DeMets (1983), doi:10.1093/biomet/70.3.659; Armitage, McPherson & Rowe (1969).
///   Oracle: the recursion in scipy, and the published values for equal looks (ldbounds), see
///   `Oracles/extra/resampling_and_order.json`.
public struct GroupSequentialDesign: Hashable, Sendable {
  /// Information fractions, ascending, in (0, 1].
  public let fractions: [Double]
  /// Critical |z| at each look.
  public let boundaries: [Double]
  /// Cumulative two-sided error spent at each look.
  public let spent: [Double]
  /// Nominal two-sided p at each look.
  public var nominalLevels: [Double] { boundaries.map(NormalDistribution.twoSidedTail) }

  /// - Throws: ``StatisticsError/argumentOutOfRange(argument:found:expected:)`` for fractions that
  ///   are not strictly ascending in (0, 1], more than 20 looks, or a level outside (0, 1).
  public init(fractions: [Double], level: Double = 0.05) throws(StatisticsError) {
    guard level > 0, level < 1 else {
      throw .argumentOutOfRange(argument: "level", found: "\(level)", expected: "in (0, 1)")
    }
    let isAscending = zip(fractions, fractions.dropFirst()).allSatisfy { $0 < $1 }
    guard isAscending, (1...20).contains(fractions.count), let first = fractions.first,
      let last = fractions.last, first > 0, last <= 1
    else {
      throw .argumentOutOfRange(
        argument: "fractions", found: "\(fractions)",
        expected: "1 to 20 strictly ascending numbers in (0, 1]")
    }
    let z = NormalDistribution.quantile(1 - level / 4)
    let spent = fractions.map { 4 * NormalDistribution.upperTail(z / $0.squareRoot()) }
    var boundaries: [Double] = []
    var density = ScoreDensity(fraction: first)
    for look in fractions.indices {
      if look > 0 { density.advance(to: fractions[look], within: boundaries[look - 1]) }
      let target = spent[look] - (look > 0 ? spent[look - 1] : 0)
      boundaries.append(density.boundary(crossing: target))
    }
    self.fractions = fractions
    self.spent = spent
    self.boundaries = boundaries
  }
}

/// The sub-density of the score B(t) among paths that have not crossed, on Simpson nodes.
private struct ScoreDensity {
  private var fraction: Double
  /// Nodes of the previous look with density × weight; empty at the first look.
  private var nodes: [(position: Double, mass: Double)] = []
  private var step = 0.0

  init(fraction: Double) { self.fraction = fraction }

  /// P(|B| ≥ c√t now, not crossed before).
  private func crossing(_ critical: Double) -> Double {
    let limit = critical * fraction.squareRoot()
    if nodes.isEmpty { return NormalDistribution.twoSidedTail(critical) }
    let spread = step.squareRoot()
    return nodes.reduce(0) { sum, node in
      sum + node.mass
        * (NormalDistribution.upperTail((limit - node.position) / spread)
          + NormalDistribution.upperTail((limit + node.position) / spread))
    }
  }

  func boundary(crossing target: Double) -> Double {
    var low = 0.0
    var high = 40.0
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if middle == low || middle == high { break }
      if crossing(middle) > target { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }

  mutating func advance(to next: Double, within critical: Double) {
    // Beyond eight standard deviations nothing is left; an early boundary may lie far outside.
    let limit = min(critical, 8) * fraction.squareRoot()
    let intervals = 1_000
    let width = 2 * limit / Double(intervals)
    let old = self
    nodes = (0...intervals).map { index in
      let position = -limit + Double(index) * width
      let simpson = index == 0 || index == intervals ? 1.0 : (index % 2 == 1 ? 4.0 : 2.0)
      return (position, old.density(at: position) * simpson * width / 3)
    }
    step = next - fraction
    fraction = next
  }

  private func density(at position: Double) -> Double {
    if nodes.isEmpty {
      let spread = fraction.squareRoot()
      return NormalDistribution.density(position / spread) / spread
    }
    let spread = step.squareRoot()
    return nodes.reduce(0) { sum, node in
      sum + node.mass * NormalDistribution.density((position - node.position) / spread) / spread
    }
  }
}
