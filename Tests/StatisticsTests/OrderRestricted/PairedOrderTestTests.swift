import CanonicalJSON
import Statistics
import Testing

@Suite struct PairedOrderTestTests {
  /// Closed form against simulation: the weights of three steps by both ways.
  @Test func `simulated weights agree with the closed form of equal variances`() throws {
    // Four steps between five independent equal means: exact level probabilities.
    let weights = [1.0, 1, 1, 1, 1.000_000_1]
    let simulated = try #require(try LevelProbabilities.mixture(weights: weights).value)
    let exact = LevelProbabilities.equal(5)
    #expect(simulated.weightError > 0)
    for (left, right) in zip(simulated.weights, exact) {
      #expect(abs(left - right) < 4 * simulated.weightError)
    }
  }

  @Test func `permutation calibration is near the mixture in large samples`() throws {
    let item = try #require(try ExtraOracle.load("wolak_paired")["cases"]?[5])
    let rows = (item["input"]?["matrix"]?.arrayValue ?? []).map(\.doubles)
    let mixture = try #require(try PairedOrderTest.test(rows: rows).value)
    let permuted = try #require(
      try PairedOrderTest.permutationPValues(
        rows: rows, permutationCount: 999, seed: 1, analysis: "test"
      ).value)
    #expect(abs(permuted.againstDecreasing - mixture.decreasing.pAgainstOrder) < 0.1)
    #expect(permuted.againstIncreasing < 0.02)
    let again = try PairedOrderTest.permutationPValues(
      rows: rows, permutationCount: 999, seed: 1, analysis: "test", threadCount: 3)
    #expect(again.value == permuted)
  }

  @Test func `odd shapes are undefined, not a crash`() throws {
    #expect(try PairedOrderTest.test(rows: []).reason?.code == .tooFew)
    #expect(try PairedOrderTest.test(rows: [[1]]).reason?.code == .tooFew)
    #expect(try PairedOrderTest.test(rows: [[1], [0]]).reason?.code == .tooFew)
    let wide = [[Double]](repeating: [Double](repeating: 0, count: 40), count: 3)
    #expect(try PairedOrderTest.test(rows: wide).reason?.code == .tooLarge)
    #expect(throws: StatisticsError.self) { try PairedOrderTest.test(rows: [[1, 0], [1]]) }
    #expect(throws: StatisticsError.self) { try PairedOrderTest.test(rows: [[.nan, 0], [1, 1]]) }
    #expect(
      try IsotonicBinomialTest.test(successes: [0, 1], trials: [0, 4]).reason?.code == .emptyArm)
  }
}
