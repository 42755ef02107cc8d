import Statistics
import Testing

@Suite struct ReliabilityCurveTests {
  /// Forecasts of 0.1, …, 0.9 with exactly that share of positives, 100 each.
  private var calibrated: (probabilities: [Double], outcomes: [Bool]) {
    var probabilities: [Double] = []
    var outcomes: [Bool] = []
    for tenth in 1...9 {
      for item in 0..<100 {
        probabilities.append(Double(tenth) / 10)
        outcomes.append(item < tenth * 10)
      }
    }
    return (probabilities, outcomes)
  }

  @Test func `a calibrated forecast lies on the diagonal and in its band`() throws {
    let forecast = try ProbabilityForecast(
      probabilities: calibrated.probabilities, outcomes: calibrated.outcomes)
    let curve = try #require(
      try ReliabilityCurve.of(forecast, drawCount: 300, seed: 1, analysis: "r").value)
    #expect(curve.points.count == 9)
    for point in curve.points {
      #expect(abs(point.recalibrated - point.forecast) < 1e-12)
      #expect(point.band.contains(point.forecast))
      #expect(point.band.width > 0.05 && point.band.width < 0.3)
    }
  }

  @Test func `an overconfident forecast leaves the band, and recalibrated out of fold does not`()
    throws
  {
    let (honest, outcomes) = calibrated
    // Logits doubled.
    let bold = honest.map { $0 * $0 / ($0 * $0 + (1 - $0) * (1 - $0)) }
    let before = try #require(
      try ReliabilityCurve.of(
        try ProbabilityForecast(probabilities: bold, outcomes: outcomes), drawCount: 300, seed: 1,
        analysis: "r"
      ).value)
    #expect(before.points.count { !$0.band.contains($0.recalibrated) } >= 4)
    let fitted = try #require(
      try CrossFittedCalibration.platt(
        scores: bold.map { 2 * $0 - 1 }, labels: outcomes, seed: 2, analysis: "p"
      ).value)
    let forecast = try ProbabilityForecast(probabilities: fitted, outcomes: outcomes)
    let corp = try #require(forecast.corpDecomposition.value)
    let raw = try #require(
      try ProbabilityForecast(probabilities: bold, outcomes: outcomes).corpDecomposition.value)
    #expect(corp.miscalibration < raw.miscalibration / 2)
  }

  @Test func `too few of a class have no folds`() throws {
    let result = try CrossFittedCalibration.platt(
      scores: [0.1, 0.2, 0.3], labels: [true, false, false], seed: 1, analysis: "p")
    #expect(result.reason?.code == .tooFew)
  }
}
