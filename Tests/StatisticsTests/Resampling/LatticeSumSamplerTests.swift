import Randomness
import Statistics
import Testing

@Suite struct LatticeSumSamplerTests {
  private struct Sums: Hashable, Comparable {
    let sum: Int
    let squares: Int
    static func < (left: Self, right: Self) -> Bool {
      (left.sum, left.squares) < (right.sum, right.squares)
    }
  }

  /// Every sample of `count` values, with how often each pair of sums occurs.
  private static func enumerated(_ values: [Int], count: Int) -> [Sums: Double] {
    var result = [Sums(sum: 0, squares: 0): 1.0]
    for _ in 0..<count {
      var next: [Sums: Double] = [:]
      for (sums, weight) in result {
        for value in values {
          let key = Sums(sum: sums.sum + value, squares: sums.squares + value * value)
          next[key, default: 0] += weight / Double(values.count)
        }
      }
      result = next
    }
    return result
  }

  private static func draw(_ sampler: LatticeSumSampler, _ draws: Int, seed: UInt64) -> [Sums] {
    var words = [UInt64](repeating: 0, count: sampler.wordCount)
    return (0..<draws).map { index in
      var random = RandomStream(seed: seed, analysis: "sums", index: UInt64(index))
      return words.withUnsafeMutableBufferPointer { buffer in
        random.fill(buffer)
        let (sum, squares) = sampler.draw(buffer)
        return Sums(sum: sum, squares: squares)
      }
    }
  }

  /// Pearson's statistic over cells of at least five expected draws, the rest pooled: within five
  /// standard deviations of its degrees of freedom. The seeds are fixed.
  @Test(
    arguments: [
      ([-3, -1, 0, 0, 2], 1), ([-3, -1, 0, 0, 2], 3), ([0, 1], 13), ([0, 1, 1, 1], 31),
      ([-1, 0, 1], 8), ([4, -5, 9, 9, 9, 0], 7), ([-6, 6], 12),
    ] as [([Int], Int)])
  func `sums have the distribution of drawing one by one`(values: [Int], count: Int) throws {
    let sampler = try #require(
      LatticeSumSampler(values: values, count: count, includesSquares: true))
    let draws = 40_000
    var found: [Sums: Double] = [:]
    for sums in Self.draw(sampler, draws, seed: 3) { found[sums, default: 0] += 1 }
    let expected = Self.enumerated(values, count: count)
    #expect(Set(found.keys).isSubset(of: expected.keys))
    var statistic = 0.0
    var cells = 0.0
    var (restFound, restExpected) = (0.0, 0.0)
    for (sums, probability) in expected.sorted(by: { $0.key < $1.key }) {
      let want = probability * Double(draws)
      let have = found[sums] ?? 0
      if want < 5 {
        restFound += have
        restExpected += want
      } else {
        statistic += (have - want) * (have - want) / want
        cells += 1
      }
    }
    if restExpected >= 1 {
      statistic += (restFound - restExpected) * (restFound - restExpected) / restExpected
      cells += 1
    } else {
      #expect(restFound <= 12)
    }
    let freedom = max(1, cells - 1)
    #expect(statistic < freedom + 5 * (2 * freedom).squareRoot() + 5)
  }

  @Test func `what does not pay or could overflow has no sampler`() {
    #expect(LatticeSumSampler(values: [], count: 3, includesSquares: true) == nil)
    #expect(LatticeSumSampler(values: [1], count: 0, includesSquares: true) == nil)
    let many = (0..<500).map { $0 * $0 }
    #expect(LatticeSumSampler(values: many, count: 10, includesSquares: false) == nil)
    #expect(LatticeSumSampler(values: [.min, .max], count: 2, includesSquares: false) == nil)
    #expect(LatticeSumSampler(values: [1 << 20], count: 4_000, includesSquares: false) == nil)
    #expect(LatticeSumSampler(values: [1 << 14], count: 100, includesSquares: true) == nil)
  }

  @Test func `one value gives its multiple and its squares`() throws {
    let sampler = try #require(
      LatticeSumSampler(values: [-7, -7], count: 1_000, includesSquares: true))
    #expect(
      Self.draw(sampler, 20, seed: 1).allSatisfy { $0 == Sums(sum: -7_000, squares: 49_000) })
  }

  /// The item-by-item bootstrap is the oracle: mean, spread and tails of the replicates agree
  /// within five Monte Carlo standard errors.
  @Test(arguments: [[0.0, 0.5, 1, 2], [0, 1, 2, 3, 4, 5, 6], [0.1, 0.2, 0.3]])
  func `slope replicates agree with drawing the questions`(doses: [Double]) throws {
    var random = RandomStream(seed: 9, analysis: "slope data")
    let outcomes = (0..<300).map { _ in
      doses.indices.map { dose in random.uniform() < 0.2 + 0.05 * Double(dose) ? true : false }
    }
    let rows = try DoseResponseRows(
      doses: doses, outcomes: outcomes.map { $0.map(Optional.some) })
    #expect(rows.centredLattice != nil)
    let resampler = try MeanResampler(slopesOf: rows)
    let bootstrap = Bootstrap(seed: 6, analysis: "slopes", resampleCount: 20_000)
    let fast = resampler.distribution(bootstrap)
    let plain = BootstrapDistribution(
      estimate: 0, replicates: resampler.itemReplicates(bootstrap), jackknifeGroups: [])
    #expect(fast.replicates != plain.replicates)
    let spread = try #require(plain.standardError.value)
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    #expect(
      abs(mean(fast.replicates) - mean(plain.replicates)) < 5 * spread * (2 / 20_000.0).squareRoot()
    )
    #expect(abs((fast.standardError.value ?? 0) / spread - 1) < 5 * (1 / 20_000.0).squareRoot())
    let left = try #require(fast.percentileInterval(confidenceLevel: 0.95).value)
    let right = try #require(plain.percentileInterval(confidenceLevel: 0.95).value)
    #expect(abs(left.lower - right.lower) < 0.12 * spread)
    #expect(abs(left.upper - right.upper) < 0.12 * spread)
    for threads in [1, 2, 5] {
      let other = Bootstrap(
        seed: 6, analysis: "slopes", resampleCount: 20_000, threadCount: threads)
      #expect(resampler.distribution(other) == fast)
    }
  }

  @Test func `doses without a common unit keep the plain path`() throws {
    let doses = [0, 1, Double(2).squareRoot()]
    let outcomes: [[Bool?]] = [[true, false, true], [false, false, true], [true, true, false]]
    let rows = try DoseResponseRows(doses: doses, outcomes: outcomes)
    #expect(rows.centredLattice == nil)
    let resampler = try MeanResampler(slopesOf: rows)
    let bootstrap = Bootstrap(seed: 1, analysis: "plain", resampleCount: 40)
    #expect(
      resampler.distribution(bootstrap).replicates == resampler.itemReplicates(bootstrap))
  }
}
