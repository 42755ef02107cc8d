import CanonicalJSON
import Statistics
import Testing

@Suite struct RecalibrationTests {
  private static func reference() throws -> (JSONValue, ProbabilityForecast, [Double], [Bool]) {
    let item = try #require(try ExtraOracle.load()["calibration"])
    let labels = item["labels"]?.labels ?? []
    let forecast = try ProbabilityForecast(
      probabilities: item["p"]?.doubles ?? [], outcomes: labels)
    return (item, forecast, item["scores"]?.doubles ?? [], labels)
  }

  private static func near(_ got: Double?, _ want: JSONValue?, _ tolerance: Double = 1e-8) -> Bool {
    guard let got, let want = want?.doubleValue else { return false }
    return abs(got - want) <= tolerance * max(1, abs(want))
  }

  @Test func `Platt scaling, reliability line and temperature`() throws {
    let (item, forecast, scores, labels) = try Self.reference()
    let platt = try LogisticCalibration.platt(scores: scores, labels: labels).value
    #expect(Self.near(platt?.slope, item["platt"]?[0]))
    #expect(Self.near(platt?.intercept, item["platt"]?[1]))
    let line = LogisticCalibration.reliability(of: forecast).value
    #expect(Self.near(line?.slope, item["reliability"]?["slope"]))
    #expect(Self.near(line?.intercept, item["reliability"]?["intercept"]))
    #expect(Self.near(line?.slopeError, item["reliability"]?["slope_se"]))
    #expect(Self.near(line?.interceptError, item["reliability"]?["intercept_se"]))
    let temperature = LogisticCalibration.temperature(of: forecast).value
    #expect(Self.near(temperature?.slope, item["temperature"]?["slope"]))
    #expect(Self.near(temperature?.slopeError, item["temperature"]?["slope_se"]))
  }

  @Test func `isotonic recalibration and CORP`() throws {
    let (item, forecast, _, labels) = try Self.reference()
    let fit = try #require(
      try IsotonicCalibration.fit(scores: forecast.probabilities, labels: labels).value)
    let want = item["isotonic"]?.doubles ?? []
    for (probability, value) in zip(forecast.probabilities, want) {
      #expect(abs(fit.probability(of: probability) - value) < 1e-12)
    }
    let parts = try #require(forecast.corpDecomposition.value)
    #expect(Self.near(parts.miscalibration, item["corp"]?["miscalibration"]))
    #expect(Self.near(parts.discrimination, item["corp"]?["discrimination"]))
    #expect(Self.near(parts.uncertainty, item["corp"]?["uncertainty"]))
    #expect(Self.near(forecast.debiasedCalibrationError().value, item["debiased"]))
  }

  /// The design's figures for a perfect model: mean ECE .140 at 100, .097 at 200, .043 at 1,000.
  @Test(arguments: [(100, 0.140), (200, 0.097), (1_000, 0.043)])
  func `ECE of a perfect model`(count: Int, expected: Double) throws {
    let probabilities = (0..<count).map { (Double($0) + 0.5) / Double(count) }
    let outcomes = probabilities.map { $0 > 0.5 }
    let forecast = try ProbabilityForecast(probabilities: probabilities, outcomes: outcomes)
    let null = try #require(
      forecast.perfectCalibrationError(drawCount: 2_000, seed: 1, analysis: "test").value)
    #expect(abs(null.mean - expected) < 0.03)
    #expect(null.pValue <= 1)
  }

  @Test func `degenerate calibration input`() throws {
    let separated = try LogisticCalibration.platt(
      scores: [1, 1, 1], labels: [true, false, true])
    #expect(separated.reason?.code == .noVariance)
    let oneClass = try LogisticCalibration.platt(scores: [1, 2], labels: [true, true])
    #expect(oneClass.reason?.code == .singleClass)
    let perfect = try ProbabilityForecast(
      probabilities: [0.1, 0.2, 0.8, 0.9], outcomes: [false, false, true, true])
    #expect(LogisticCalibration.reliability(of: perfect).reason?.code == .notConverged)
    let empty = try ProbabilityForecast(probabilities: [], outcomes: [])
    #expect(empty.brierScore.reason?.code == .emptyInput)
    #expect(empty.corpDecomposition.reason?.code == .emptyInput)
    let certain = try ProbabilityForecast(probabilities: [0, 1, 1], outcomes: [true, false, true])
    #expect(LogisticCalibration.reliability(of: certain).reason?.code == .notConverged)
  }

  @Test func `the gate refuses when a rate has moved`() throws {
    let source = InvarianceGate.Counts(
      truePositives: 80, positives: 100, trueNegatives: 90, negatives: 100)
    let same = try InvarianceGate(
      source: source,
      target: .init(truePositives: 15, positives: 20, trueNegatives: 180, negatives: 200))
    #expect(same.outcome == .compatible)
    let moved = try InvarianceGate(
      source: source,
      target: .init(truePositives: 40, positives: 100, trueNegatives: 90, negatives: 100))
    #expect(moved.outcome == .refuted)
    let empty = try InvarianceGate(
      source: source,
      target: .init(truePositives: 0, positives: 0, trueNegatives: 90, negatives: 100))
    #expect(empty.outcome == .notTestable)
  }

  @Test func `a cross-fitted threshold is less flattering than the apparent one`() throws {
    let (_, _, scores, labels) = try Self.reference()
    let apparent = try #require(
      try DecisionThreshold(scores: scores, labels: labels).youden.value)
    let honest = try #require(
      try CrossFittedThreshold.choose(
        scores: scores, labels: labels, rule: .youden, seed: 7, analysis: "test"
      ).value)
    let again = try CrossFittedThreshold.choose(
      scores: scores, labels: labels, rule: .youden, seed: 7, analysis: "test")
    #expect(again.value == honest)
    #expect(honest.sensitivity + honest.specificity - 1 < apparent.criterion)
    #expect(honest.thresholds.count == 100)
    let tooFew = try CrossFittedThreshold.choose(
      scores: [1, 2], labels: [true, false], rule: .youden, seed: 7, analysis: "test")
    #expect(tooFew.reason?.code == .tooFew)
  }
}
