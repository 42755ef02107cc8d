/// Isotonic recalibration: the step function of a score that minimises the Brier score, and the
/// CORP decomposition that follows from it. For at least 1,000 items; evaluate out of fold.
///
/// - Source: Zadrozny & Elkan (2002); Dimitriadis, Gneiting & Jordan (2021),
///   doi:10.1073/pnas.2016191118. Oracle: sklearn `IsotonicRegression`, see
///   `Oracles/extra/resampling_and_order.json`.
public struct IsotonicCalibration: Hashable, Sendable {
  /// Distinct scores, ascending.
  public let scores: [Double]
  /// Fitted probability of each distinct score.
  public let probabilities: [Double]

  /// - Returns: Undefined without items.
  public static func fit(
    scores: [Double], labels: [Bool]
  ) throws(StatisticsError) -> Measured<IsotonicCalibration> {
    guard scores.count == labels.count else {
      throw .lengthMismatch(
        first: "scores", firstCount: scores.count, second: "labels", secondCount: labels.count)
    }
    if let index = scores.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "scores", index: index)
    }
    guard !scores.isEmpty else {
      return .undefined(UndefinedReason(.emptyInput, "there are no items"))
    }
    var distinct: [Double] = []
    var hits: [Double] = []
    var counts: [Double] = []
    for item in scores.indices.sorted(by: { (scores[$0], $0) < (scores[$1], $1) }) {
      if distinct.last != scores[item] {
        distinct.append(scores[item])
        hits.append(0)
        counts.append(0)
      }
      hits[hits.count - 1] += labels[item] ? 1 : 0
      counts[counts.count - 1] += 1
    }
    let rates = zip(hits, counts).map { $0 / $1 }
    return .defined(
      IsotonicCalibration(
        scores: distinct, probabilities: try IsotonicRegression.fit(rates, weights: counts)))
  }

  /// The fitted value, linear between distinct scores and constant outside them.
  public func probability(of score: Double) -> Double {
    guard let first = scores.first, let last = scores.last, score.isFinite else { return .nan }
    if score <= first { return probabilities[0] }
    if score >= last { return probabilities[probabilities.count - 1] }
    var low = 0
    var high = scores.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if scores[middle] <= score { low = middle } else { high = middle }
    }
    let weight = (score - scores[low]) / (scores[high] - scores[low])
    return probabilities[low] + weight * (probabilities[high] - probabilities[low])
  }
}

extension ProbabilityForecast {
  /// CORP: Brier = miscalibration − discrimination + uncertainty, by isotonic recalibration; no
  /// bins to choose.
  public var corpDecomposition: Measured<CORPDecomposition> {
    guard
      let fit = try? IsotonicCalibration.fit(scores: probabilities, labels: outcomes).value,
      let prevalence = prevalence.value, let brier = brierScore.value
    else { return .undefined(UndefinedReason(.emptyInput, "there are no items")) }
    let recalibrated = zip(probabilities, outcomes).reduce(0) { sum, pair in
      let gap = fit.probability(of: pair.0) - (pair.1 ? 1 : 0)
      return sum + gap * gap
    }
    let after = recalibrated / Double(count)
    let uncertainty = prevalence * (1 - prevalence)
    return .defined(
      CORPDecomposition(
        miscalibration: brier - after, discrimination: uncertainty - after,
        uncertainty: uncertainty))
  }
}

/// Parts of the Brier score under isotonic recalibration.
public struct CORPDecomposition: Hashable, Sendable {
  public let miscalibration: Double
  public let discrimination: Double
  public let uncertainty: Double
}
