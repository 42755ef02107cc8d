import Randomness

/// How often a simulated experiment rejects.
public struct SimulatedPower: Hashable, Sendable {
  public let rejections: Int
  public let runCount: Int

  public init(rejections: Int, runCount: Int) {
    self.rejections = rejections
    self.runCount = runCount
  }

  public var power: Measured<Double> {
    runCount > 0
      ? .defined(Double(rejections) / Double(runCount))
      : .undefined(UndefinedReason(.emptyInput, "nothing was simulated"))
  }

  /// Monte Carlo uncertainty, 95 % Wilson.
  public var interval: Measured<Interval> {
    guard runCount > 0, let share = try? Proportion(successes: rejections, trials: runCount) else {
      return .undefined(UndefinedReason(.emptyInput, "nothing was simulated"))
    }
    return .defined(share.wilsonInterval())
  }
}

extension PairedDoseDesign {
  /// Power of both tests on the same simulated experiments.
  public struct Simulation: Hashable, Sendable {
    /// The studentised within-question permutation test, the primary one.
    public let permutation: SimulatedPower
    /// The robust t test.
    public let robustT: SimulatedPower
    public let items: Int
    public let permutationCount: Int
    public let seed: UInt64
  }

  /// Questions times doses times runs times permutations of one simulation: minutes, not hours.
  public static let drawLimit = 2e10

  /// Simulates the experiment; a statistic that does not exist does not reject.
  ///
  /// - Complexity: O(runCount · permutationCount · items). Deterministic in `seed`, independent of
  ///   threads.
  public func simulated(
    items: Int, level: Double = 0.05, runCount: Int = 1_000, permutationCount: Int = 999,
    seed: UInt64, threadCount: Int = 0
  ) throws(StatisticsError) -> Simulation {
    guard items > 1, level > 0, level < 1, runCount > 0, permutationCount > 0 else {
      throw .argumentOutOfRange(
        argument: "items, level, runs", found: "\(items), \(level), \(runCount)",
        expected: "2 or more items, a level in (0, 1) and 1 or more runs")
    }
    let draws = Double(items) * Double(permutationCount) * Double(runCount)
    guard draws <= Self.drawLimit else {
      throw .tooLarge(
        what: "items × permutations × runs", found: Int(min(draws, 1e18)),
        limit: Int(Self.drawLimit))
    }
    let size = doses.count
    guard
      let factor = SmallMatrix(
        size: size,
        elements: (0..<size).flatMap { row in (0..<size).map { correlation.between(row, $0) } }
      ).choleskyFactor
    else {
      throw .argumentOutOfRange(
        argument: "correlation", found: "\(correlation.value)", expected: "below 1")
    }
    let cuts = rates.map(NormalDistribution.quantile)
    let hash = RandomStream.hash("power/paired-dose")
    let flags = IndexParallel.rows(
      count: runCount, width: 2, threadCount: threadCount, chunkLength: 4
    ) { range, output in
      var normals = [Double](repeating: 0, count: size)
      for (offset, run) in range.enumerated() {
        var random = RandomStream(
          seed: seed, analysisHash: hash, index: UInt64(run), substream: UInt64(items))
        let rows = (0..<items).map { _ in
          for index in normals.indices { normals[index] = random.normal() }
          return zip(factor.times(normals), cuts).map { $0 < $1 }
        }
        guard let matrix = try? QuestionMatrix(rows, scores: doses) else { continue }
        let test = try? StudentisedTrendPermutation(
          matrix, resampleCount: permutationCount, seed: seed,
          analysis: "power/paired-dose/\(run)", threadCount: 1)
        output[offset * 2] = (test?.pValue.value ?? 1) <= level ? 1 : 0
        output[offset * 2 + 1] = Self.robustP(matrix) <= level ? 1 : 0
      }
    }
    func count(_ method: Int) -> SimulatedPower {
      let hits = stride(from: method, to: flags.count, by: 2).reduce(0) { $0 + Int(flags[$1]) }
      return SimulatedPower(rejections: hits, runCount: runCount)
    }
    return Simulation(
      permutation: count(0), robustT: count(1), items: items, permutationCount: permutationCount,
      seed: seed)
  }

  /// The robust t alone: ``WithinQuestionTrend`` would also enumerate its exact tests.
  private static func robustP(_ matrix: QuestionMatrix) -> Double {
    let t = matrix.contributions
    let n = Double(t.count)
    let mean = t.reduce(0, +) / n
    let squares = t.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / (n - 1) / n).squareRoot()
    guard error > 1e-14 * max(1, abs(mean)) else { return 1 }
    return StudentT.twoSidedTail(mean / error, degreesOfFreedom: n - 1)
  }
}
