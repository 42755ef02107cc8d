import Glibc

/// A one-variable logistic map from a score to a probability: p = expit(slope · score + intercept).
///
/// Serves three purposes: Platt scaling of raw scores, the reliability slope and intercept of
/// probabilities (score = logit p; 1 and 0 mean calibrated), and temperature scaling.
public struct LogisticCalibration: Hashable, Sendable {
  public let slope: Double
  public let intercept: Double
  /// Standard errors from the observed information.
  public let slopeError: Double
  public let interceptError: Double
  /// 0 when the intercept was held at 0.
  package let covariance: Double

  public func probability(of score: Double) -> Double {
    let value = slope * score + intercept
    return value >= 0 ? 1 / (1 + exp(-value)) : exp(value) / (1 + exp(value))
  }

  /// Platt scaling with smoothed targets (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2): fit on calibration
  /// folds, evaluate out of fold.
  ///
  /// - Source: Platt (1999); Lin, Lin & Weng (2007), doi:10.1007/s10994-007-5018-6. Oracle:
  ///   `scipy.optimize.minimize`, see `Oracles/extra/resampling_and_order.json`.
  public static func platt(
    scores: [Double], labels: [Bool]
  ) throws(StatisticsError) -> Measured<LogisticCalibration> {
    try check(scores, labels)
    let positives = Double(labels.count { $0 })
    let negatives = Double(labels.count) - positives
    guard positives > 0, negatives > 0 else {
      return .undefined(singleClass(labels))
    }
    let high = (positives + 1) / (positives + 2)
    let low = 1 / (negatives + 2)
    return fit(scores, labels.map { $0 ? high : low }, hasIntercept: true)
  }

  /// Reliability slope and intercept: the logistic regression of the outcomes on logit p.
  ///
  /// - Source: Cox (1958), doi:10.1093/biomet/45.3-4.562. Oracle: statsmodels, see
  ///   `Oracles/extra/resampling_and_order.json`.
  /// - Returns: Undefined with one class, constant probabilities or a separating probability.
  public static func reliability(of forecast: ProbabilityForecast) -> Measured<LogisticCalibration>
  {
    regression(of: forecast, hasIntercept: true)
  }

  /// Temperature scaling: p' = expit(logit(p) / T), T = 1 / ``slope``.
  ///
  /// - Source: Guo et al. (2017). Oracle: as for the reliability slope.
  public static func temperature(of forecast: ProbabilityForecast) -> Measured<LogisticCalibration>
  {
    regression(of: forecast, hasIntercept: false)
  }

  private static func regression(
    of forecast: ProbabilityForecast, hasIntercept: Bool
  ) -> Measured<LogisticCalibration> {
    guard forecast.outcomes.contains(true), forecast.outcomes.contains(false) else {
      return .undefined(singleClass(forecast.outcomes))
    }
    let scores = forecast.probabilities.map { probability in
      let clipped = min(max(probability, 1e-12), 1 - 1e-12)
      return log(clipped) - log1p(-clipped)
    }
    return fit(scores, forecast.outcomes.map { $0 ? 1 : 0 }, hasIntercept: hasIntercept)
  }

  private static func singleClass(_ labels: [Bool]) -> UndefinedReason {
    UndefinedReason(.singleClass, "\(labels.count { $0 }) of \(labels.count) items are positive")
  }

  private static func check(_ scores: [Double], _ labels: [Bool]) throws(StatisticsError) {
    guard scores.count == labels.count else {
      throw .lengthMismatch(
        first: "scores", firstCount: scores.count, second: "labels", secondCount: labels.count)
    }
    if let index = scores.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "scores", index: index)
    }
  }

  /// Damped Newton on the logistic likelihood with fractional targets.
  private static func fit(
    _ scores: [Double], _ targets: [Double], hasIntercept: Bool
  ) -> Measured<LogisticCalibration> {
    let count = Double(scores.count)
    let centre = hasIntercept ? scores.reduce(0, +) / count : 0
    let spread = (scores.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / count).squareRoot()
    guard spread > 1e-12 * max(1, abs(centre)), spread.isFinite else {
      return .undefined(UndefinedReason(.noVariance, "all scores are equal"))
    }
    // A standardised score keeps the two columns of the information alike in size.
    let x = scores.map { ($0 - centre) / spread }
    func loss(_ a: Double, _ b: Double) -> Double {
      zip(x, targets).reduce(0) { sum, pair in
        let value = a * pair.0 + b
        let soft = value > 0 ? value + log1p(exp(-value)) : log1p(exp(value))
        return sum + soft - pair.1 * value
      }
    }
    var (a, b) = (0.0, 0.0)
    var current = loss(a, b)
    for _ in 0..<200 {
      var gradient = (0.0, 0.0)
      var (aa, ab, bb) = (0.0, 0.0, 0.0)
      for (value, target) in zip(x, targets) {
        let score = a * value + b
        let p = score >= 0 ? 1 / (1 + exp(-score)) : exp(score) / (1 + exp(score))
        let weight = p * (1 - p)
        gradient.0 += (p - target) * value
        gradient.1 += p - target
        aa += weight * value * value
        ab += weight * value
        bb += weight
      }
      if !hasIntercept { (gradient.1, ab, bb) = (0, 0, 1) }
      let determinant = aa * bb - ab * ab
      guard determinant > 1e-12 * max(1e-300, aa * bb) else {
        return .undefined(
          UndefinedReason(.notConverged, "the scores separate the classes: the slope is infinite"))
      }
      let step = (
        (bb * gradient.0 - ab * gradient.1) / determinant,
        (aa * gradient.1 - ab * gradient.0) / determinant
      )
      var scale = 1.0
      var next = loss(a - step.0, b - step.1)
      // The rounding of the loss near the optimum must not shorten the last steps.
      while !(next <= current + 1e-12 * max(1, abs(current))), scale > 1e-10 {
        scale /= 2
        next = loss(a - scale * step.0, b - scale * step.1)
      }
      a -= scale * step.0
      b -= scale * step.1
      let change = max(abs(scale * step.0), abs(scale * step.1))
      current = min(current, next)
      guard abs(a) < 500 else {
        return .undefined(
          UndefinedReason(.notConverged, "the scores separate the classes: the slope is infinite"))
      }
      if change < 1e-12 {
        let variances = (bb / determinant, aa / determinant, -ab / determinant)
        let shift = centre / spread
        let interceptVariance =
          variances.1 + shift * shift * variances.0 - 2 * shift * variances.2
        return .defined(
          LogisticCalibration(
            slope: a / spread, intercept: hasIntercept ? b - a * shift : 0,
            slopeError: variances.0.squareRoot() / spread,
            interceptError: hasIntercept ? max(0, interceptVariance).squareRoot() : 0,
            covariance: hasIntercept ? (variances.2 - shift * variances.0) / spread : 0))
      }
    }
    return .undefined(UndefinedReason(.notConverged, "200 Newton steps did not converge"))
  }

  /// slope ± z·se.
  public func slopeInterval(confidenceLevel: Double) -> Interval {
    wald(slope, slopeError, confidenceLevel)
  }

  /// intercept ± z·se.
  public func interceptInterval(confidenceLevel: Double) -> Interval {
    wald(intercept, interceptError, confidenceLevel)
  }

  private func wald(_ estimate: Double, _ error: Double, _ level: Double) -> Interval {
    let half = NormalDistribution.criticalValue(confidenceLevel: level) * error
    return Interval(
      lower: estimate - half, upper: estimate + half, confidenceLevel: level,
      method: .logisticWald)
  }
}

extension IntervalMethod {
  public static let logisticWald = IntervalMethod(rawValue: "Wald, logistic regression")
}
