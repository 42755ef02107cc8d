extension IntervalMethod {
  public static let mantelHaenszel = IntervalMethod(rawValue: "Mantel-Haenszel, normal")
}

/// The Mantel-Haenszel risk difference p₁ − p₂ pooled over strata.
///
/// - Source: Greenland & Robins (1985), doi:10.2307/2530643. Their variance needs several trials in
///   every stratum; Sato's (1989), doi:10.2307/2531519, holds for sparse strata too.
public struct MantelHaenszelDifference: Hashable, Sendable {
  public let estimate: Measured<Double>
  /// Greenland and Robins.
  public let standardError: Measured<Double>
  /// Sato.
  public let satoStandardError: Measured<Double>
  public let interval: Measured<Interval>

  /// - Parameter strata: the two arms of each stratum; strata with an empty arm carry no weight.
  public init(_ strata: [UnpairedDifference], confidenceLevel: Double = 0.95) {
    var (numerator, weight, spread, p, q) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for stratum in strata where !stratum.hasEmptyArm {
      let (a, n1) = (Double(stratum.first.successes), Double(stratum.first.trials))
      let (c, n2) = (Double(stratum.second.successes), Double(stratum.second.trials))
      let total = n1 + n2
      numerator += (a * n2 - c * n1) / total
      weight += n1 * n2 / total
      spread +=
        (a * (n1 - a) * n2 * n2 / n1 + c * (n2 - c) * n1 * n1 / n2) / (total * total)
      p += (n1 * n1 * c - n2 * n2 * a + n1 * n2 * (n2 - n1) / 2) / (total * total)
      q += (a * (n2 - c) + c * (n1 - a)) / (2 * total)
    }
    guard weight > 0 else {
      let reason = UndefinedReason(.emptyInput, "no stratum has two arms with trials")
      (estimate, interval) = (.undefined(reason), .undefined(reason))
      (standardError, satoStandardError) = (.undefined(reason), .undefined(reason))
      return
    }
    let difference = numerator / weight
    let error = spread.squareRoot() / weight
    satoStandardError = .defined(max(0, difference * p + q).squareRoot() / weight)
    estimate = .defined(difference)
    standardError = .defined(error)
    let half = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel) * error
    interval = .defined(
      Interval(
        lower: difference - half, upper: difference + half, confidenceLevel: confidenceLevel,
        method: .mantelHaenszel))
  }
}
