import Glibc

/// Probabilities and outcomes of the same items, checked once.
///
/// Everything about calibration starts from this value: scores of an uncalibrated classifier do not
/// belong here before ``PlattScaling``.
public struct ProbabilityForecast: Hashable, Sendable {
  /// [item], in 0...1.
  public let probabilities: [Double]
  /// [item].
  public let outcomes: [Bool]

  /// - Throws: ``StatisticsError`` for unequal lengths and probabilities outside 0...1.
  public init(probabilities: [Double], outcomes: [Bool]) throws(StatisticsError) {
    guard probabilities.count == outcomes.count else {
      throw .lengthMismatch(
        first: "probabilities", firstCount: probabilities.count, second: "outcomes",
        secondCount: outcomes.count)
    }
    if let index = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw .argumentOutOfRange(
        argument: "probabilities[\(index)]", found: "\(probabilities[index])", expected: "in 0...1")
    }
    self.probabilities = probabilities
    self.outcomes = outcomes
  }

  public var count: Int { probabilities.count }

  private func mean(_ term: (Double, Double) -> Double) -> Measured<Double> {
    guard count > 0 else { return .undefined(UndefinedReason(.emptyInput, "there are no items")) }
    let sum = zip(probabilities, outcomes).reduce(0) { $0 + term($1.0, $1.1 ? 1 : 0) }
    return .defined(sum / Double(count))
  }

  /// Share of positives.
  public var prevalence: Measured<Double> { mean { $1 } }

  /// Mean (p − y)².
  public var brierScore: Measured<Double> { mean { ($0 - $1) * ($0 - $1) } }

  /// Mean natural-log loss with probabilities clipped to [1e-15, 1 − 1e-15].
  public var logLoss: Measured<Double> {
    mean { probability, outcome in
      let clipped = min(max(probability, 1e-15), 1 - 1e-15)
      return outcome == 1 ? -log(clipped) : -log(1 - clipped)
    }
  }

  /// 1 − Brier / uncertainty; undefined with one class.
  public var brierSkill: Measured<Double> {
    brierScore.flatMap { brier in
      brierDecomposition.flatMap { parts in
        parts.uncertainty > 0
          ? .defined(1 - brier / parts.uncertainty)
          : .undefined(UndefinedReason(.singleClass, "all outcomes are equal"))
      }
    }
  }

  /// Murphy's decomposition: Brier = reliability − resolution + uncertainty.
  public struct BrierDecomposition: Hashable, Sendable {
    public let reliability: Double
    public let resolution: Double
    public let uncertainty: Double
  }

  /// By unique forecast values.
  ///
  /// - Source: Murphy (1973). Oracle: `brier_ece.json`.
  public var brierDecomposition: Measured<BrierDecomposition> {
    prevalence.map { prevalence in
      var reliability = 0.0
      var resolution = 0.0
      let order = probabilities.indices.sorted {
        (probabilities[$0], $0) < (probabilities[$1], $1)
      }
      var start = 0
      while start < order.count {
        let value = probabilities[order[start]]
        var end = start
        var hits = 0.0
        while end < order.count, probabilities[order[end]] == value {
          if outcomes[order[end]] { hits += 1 }
          end += 1
        }
        let size = Double(end - start)
        let rate = hits / size
        reliability += size * (value - rate) * (value - rate)
        resolution += size * (rate - prevalence) * (rate - prevalence)
        start = end
      }
      return BrierDecomposition(
        reliability: reliability / Double(count), resolution: resolution / Double(count),
        uncertainty: prevalence * (1 - prevalence))
    }
  }
}
