import Randomness
import Statistics

extension CalibrationStudy {
  /// Resamples of one bootstrap interval.
  static let pairResamples = 1_000

  /// Coverage of 95 % intervals for the difference of two conditions on the same items: exact sums
  /// for the formulas, simulation for the bootstraps.
  func pairedCoverage(_ line: (key: String, numbers: [Double])) -> [ValidationRow] {
    let parts = line.key.split(separator: "|")
    let cells = parts.first?.split(separator: " ").compactMap { Double($0) } ?? []
    guard parts.count == 2, let pairs = Int(parts[1]), cells.count == 3,
      line.numbers.count == ValidationTargets.pairMethods.count
    else { return [] }
    let scenario = "pairs \(cells[0]) both, \(cells[1]) and \(cells[2]) discordant"
    let exact = Self.exactCoverages(cells: cells, pairs: pairs)
    let names = ValidationTargets.pairMethods
    let formulas = exact.enumerated().map { method, coverage in
      ValidationRow(
        exactShare: coverage, target: line.numbers[method] / 1_000,
        targetRunCount: ValidationTargets.pairRuns, scenario: scenario, sampleSize: "\(pairs)",
        method: names[method])
    }
    let full = ValidationTargets.pairBootstrapRuns
    let runs = mode == .full ? full : full / 5
    let hits = bootstrapHits(line.key, cells: cells, pairs: pairs, runs: runs)
    return formulas
      + hits.enumerated().map { index, count in
        ValidationRow(
          group: .coverage, scenario: scenario, sampleSize: "\(pairs)",
          method: names[exact.count + index], hits: count, runCount: runs,
          target: line.numbers[exact.count + index] / 1_000, targetRunCount: full)
      }
  }

  // MARK: - Exact sums

  /// In the order of the first five ``ValidationTargets/pairMethods``.
  private static func exactCoverages(cells: [Double], pairs: Int) -> [Double] {
    let (both, first, second) = (cells[0], cells[1], cells[2])
    let truth = first - second
    // Ends that meet the truth up to rounding cover it.
    func covers(_ interval: Interval) -> Bool {
      interval.lower <= truth + 1e-12 && truth <= interval.upper + 1e-12
    }
    var sums = [Double](repeating: 0, count: 5)
    for b in likely(pairs, first) {
      let left = pairs - b.count
      for c in likely(left, share(second, of: 1 - first)) {
        let discordant = b.mass * c.mass
        guard discordant > 1e-13,
          let table = try? PairedTable(
            both: 0, firstOnly: b.count, secondOnly: c.count, neither: left - c.count)
        else { continue }
        if covers(table.tangoInterval()) { sums[0] += discordant }
        if covers(table.bonettPriceInterval()) { sums[2] += discordant }
        if covers(wald(table)) { sums[3] += discordant }
        for a in likely(left - c.count, share(both, of: 1 - first - second)) {
          let mass = discordant * a.mass
          guard mass > 1e-14,
            let full = try? PairedTable(
              both: a.count, firstOnly: b.count, secondOnly: c.count,
              neither: left - c.count - a.count),
            let one = try? Proportion(successes: a.count + b.count, trials: pairs),
            let other = try? Proportion(successes: a.count + c.count, trials: pairs)
          else { continue }
          if covers(full.newcombeInterval()) { sums[1] += mass }
          if covers(UnpairedDifference(one, other).newcombeInterval()) { sums[4] += mass }
        }
      }
    }
    return sums
  }

  /// Counts that carry all but a negligible part of a binomial distribution.
  private static func likely(
    _ trials: Int, _ probability: Double
  ) -> [(count: Int, mass: Double)] {
    let mean = Double(trials) * probability
    let spread = 9 * (mean * (1 - probability)).squareRoot() + 9
    let low = max(0, Int(mean - spread))
    let high = min(trials, Int(mean + spread))
    return (low...max(low, high)).map {
      ($0, BinomialDistribution.mass($0, trials: trials, probability: probability))
    }
  }

  private static func share(_ part: Double, of whole: Double) -> Double {
    whole > 0 ? min(1, part / whole) : 0
  }

  /// The interval that the design page forbids; it exists here only to show why.
  private static func wald(_ table: PairedTable) -> Interval {
    let (b, c, n) = (Double(table.firstOnly), Double(table.secondOnly), Double(table.pairs))
    let difference = (b - c) / n
    let error = max(0, b + c - (b - c) * (b - c) / n).squareRoot() / n
    let half = NormalDistribution.criticalValue(confidenceLevel: 0.95) * error
    return Interval(
      lower: difference - half, upper: difference + half, confidenceLevel: 0.95,
      method: IntervalMethod(rawValue: "Wald, paired"))
  }

  // MARK: - Bootstraps

  /// Hits of the percentile and the BCa interval. Pairs that all agree give the point 0.
  private func bootstrapHits(_ key: String, cells: [Double], pairs: Int, runs: Int) -> [Int] {
    let truth = cells[1] - cells[2]
    let hash = RandomStream.hash("validate/pairs/\(key)")
    let flags = IndexParallel.rows(
      count: runs, width: 2, threadCount: threadCount, chunkLength: 4
    ) { range, output in
      for (offset, run) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(run))
        let changes = (0..<pairs).map { _ -> Double in
          let u = random.uniform()
          return u < cells[1] ? 1 : u < cells[1] + cells[2] ? -1 : 0
        }
        guard let resampler = try? MeanResampler(values: changes) else { continue }
        let distribution = resampler.distribution(
          Bootstrap(
            seed: seed, analysis: "validate/pairs/\(key)/\(run)",
            resampleCount: Self.pairResamples, threadCount: 1))
        let mean = changes.reduce(0, +) / Double(pairs)
        let intervals = [
          distribution.percentileInterval(confidenceLevel: 0.95).value,
          distribution.biasCorrectedInterval(confidenceLevel: 0.95).value?.interval,
        ]
        for (method, interval) in intervals.enumerated() {
          let (lower, upper) = (interval?.lower ?? mean, interval?.upper ?? mean)
          output[offset * 2 + method] = lower <= truth + 1e-12 && truth <= upper + 1e-12 ? 1 : 0
        }
      }
    }
    return (0..<2).map { method in
      stride(from: method, to: flags.count, by: 2).reduce(0) { $0 + Int(flags[$1]) }
    }
  }

  // MARK: - Permuted order tests

  /// Size of T01 and T12 when doses are permuted within questions.
  func permutedOrderSizes(_ line: (key: String, numbers: [Double])) -> [ValidationRow] {
    let parts = line.key.split(separator: "|")
    let methods = ValidationTargets.permutedOrderMethods
    guard parts.count == 2, let questions = Int(parts[1]), line.numbers.count == methods.count,
      let scenario = DoseScenario(name: String(parts[0]))
    else { return [] }
    let full = ValidationTargets.permutedOrderRuns
    let runs = mode == .full ? full : full / 8
    let hash = RandomStream.hash("validate/permuted-order/\(line.key)")
    let flags = IndexParallel.rows(
      count: runs, width: methods.count, threadCount: threadCount, chunkLength: 1
    ) { range, output in
      for (offset, run) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(run))
        let rows = scenario.draw(questions, &random).map { $0.map { $0 ? 1.0 : 0.0 } }
        let result = try? PairedOrderTest.permutationPValues(
          rows: rows, permutationCount: ValidationTargets.permutedOrderPermutations,
          seed: UInt64(run), analysis: "validate/permuted-order/\(line.key)", threadCount: 1)
        guard let p = result?.value else { continue }
        let values = [p.forIncreasing, p.againstIncreasing, p.forDecreasing, p.againstDecreasing]
        for (method, value) in values.enumerated() {
          output[offset * methods.count + method] = value <= 0.05 ? 1 : 0
        }
      }
    }
    return methods.indices.map { method in
      let hits = stride(from: method, to: flags.count, by: methods.count)
        .reduce(0) { $0 + Int(flags[$1]) }
      return ValidationRow(
        group: .size, scenario: scenario.name, sampleSize: "\(questions)",
        method: methods[method], hits: hits, runCount: runs,
        target: line.numbers[method] / 1_000, targetRunCount: full)
    }
  }
}
