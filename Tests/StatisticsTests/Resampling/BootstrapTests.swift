import Randomness
import Statistics
import Testing

@Suite struct BootstrapTests {
  private static let positives = [1.2, 0.4, 0.4, 2.5, 1.9, 0.7, 0.7, 3.1, -0.2, 1.1, 0.4]
  private static let negatives = [0.1, 0.4, -1.3, 0.7, 0.7, -0.5, 1.1, 0.2, 0.0, -0.2]

  private static func uniformValues(_ count: Int) -> [Double] {
    var random = RandomStream(seed: 3, analysis: "test data")
    return (0..<count).map { _ in random.uniform() }
  }

  @Test(arguments: [1, 2, 3, 7])
  func `no number depends on the thread count`(threads: Int) throws {
    func settings(_ threadCount: Int) -> Bootstrap {
      Bootstrap(seed: 11, analysis: "threads", resampleCount: 1_001, threadCount: threadCount)
    }
    let auroc = try AUROCResampler(positives: Self.positives, negatives: Self.negatives)
    #expect(auroc.distribution(settings(threads)) == auroc.distribution(settings(1)))
    let mean = try MeanResampler(values: Self.uniformValues(301))
    #expect(mean.distribution(settings(threads)) == mean.distribution(settings(1)))
    let design = ResamplingDesign.clustered(by: [1, 1, 2, 3, 3, 3, 4])
    func size(_ threadCount: Int) -> BootstrapDistribution {
      settings(threadCount).distribution(of: design, jackknife: true) { rows in
        Double(rows.count) + Double(rows.first ?? 0) / 10
      }
    }
    #expect(size(threads) == size(1))
  }

  @Test func `more resamples leave the first ones alone`() throws {
    let mean = try MeanResampler(values: Self.uniformValues(50))
    let few = mean.distribution(Bootstrap(seed: 1, analysis: "a", resampleCount: 10))
    let many = mean.distribution(Bootstrap(seed: 1, analysis: "a", resampleCount: 500))
    #expect(Array(many.replicates.prefix(10)) == few.replicates)
    let other = mean.distribution(Bootstrap(seed: 1, analysis: "b", resampleCount: 10))
    #expect(other.replicates != few.replicates)
  }

  /// The fast path draws its indices in bulk; replaying them through the plain estimator must give
  /// the same bits, ties included.
  @Test func `fast AUROC equals the plain estimator on the same draws`() throws {
    let bootstrap = Bootstrap(seed: 8, analysis: "replay", resampleCount: 300)
    let resampler = try AUROCResampler(positives: Self.positives, negatives: Self.negatives)
    let fast = resampler.distribution(bootstrap)
    for resample in 0..<300 {
      var random = RandomStream(seed: 8, analysis: "replay", index: UInt64(resample))
      var first = [UInt32](repeating: 0, count: Self.positives.count)
      var second = [UInt32](repeating: 0, count: Self.negatives.count)
      first.withUnsafeMutableBufferPointer { random.fill($0, below: Self.positives.count) }
      second.withUnsafeMutableBufferPointer { random.fill($0, below: Self.negatives.count) }
      var doubledWins = 0
      for i in first {
        for j in second {
          let (a, b) = (Self.positives[Int(i)], Self.negatives[Int(j)])
          doubledWins += a > b ? 2 : (a == b ? 1 : 0)
        }
      }
      let plain = Double(doubledWins) / Double(2 * first.count * second.count)
      #expect(fast.replicates[resample] == plain)
    }
    let whole = try AUROC(positives: Self.positives, negatives: Self.negatives)
    #expect(abs((fast.estimate.value ?? 0) - (whole.estimate.value ?? 1)) < 1e-15)
  }

  @Test func `fast AUROC jackknife equals leaving one out`() throws {
    let bootstrap = Bootstrap(seed: 8, analysis: "jackknife", resampleCount: 400)
    let fast = try AUROCResampler(positives: Self.positives, negatives: Self.negatives)
      .distribution(bootstrap)
    let scores = Self.positives + Self.negatives
    let split = Self.positives.count
    let design = ResamplingDesign.stratified(by: scores.indices.map { $0 < split })
    let plain = bootstrap.distribution(of: design, jackknife: true) { rows in
      let value = try? AUROC(
        positives: rows.filter { $0 < split }.map { scores[$0] },
        negatives: rows.filter { $0 >= split }.map { scores[$0] }
      ).estimate.value
      return value ?? .nan
    }
    let left = try #require(fast.acceleration.value)
    let right = try #require(plain.acceleration.value)
    #expect(abs(left - right) < 1e-12)
    let interval = try #require(
      fast.biasCorrectedInterval(confidenceLevel: 0.95).value?.interval)
    #expect(interval.lower < (fast.estimate.value ?? 0))
    #expect(interval.upper > (fast.estimate.value ?? 1))
  }

  @Test func `bootstrap spread of a mean is its standard error`() throws {
    let values = Self.uniformValues(400)
    let distribution = try MeanResampler(values: values)
      .distribution(Bootstrap(seed: 2, analysis: "spread", resampleCount: 20_000))
    let mean = values.reduce(0, +) / 400
    let sigma = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400).squareRoot() / 20
    let found = try #require(distribution.standardError.value)
    // The standard error of a standard deviation over 20,000 draws is 0.5 %.
    #expect(abs(found / sigma - 1) < 0.02)
  }

  @Test func `strata keep their sizes and clusters stay whole`() {
    let bootstrap = Bootstrap(seed: 4, analysis: "designs", resampleCount: 200)
    let strata = ResamplingDesign.stratified([[0, 1, 2], [3, 4]])
    let ok = bootstrap.distribution(of: strata) { rows in
      rows.filter { $0 < 3 }.count == 3 && rows.count == 5 ? 1 : 0
    }
    #expect(ok.replicates.allSatisfy { $0 == 1 })
    let clusters = ResamplingDesign.clustered([[0, 1, 2], [3], [4, 5]])
    let whole = bootstrap.distribution(of: clusters) { rows in
      var counts = [Int](repeating: 0, count: 6)
      for row in rows { counts[row] += 1 }
      return counts[0] == counts[1] && counts[1] == counts[2] && counts[4] == counts[5]
        && counts[0] + counts[3] + counts[4] == 3 ? 1 : 0
    }
    #expect(whole.replicates.allSatisfy { $0 == 1 })
  }

  @Test func `degenerate input is undefined, not a crash`() throws {
    #expect(throws: StatisticsError.self) { try MeanResampler(values: []) }
    #expect(throws: StatisticsError.self) { try MeanResampler(values: [.nan]) }
    #expect(throws: StatisticsError.self) { try AUROCResampler(positives: [1], negatives: []) }
    let one = try MeanResampler(values: [5])
      .distribution(Bootstrap(seed: 1, analysis: "one", resampleCount: 20))
    #expect(one.biasCorrectedInterval(confidenceLevel: 0.95).reason?.code == .noVariance)
    #expect(one.percentileInterval(confidenceLevel: 0.95).value?.lower == 5)
    let none = try MeanResampler(values: [5])
      .distribution(Bootstrap(seed: 1, analysis: "none", resampleCount: 0))
    #expect(none.percentileInterval(confidenceLevel: 0.95).reason?.code == .emptyInput)
    let missing = Bootstrap(seed: 1, analysis: "nan", resampleCount: 50)
      .distribution(of: .rows(count: 2)) { $0 == [0, 0] ? .nan : 1 }
    #expect(missing.undefinedCount > 0)
    #expect(missing.undefinedCount + missing.replicates.count == 50)
    let empty = Bootstrap(seed: 1, analysis: "empty", resampleCount: 5)
      .distribution(of: .rows(count: 0), jackknife: true) { Double($0.count) }
    #expect(empty.replicates == [0, 0, 0, 0, 0])
  }
}
