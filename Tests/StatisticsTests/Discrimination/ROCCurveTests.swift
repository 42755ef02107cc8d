import Statistics
import Testing

@Suite struct ROCCurveTests {
  private static let scores = [
    0.1, 0.4, 0.35, 0.8, 0.7, 0.4, 0.9, 0.2, 0.6, 0.55, 0.3, 0.4, 0.65, 0.15, 0.75, 0.5,
  ]
  private static let labels = [0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0].map { $0 == 1 }

  @Test func `the area under the curve is the AUROC, with all vertices and with corners only`()
    throws
  {
    let curve = try #require(try ROCCurve.of(scores: Self.scores, labels: Self.labels).value)
    func area(_ vertices: [ROCCurve.Vertex]) -> Double {
      zip(vertices, vertices.dropFirst()).reduce(0) { sum, pair in
        sum + (pair.1.falsePositiveRate - pair.0.falsePositiveRate)
          * (pair.1.truePositiveRate + pair.0.truePositiveRate) / 2
      }
    }
    #expect(abs(area(curve.vertices) - 0.875) < 1e-12)
    #expect(abs(area(curve.corners) - 0.875) < 1e-12)
    #expect(curve.corners.count < curve.vertices.count)
    #expect(curve.vertices.count == Set(Self.scores).count + 1)
  }

  @Test func `the band holds the curve and shrinks with n`() throws {
    let curve = try #require(try ROCCurve.of(scores: Self.scores, labels: Self.labels).value)
    let large = try #require(
      try ROCCurve.of(
        scores: (0..<50).flatMap { _ in Self.scores },
        labels: (0..<50).flatMap { _ in Self.labels }
      ).value)
    let bootstrap = Bootstrap(seed: 3, analysis: "roc", resampleCount: 500)
    let rates = [0, 0.25, 0.5, 1]
    let narrow = large.band(at: rates, bootstrap: bootstrap)
    let wide = curve.band(at: rates, bootstrap: bootstrap)
    for (place, rate) in rates.enumerated() {
      let height = curve.vertices.last { $0.falsePositiveRate <= rate }?.truePositiveRate ?? 0
      #expect(wide[place].lower <= height && height <= wide[place].upper)
      // At rates where both bands are a point, rounding decides the last bit.
      #expect(narrow[place].width <= wide[place].width + 1e-12)
    }
    #expect(wide.last?.lower == 1)
  }

  @Test func `one class has no curve`() throws {
    #expect(try ROCCurve.of(scores: [1, 2], labels: [true, true]).reason?.code == .singleClass)
    #expect(throws: StatisticsError.self) { try ROCCurve.of(scores: [.nan], labels: [true]) }
  }

  /// numpy 2.4, `default_rng(seed)`, 500 resamples, percentiles 2.5 and 97.5.
  @Test func `the AUROC bootstrap draws as numpy does`() throws {
    let stratified = NumPyBootstrap(seed: 42, resampleCount: 500)
      .auroc(scores: Self.scores, labels: Self.labels, isStratified: true)
    #expect(stratified.estimate.value == 0.875)
    let first = try #require(stratified.percentileInterval(confidenceLevel: 0.95).value)
    #expect(abs(first.lower - 0.679_296_875) < 1e-12)
    #expect(first.upper == 1)
    let whole = NumPyBootstrap(seed: 7, resampleCount: 500)
      .auroc(scores: Self.scores, labels: Self.labels, isStratified: false)
    #expect(
      abs(
        try #require(whole.percentileInterval(confidenceLevel: 0.95).value).lower - 0.685_312_5)
        < 1e-12)
    let apart = NumPyBootstrap(seed: 1, resampleCount: 500).unpairedDifference(
      [1, 0, 1, 1, 0, 1, 0, 0, 1, 1], [0, 0, 1, 0, 0, 1, 1, 0, 0, 1])
    let difference = try #require(apart.percentileInterval(confidenceLevel: 0.95).value)
    #expect(abs(difference.lower + 0.2) < 1e-12)
    #expect(abs(difference.upper - 0.6525) < 1e-9)
  }
}
