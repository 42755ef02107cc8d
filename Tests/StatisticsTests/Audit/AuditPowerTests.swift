import Statistics
import Testing

/// Section A4 of the audit: minimal detectable effects, pattern base rates and sample sizes.
@Suite struct AuditPowerTests {
  func isRounded(_ value: Double?, _ printed: Double, _ half: Double) -> Bool {
    value.map { abs($0 - printed) <= half * 1.02 } ?? false
  }

  @Test(arguments: [
    (20, 0.375, false, 42.5, 45.9), (40, 0.15, false, 27.8, 30.3), (40, 0.375, false, 30.2, 32.6),
    (40, 0.725, true, 30.1, 32.5), (60, 0.10, false, 19.9, 21.9), (100, 0.10, false, 14.6, 15.8),
    (100, 0.15, false, 16.5, 17.6), (100, 0.27, false, 18.9, 20.0), (300, 0.15, false, 9.0, 9.4),
    (300, 0.5, false, 11.2, 11.6),
  ])
  func `detectable difference of two arms`(
    _ n: Int, _ base: Double, _ isDownward: Bool, _ pooled: Double, _ fisher: Double
  ) throws {
    for (test, printed) in [(TwoArmRejection.Test.pooledZ, pooled), (.fisher, fisher)] {
      let found = try TwoArmRejection(test: test, trialsPerArm: n)
        .minimalDetectableDifference(base: base, isDownward: isDownward)
      #expect(
        isRounded(found.value.map { 100 * $0 }, printed, 0.05), "\(test) \(n) \(base): \(found)")
    }
  }

  @Test(arguments: [
    (20, 0.15, false, 37.9), (20, 0.375, false, 40.2), (40, 0.10, false, 23.7),
    (40, 0.15, false, 26.1), (40, 0.375, false, 29.2), (40, 0.725, true, 28.7),
    (60, 0.05, false, 15.4), (60, 0.10, false, 18.7), (100, 0.10, false, 13.9),
    (100, 0.15, false, 15.5), (100, 0.375, false, 18.6),
  ])
  // The audit does not name its method. Its figures lie up to 0.6 points below the exact power of
  // the asymptotic Cochran-Armitage test, so agreement is asked for to that bound only.
  func `detectable swing of a trend over four doses`(
    _ n: Int, _ base: Double, _ isDownward: Bool, _ printed: Double
  ) throws {
    let found = try TrendPower(scores: [0, 1, 2, 3], trialsPerArm: n)
      .minimalDetectableSwing(base: base, isDownward: isDownward, isExact: true)
    #expect(isRounded(found.value.map { 100 * $0 }, printed, 0.6), "\(n) \(base): \(found)")
  }

  @Test(arguments: [(0.15, 8.5), (0.375, 10.7)])
  func `detectable swing at 300 per arm by the normal approximation`(
    _ base: Double, _ printed: Double
  ) throws {
    let found = try TrendPower(scores: [0, 1, 2, 3], trialsPerArm: 300)
      .minimalDetectableSwing(base: base)
    #expect(isRounded(found.value.map { 100 * $0 }, printed, 0.1), "\(found)")
  }

  @Test(arguments: [
    (40, 0.5, 0.6, 0.16, 0.11), (60, 0.1, 0.2, 0.33, 0.25), (100, 0.15, 0.25, 0.43, 0.36),
    (100, 0.5, 0.6, 0.31, 0.26), (100, 0.12, 0.27, 0.78, 0.72), (40, 0.775, 0.55, 0.57, 0.48),
  ])
  func `exact power of two arms`(
    _ n: Int, _ p1: Double, _ p2: Double, _ pooled: Double, _ fisher: Double
  ) throws {
    #expect(
      isRounded(
        try TwoArmRejection(test: .pooledZ, trialsPerArm: n).power(p1, p2), pooled, 5.5e-3))
    #expect(
      isRounded(try TwoArmRejection(test: .fisher, trialsPerArm: n).power(p1, p2), fisher, 5.5e-3))
  }

  @Test func `patterns that arise by chance`() throws {
    let flat4 = try OrderProbability.strictlyMonotone(
      trials: 40, probabilities: [0.375, 0.375, 0.375, 0.375])
    #expect(flat4 > 0.035 && flat4 < 0.055, "\(flat4)")
    let flat3 = try OrderProbability.strictlyMonotone(
      trials: 100, probabilities: [0.15, 0.15, 0.15])
    #expect(flat3 > 0.25 && flat3 < 0.30, "\(flat3)")
    let three = try OrderProbability.reversal(trials: 100, probabilities: [0.12, 0.195, 0.27])
    let four = try OrderProbability.reversal(trials: 100, probabilities: [0.12, 0.17, 0.22, 0.27])
    let down = try OrderProbability.reversal(
      trials: 40, probabilities: [0.775, 0.7, 0.625, 0.55])
    #expect(isRounded(three, 0.15, 8e-3), "\(three)")
    #expect(isRounded(four, 0.45, 0.04), "\(four)")
    #expect(isRounded(down, 0.54, 0.04), "\(down)")
    let range = try OrderProbability.range(
      trials: 40, probabilities: [0.375, 0.375, 0.375, 0.375])
    #expect(range.mean > 0.145 && range.mean < 0.165, "\(range)")
    #expect(range.percentile95 == 0.275, "\(range)")
  }

  @Test(arguments: [(0.1, 155), (0.15, 219), (0.375, 402), (0.5, 429)])
  func `equivalence of two arms`(_ rate: Double, _ printed: Int) throws {
    #expect(try EquivalencePower.trialsNeeded(rate: rate, margin: 0.1) == printed)
  }

  @Test(arguments: [(0.1, 86), (0.2, 172), (0.3, 257)])
  func `equivalence of pairs`(_ discordance: Double, _ printed: Int) throws {
    #expect(try EquivalencePower.pairsNeeded(discordance: discordance, margin: 0.1) == printed)
  }

  @Test func `equivalence cannot pass at 40 per arm`() throws {
    let power = try EquivalencePower.unpaired(trials: 40, rate: 0.45, margin: 0.1)
    #expect(power < 5e-4, "\(power)")
  }

  @Test func `a level too small to show beside 1 has an interval all the same`() throws {
    let arm = try Proportion(successes: 12, trials: 40)
    let test = try EquivalenceTest(UnpairedDifference(arm, arm), margin: 0.99, alpha: 1e-17)
    #expect(test.interval.lower > -1 && test.interval.upper < 1 && test.isEquivalent)
  }
}
