import RawStore
import Statistics

extension DetectionCurves {
  /// Enough for a chart; more vertices are thinned evenly.
  static let maximumVertices = 120
  private static let drawLimit = 40_000_000

  /// - Returns: `nil` without both classes.
  init?(_ rows: DetectionScores, settings: RowAuditSettings) throws(StatisticsError) {
    let curve = try ROCCurve.of(scores: rows.scores, labels: rows.labels)
    guard let curve = curve.value else { return nil }
    let corners = Self.thinned(curve.corners)
    let resamples = max(
      100, min(settings.resampleCount, 2_000, Self.drawLimit / max(1, rows.scores.count)))
    let analysis = "roc/\(rows.set)/\(rows.detector)"
    let grid = Array(Set(corners.map(\.falsePositiveRate))).sorted()
    let band = curve.band(
      at: grid,
      bootstrap: Bootstrap(seed: settings.seed, analysis: analysis, resampleCount: resamples),
      confidenceLevel: settings.confidenceLevel)
    var bands: [Double: Interval] = [:]
    for (rate, interval) in zip(grid, band) { bands[rate] = interval }
    roc = corners.enumerated().map { index, vertex in
      // A vertical step has one band: that of its upper end.
      let isUpper =
        index + 1 == corners.count
        || corners[index + 1].falsePositiveRate != vertex.falsePositiveRate
      return ROCPoint(
        falsePositiveRate: vertex.falsePositiveRate, truePositiveRate: vertex.truePositiveRate,
        threshold: vertex.threshold, band: isUpper ? bands[vertex.falsePositiveRate] : nil)
    }
    operatingPoint = Self.operatingPoint(rows, curve)
    let undefined = UndefinedReason(.notApplicable, "the scores are no probabilities")
    guard let forecast = rows.forecast else {
      before = .undefined(undefined)
      after = .undefined(undefined)
      afterCORP = .undefined(undefined)
      afterBrier = .undefined(undefined)
      histogramBefore = Histogram([], [])
      histogramAfter = Histogram([], [])
      return
    }
    let draws = max(50, min(500, Self.drawLimit / 4 / max(1, forecast.count)))
    before = try ReliabilityCurve.of(
      forecast, drawCount: draws, confidenceLevel: settings.confidenceLevel, seed: settings.seed,
      analysis: "reliability/" + analysis)
    histogramBefore = Histogram(forecast.probabilities, forecast.outcomes)
    let recalibrated = try CrossFittedCalibration.platt(
      scores: rows.scores, labels: rows.labels, foldCount: settings.foldCount,
      seed: settings.seed, analysis: "platt/" + analysis)
    guard let probabilities = recalibrated.value else {
      let reason = recalibrated.reason ?? undefined
      after = .undefined(reason)
      afterCORP = .undefined(reason)
      afterBrier = .undefined(reason)
      histogramAfter = Histogram([], [])
      return
    }
    let honest = try ProbabilityForecast(probabilities: probabilities, outcomes: rows.labels)
    after = try ReliabilityCurve.of(
      honest, drawCount: draws, confidenceLevel: settings.confidenceLevel, seed: settings.seed,
      analysis: "reliability-after/" + analysis)
    afterCORP = honest.corpDecomposition
    afterBrier = honest.brierScore
    histogramAfter = Histogram(probabilities, rows.labels)
  }

  private static func thinned(_ vertices: [ROCCurve.Vertex]) -> [ROCCurve.Vertex] {
    guard vertices.count > maximumVertices else { return vertices }
    return (0..<maximumVertices).map {
      vertices[$0 * (vertices.count - 1) / (maximumVertices - 1)]
    }
  }

  /// Where the recorded predictions stand on the curve.
  private static func operatingPoint(
    _ rows: DetectionScores, _ curve: ROCCurve
  ) -> ROCPoint? {
    var lowestPositive = Double.infinity
    var highestNegative = -Double.infinity
    for (prediction, score) in zip(rows.predictions, rows.scores) {
      guard let prediction else { return nil }
      if prediction {
        lowestPositive = min(lowestPositive, score)
      } else {
        highestNegative = max(highestNegative, score)
      }
    }
    guard highestNegative < lowestPositive,
      let vertex = curve.vertices.last(where: { $0.threshold >= lowestPositive })
    else { return nil }
    let isBetween = highestNegative.isFinite && lowestPositive.isFinite
    return ROCPoint(
      falsePositiveRate: vertex.falsePositiveRate, truePositiveRate: vertex.truePositiveRate,
      threshold: isBetween ? (highestNegative + lowestPositive) / 2 : vertex.threshold,
      band: nil)
  }
}
