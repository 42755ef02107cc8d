import Glibc

/// Clopper–Pearson intervals of many tables at once: a grid of doses, neurons or bootstrap margins.
///
/// ```
/// lower(x, n) = B⁻¹(α/2; x, n − x + 1),   upper(x, n) = 1 − lower(n − x, n)
/// ```
/// The normal deviate of α/2 is found once, tables with equal trials are solved together, and each
/// different bound once: an upper bound is the mirrored lower bound of the failures. A bound is a
/// function of its own table alone, so the result depends neither on the other tables nor on the
/// number of threads.
///
/// - Source: Clopper & Pearson (1934), doi:10.1093/biomet/26.4.404. Oracle: scipy 1.17
///   `stats.beta.ppf`; ``Proportion/clopperPearsonInterval(confidenceLevel:)``.
/// - Complexity: O(√trials) for each different pair of successes and trials.
public struct ClopperPearsonTable: Hashable, Sendable {
  public let confidenceLevel: Double
  /// [table]; 0 for no successes and for no trials.
  public let lower: [Double]
  /// [table]; 1 for no failures and for no trials.
  public let upper: [Double]

  /// - Parameters:
  ///   - successes: [table].
  ///   - trials: [table], each 0...10¹².
  ///   - threadCount: 0 for one on each core. Part of no result.
  /// - Throws: ``StatisticsError`` for lists of different lengths, successes outside 0...trials and
  ///   a level outside (0, 1).
  public init(
    successes: [Int], trials: [Int], confidenceLevel: Double = 0.95, threadCount: Int = 0
  ) throws(StatisticsError) {
    guard successes.count == trials.count else {
      throw .lengthMismatch(
        first: "successes", firstCount: successes.count, second: "trials",
        secondCount: trials.count)
    }
    guard confidenceLevel > 0, confidenceLevel < 1 else {
      throw .argumentOutOfRange(
        argument: "confidenceLevel", found: "\(confidenceLevel)", expected: "in (0, 1)")
    }
    for index in trials.indices {
      let limit = BinomialDistribution.maximumTrials
      guard (0...limit).contains(trials[index]) else {
        throw .argumentOutOfRange(
          argument: "trials[\(index)]", found: "\(trials[index])",
          expected: "a count in 0...\(limit)")
      }
      guard (0...trials[index]).contains(successes[index]) else {
        throw .argumentOutOfRange(
          argument: "successes[\(index)]", found: "\(successes[index])",
          expected: "in 0...\(trials[index]), the trials")
      }
    }
    self.confidenceLevel = confidenceLevel
    let groups = Self.groups(trials)
    let tail = (1 - confidenceLevel) / 2
    let deviate = BetaDistribution.Deviate(lower: tail, upper: 1 - tail)
    // [table in the order of the groups × 2]
    let bounds = IndexParallel.rows(
      count: trials.count, width: 2, threadCount: threadCount, chunkLength: Self.chunkLength
    ) { range, output in
      var solved = SolvedBounds(deviate: deviate)
      for (offset, position) in range.enumerated() {
        let table = groups[position]
        solved.move(to: trials[table])
        output[2 * offset] = solved.lower(successes[table])
        output[2 * offset + 1] = 1 - solved.lower(trials[table] - successes[table])
      }
    }
    var lower = [Double](repeating: 0, count: trials.count)
    var upper = lower
    for (position, table) in groups.enumerated() {
      lower[table] = bounds[2 * position]
      upper[table] = bounds[2 * position + 1]
    }
    self.lower = lower
    self.upper = upper
  }

  /// Long enough that few groups are cut, short enough to share the work.
  private static let chunkLength = 32_768

  /// The tables ordered by their trials, so that equal trials lie together.
  private static func groups(_ trials: [Int]) -> [Int] {
    let largest = trials.max() ?? 0
    guard largest <= max(65_536, trials.count) else {
      return trials.indices.sorted { (trials[$0], $0) < (trials[$1], $1) }
    }
    var starts = [Int](repeating: 0, count: largest + 2)
    for count in trials { starts[count + 1] += 1 }
    for count in 1..<starts.count { starts[count] += starts[count - 1] }
    var order = [Int](repeating: 0, count: trials.count)
    for (table, count) in trials.enumerated() {
      order[starts[count]] = table
      starts[count] += 1
    }
    return order
  }
}

/// The lower bounds of one number of trials, each solved when first asked for.
private struct SolvedBounds {
  let deviate: BetaDistribution.Deviate
  private var trials = -1
  /// [successes]; NaN where not solved yet. Empty above ``rememberedTrials``.
  private var known: [Double] = []

  /// Above this number of trials few tables share a bound, and clearing the memory costs more than
  /// it saves.
  private static let rememberedTrials = 4_096

  init(deviate: BetaDistribution.Deviate) { self.deviate = deviate }

  mutating func move(to count: Int) {
    guard count != trials else { return }
    trials = count
    known.removeAll(keepingCapacity: true)
    if count <= Self.rememberedTrials {
      known.append(contentsOf: repeatElement(.nan, count: count + 1))
    }
  }

  mutating func lower(_ successes: Int) -> Double {
    if successes == 0 { return 0 }
    guard successes < known.count else { return solve(successes) }
    if known[successes].isNaN { known[successes] = solve(successes) }
    return known[successes]
  }

  private func solve(_ successes: Int) -> Double {
    let alpha = Double(successes)
    let beta = Double(trials - successes) + 1
    let start = BetaDistribution.startingLogit(deviate, alpha, beta)
    return BetaDistribution.logistic(
      BetaDistribution.logitQuantile(
        lower: deviate.lower, upper: deviate.upper, alpha, beta, start: start))
  }
}
