/// A rate from many judged answers and a random subset with labels by hand: PPI++.
///
/// ```
/// θ = λ · mean(f, all unlabelled) + mean(y − λ f, labelled)
/// λ = cov(y, f) / ((1 + n/N) · var f),   cut to 0...1
/// ```
/// The judge may be biased in any way; the labelled subset must be drawn at random from the same
/// answers. λ = 0 is the mean of the labels alone, so that a useless judge costs nothing.
///
/// - Source: Angelopoulos, Duchi & Zrnic (2023), arXiv:2311.01453, example 6.1 and section 6. Oracle: the
///   formula in numpy, see `Oracles/extra/make_methods.py`.
public struct PredictionPoweredMean: Hashable, Sendable {
  public let estimate: Double
  public let standardError: Double
  /// λ; 0 uses the labels alone.
  public let tuning: Double
  public let labelledCount: Int
  public let unlabelledCount: Int

  public func interval(confidenceLevel: Double = 0.95) -> Interval {
    let half =
      NormalDistribution.criticalValue(confidenceLevel: checkedLevel(confidenceLevel))
      * standardError
    return Interval(
      lower: estimate - half, upper: estimate + half, confidenceLevel: confidenceLevel,
      method: .predictionPowered)
  }

  /// - Parameters:
  ///   - labels: by hand, [labelled].
  ///   - judged: the judge on the same answers, [labelled].
  ///   - unlabelled: the judge on the other answers.
  /// - Returns: Undefined with fewer than two labelled or no unlabelled answers.
  public static func estimate(
    labels: [Double], judged: [Double], unlabelled: [Double]
  ) throws(StatisticsError) -> Measured<PredictionPoweredMean> {
    guard labels.count == judged.count else {
      throw .lengthMismatch(
        first: "labels", firstCount: labels.count, second: "judged", secondCount: judged.count)
    }
    for (name, values) in [("labels", labels), ("judged", judged), ("unlabelled", unlabelled)] {
      if let index = values.firstIndex(where: { !($0.magnitude < 1e100) }) {
        throw .notFinite(argument: name, index: index)
      }
    }
    guard labels.count > 1, !unlabelled.isEmpty else {
      return .undefined(
        UndefinedReason(
          .tooFew, "\(labels.count) labelled and \(unlabelled.count) unlabelled answers"))
    }
    let (n, m) = (Double(labels.count), Double(unlabelled.count))
    let meanLabel = labels.reduce(0, +) / n
    let meanJudged = judged.reduce(0, +) / n
    var covariance = 0.0
    for (label, judgement) in zip(labels, judged) {
      covariance += (label - meanLabel) * (judgement - meanJudged)
    }
    covariance /= n - 1
    let meanAll = unlabelled.reduce(0, +) / m
    let pooledMean = (meanAll * m + meanJudged * n) / (m + n)
    let pooledVariance =
      (unlabelled + judged).reduce(0) { $0 + ($1 - pooledMean) * ($1 - pooledMean) } / (m + n - 1)
    let tuning =
      pooledVariance > 0 ? min(1, max(0, covariance / ((1 + n / m) * pooledVariance))) : 0
    let rectifiers = zip(labels, judged).map { $0 - tuning * $1 }
    let meanRectifier = rectifiers.reduce(0, +) / n
    let rectifierVariance =
      rectifiers.reduce(0) { $0 + ($1 - meanRectifier) * ($1 - meanRectifier) } / (n - 1)
    let judgeVariance =
      unlabelled.count > 1
      ? unlabelled.reduce(0) { $0 + ($1 - meanAll) * ($1 - meanAll) } / (m - 1) : 0
    return .defined(
      PredictionPoweredMean(
        estimate: tuning * meanAll + meanRectifier,
        standardError: (rectifierVariance / n + tuning * tuning * judgeVariance / m).squareRoot(),
        tuning: tuning, labelledCount: labels.count, unlabelledCount: unlabelled.count))
  }
}

extension IntervalMethod {
  public static let predictionPowered = IntervalMethod(rawValue: "PPI++, normal")
}
