import Statistics
import Testing

/// Oracle: direct enumeration and scipy 1.17 `stats.binom`.
@Suite struct OrderProbabilityTests {
  @Test(
    arguments: [
      (100, 0.15, 4, 0.049_809_692_4), (100, 0.2, 3, 0.266_623_051_3),
      (40, 0.375, 4, 0.045_441_344_4), (40, 0.5, 4, 0.046_426_464_0),
    ])
  func `equal rates come out strictly monotone now and then`(
    trials: Int, rate: Double, count: Int, expected: Double
  ) throws {
    let p = try OrderProbability.strictlyMonotone(
      trials: trials, probabilities: Array(repeating: rate, count: count))
    #expect(abs(p - expected) < 1e-9)
  }

  @Test(
    arguments: [
      (100, [0.12, 0.195, 0.27], 0.147_578_401_8),
      (100, [0.12, 0.17, 0.22, 0.27], 0.445_927_257_7),
      (40, [0.775, 0.7, 0.625, 0.55], 0.544_656_530_1),
    ])
  func `a monotone truth shows reversals`(
    trials: Int, probabilities: [Double], expected: Double
  ) throws {
    let p = try OrderProbability.reversal(trials: trials, probabilities: probabilities)
    #expect(abs(p - expected) < 1e-9)
  }

  @Test func `edges are defined or refused`() throws {
    #expect(try OrderProbability.strictlyRising(trials: 0, probabilities: [0.5, 0.5]) == 0)
    #expect(try OrderProbability.reversal(trials: 0, probabilities: [0.5, 0.5]) == 0)
    #expect(abs(try OrderProbability.strictlyRising(trials: 1, probabilities: [0, 1]) - 1) < 1e-12)
    #expect(throws: StatisticsError.self) {
      try OrderProbability.strictlyRising(trials: 10, probabilities: [])
    }
    #expect(throws: StatisticsError.self) {
      try OrderProbability.reversal(trials: 10, probabilities: [0.5, .nan])
    }
  }
}
