import Randomness

/// What the outcomes say about a forecast, by isotonic recalibration (CORP), with the band in which
/// the recalibrated values of a calibrated forecast would lie.
///
/// - Source: Dimitriadis, Gneiting & Jordan (2021), doi:10.1073/pnas.2016191118; the consistency
///   band redraws the outcomes from the forecasts themselves.
public struct ReliabilityCurve: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public let forecast: Double
    /// Isotonic share of positive outcomes at this forecast.
    public let recalibrated: Double
    /// Pointwise band of a calibrated forecast.
    public let band: Interval
  }

  /// At most ``maximumPoints``, evenly over the distinct forecasts, ascending.
  public let points: [Point]
  public static let maximumPoints = 80

  /// - Returns: Undefined without items.
  /// - Complexity: O(drawCount · n).
  public static func of(
    _ forecast: ProbabilityForecast, drawCount: Int = 500, confidenceLevel: Double = 0.95,
    seed: UInt64, analysis: String
  ) throws(StatisticsError) -> Measured<ReliabilityCurve> {
    guard forecast.count > 0 else {
      return .undefined(UndefinedReason(.emptyInput, "there are no items"))
    }
    let order = forecast.probabilities.indices.sorted {
      (forecast.probabilities[$0], $0) < (forecast.probabilities[$1], $1)
    }
    var levels: [Double] = []
    var sizes: [Double] = []
    var hits: [Double] = []
    for item in order {
      if levels.last != forecast.probabilities[item] {
        levels.append(forecast.probabilities[item])
        sizes.append(0)
        hits.append(0)
      }
      sizes[sizes.count - 1] += 1
      hits[hits.count - 1] += forecast.outcomes[item] ? 1 : 0
    }
    let fit = try IsotonicRegression.fit(zip(hits, sizes).map { $0 / $1 }, weights: sizes)
    let shown = Self.spread(levels.count)
    let hash = RandomStream.hash(analysis)
    let (chances, weights) = (levels, sizes)
    let draws = IndexParallel.rows(count: max(1, drawCount), width: shown.count, chunkLength: 8) {
      range, output in
      for (offset, index) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(index))
        let shares = chances.indices.map { level in
          var drawn = 0.0
          for _ in 0..<Int(weights[level]) where random.uniform() < chances[level] { drawn += 1 }
          return drawn / weights[level]
        }
        // The weights are positive and the shares finite, so a fit exists.
        guard let fit = try? IsotonicRegression.fit(shares, weights: weights) else { continue }
        for (column, level) in shown.enumerated() {
          output[offset * shown.count + column] = fit[level]
        }
      }
    }
    let tail = (1 - confidenceLevel) / 2
    return .defined(
      ReliabilityCurve(
        points: shown.enumerated().map { column, level in
          let sorted = stride(from: column, to: draws.count, by: shown.count).map { draws[$0] }
            .sorted()
          return Point(
            forecast: levels[level], recalibrated: fit[level],
            band: Interval(
              lower: BootstrapDistribution.quantile(tail, ofSorted: sorted),
              upper: BootstrapDistribution.quantile(1 - tail, ofSorted: sorted),
              confidenceLevel: confidenceLevel, method: .consistencyBand))
        }))
  }

  /// Indices of the levels that are shown, the first and the last among them.
  private static func spread(_ count: Int) -> [Int] {
    guard count > maximumPoints else { return Array(0..<count) }
    return (0..<maximumPoints).map { $0 * (count - 1) / (maximumPoints - 1) }
  }
}

extension IntervalMethod {
  public static let consistencyBand = IntervalMethod(rawValue: "consistency band")
}
