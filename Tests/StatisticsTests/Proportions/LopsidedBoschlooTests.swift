import Statistics
import Testing

/// Boschloo's test with one arm far larger than the other, where tails replace sums.
@Suite struct LopsidedBoschlooTests {
  /// Oracle: Fisher's p of every table by `scipy.stats.hypergeom.sf`, the extreme tables summed
  /// with `scipy.stats.binom.pmf` on 4,001 nuisance probabilities and the best of them refined.
  @Test(arguments: [
    (3, 4, 900, 2_500, 0.117_007_049_246_563_83, 0.977_385_589_027_035_1),
    (900, 2_500, 3, 4, 0.977_385_589_027_035_1, 0.117_007_049_246_563_83),
    (5, 60, 30, 2_400, 0.000_902_875_084_119_620_7, 0.999_739_463_470_328_5),
    (30, 2_400, 5, 60, 0.999_739_463_470_328_5, 0.000_902_875_084_119_620_7),
  ])
  func `both sides are those of all tables`(
    _ x1: Int, _ n1: Int, _ x2: Int, _ n2: Int, _ greater: Double, _ less: Double
  ) throws {
    let test = BoschlooTest(
      try Proportion(successes: x1, trials: n1), try Proportion(successes: x2, trials: n2))
    #expect(abs(try #require(test.pValueGreater.value) / greater - 1) < 1e-8)
    #expect(abs(try #require(test.pValueLess.value) / less - 1) < 1e-8)
  }

  /// Took two minutes when every count of the large arm was summed.
  @Test func `one against a million ends at once`() throws {
    let small = try Proportion(successes: 0, trials: 1)
    let large = try Proportion(successes: 1, trials: 1_000_001)
    let clock = ContinuousClock()
    let start = clock.now
    let test = BoschlooTest(small, large)
    #expect(clock.now - start < .seconds(20))
    // Fisher's p of "less" is 1 − 1/1,000,002; every table but one is as extreme.
    #expect(test.pValueLess.value.map { $0 > 0.99 && $0 <= 1 } == true)
    #expect(test.pValueGreater.value == 1)
  }
}
