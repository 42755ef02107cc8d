/// The largest difference between any two arms under the null that all arms share one rate: the
/// test that a "swing of x points" calls for.
///
/// - Source: conditional permutation of the outcomes among arms (multivariate hypergeometric).
///   Check: 12, 27, 20 of 100: p = 0.026.
public struct RangePermutationTest: Hashable, Sendable {
  /// max p − min p over arms with trials.
  public let range: Measured<Double>
  /// Exact P(range ≥ observed); undefined above ``workLimit``.
  public let pValue: Measured<Double>

  /// Multiply-adds, well under a second.
  public static let workLimit = 400_000_000.0
  /// Allocations that are visited one by one.
  static let enumerationLimit = 1_000_000.0

  public init(_ arms: [Proportion]) {
    let filled = arms.filter { $0.trials > 0 }
    guard filled.count > 1 else {
      let reason = UndefinedReason(.tooFew, "fewer than two arms have trials")
      (range, pValue) = (.undefined(reason), .undefined(reason))
      return
    }
    let shares = filled.map(\.share)
    let observed = (shares.max() ?? 0) - (shares.min() ?? 0)
    range = .defined(observed)
    let total = filled.reduce(0) { $0 + $1.successes }
    let population = filled.reduce(0) { $0 + $1.trials }
    // Few arms of any size are enumerated; more go through windows, whose work is no product.
    let cells = filled.dropLast().reduce(1.0) { $0 * Double(min($1.trials, total) + 1) }
    if cells <= Self.enumerationLimit {
      let tail = Self.tail(
        filled.map(\.trials), arm: 0, left: total, room: population, low: 2, high: -1,
        bound: observed - 1e-9)
      pValue = .defined(min(1, tail))
      return
    }
    // The rarer outcome has the same range and the smaller tables.
    let rare = min(total, population - total)
    let windows = WindowSum(trials: filled.map(\.trials), total: rare, range: observed)
    guard windows.work <= Self.workLimit else {
      pValue = .undefined(
        UndefinedReason(.tooLarge, "more than \(Int(Self.workLimit)) steps"))
      return
    }
    pValue = .defined(min(1, max(0, 1 - windows.probabilityBelow())))
  }

  /// P(range of the arms from `arm` on, joined with [low, high], ≥ bound).
  private static func tail(
    _ trials: [Int], arm: Int, left: Int, room: Int, low: Double, high: Double, bound: Double
  ) -> Double {
    if high - low >= bound { return 1 }
    if arm == trials.count - 1 {
      let share = Double(left) / Double(trials[arm])
      return max(high, share) - min(low, share) >= bound ? 1 : 0
    }
    let n = trials[arm]
    let support = HypergeometricDistribution.support(
      successes: n, failures: room - n, draws: left)
    var sum = 0.0
    for x in support {
      let mass = HypergeometricDistribution.mass(x, successes: n, failures: room - n, draws: left)
      if mass < 1e-18 { continue }
      let share = Double(x) / Double(n)
      sum +=
        mass
        * tail(
          trials, arm: arm + 1, left: left - x, room: room - n, low: min(low, share),
          high: max(high, share), bound: bound)
    }
    return sum
  }
}

/// P(range < r) given the total, by inclusion and exclusion over windows of shares:
///
/// ```
/// P(range < r) = Σ_v P(all shares in [v, v + r)) − P(all shares in (v, v + r))
/// ```
/// over the distinct attainable shares v, each probability by adding one arm at a time.
private struct WindowSum {
  let trials: [Int]
  let total: Int
  /// The smallest range that counts as reached, with room for rounding.
  let bound: Double
  /// Attainable shares, ascending and distinct.
  let shares: [Double]

  init(trials: [Int], total: Int, range: Double) {
    self.trials = trials
    self.total = total
    bound = range - 1e-9
    let possible = trials.reduce(0.0) { $0 + Double(min($1, total)) + 1 }
    guard possible <= 2_000_000 else {
      shares = []
      return
    }
    let all = Set(trials).sorted().flatMap { n in
      (0...min(n, total)).map { Double($0) / Double(n) }
    }.sorted()
    var distinct: [Double] = []
    for share in all where share - (distinct.last ?? -1) > 1e-12 { distinct.append(share) }
    shares = distinct
  }

  /// Multiply-adds.
  var work: Double {
    guard !shares.isEmpty else { return .infinity }
    let width = trials.dropLast().reduce(0.0) { sum, n in
      sum + min(Double(min(n, total)), bound * Double(n)) + 1
    }
    return 2 * Double(shares.count) * width * (Double(total) + 1)
  }

  func probabilityBelow() -> Double {
    guard bound > 0 else { return 0 }
    let pooled = Double(total) / trials.reduce(0.0) { $0 + Double($1) }
    // Binomial masses at the pooled share, so that no product of coefficients overflows.
    var known: [Int: [Double]] = [:]
    for n in Set(trials) {
      known[n] = (0...min(n, total)).map {
        BinomialDistribution.mass($0, trials: n, probability: pooled)
      }
    }
    let masses = trials.map { known[$0] ?? [] }
    let everything = joint(masses, from: 0, below: 2)
    guard everything > 0 else { return 0 }
    var sum = 0.0
    for share in shares {
      let closed = joint(masses, from: share - 1e-12, below: share + bound)
      // A window that holds too few successes for its arms cannot be left open either.
      if closed > 0 { sum += closed - joint(masses, from: share + 1e-12, below: share + bound) }
    }
    return sum / everything
  }

  /// Σ Π masses over counts with every share in [low, high) that add up to the total.
  private func joint(_ masses: [[Double]], from low: Double, below high: Double) -> Double {
    var sums = [Double](repeating: 0, count: total + 1)
    sums[0] = 1
    var reached = 0...0
    for (arm, n) in trials.enumerated() {
      let first = max(0, Int((low * Double(n)).rounded(.up)))
      let last = min(masses[arm].count - 1, Int((high * Double(n)).rounded(.up)) - 1)
      guard first <= last, reached.lowerBound + first <= total else { return 0 }
      if arm == trials.count - 1 {
        let start = max(first, total - reached.upperBound)
        let end = min(last, total - reached.lowerBound)
        guard start <= end else { return 0 }
        return (start...end).reduce(0.0) { $0 + masses[arm][$1] * sums[total - $1] }
      }
      var next = [Double](repeating: 0, count: total + 1)
      for used in reached where sums[used] > 0 && used + first <= total {
        for x in first...min(last, total - used) { next[used + x] += sums[used] * masses[arm][x] }
      }
      sums = next
      reached = reached.lowerBound + first...min(total, reached.upperBound + last)
    }
    return sums[total]
  }
}
