/// The probabilities that the isotonic fit of k independent means has exactly l levels.
///
/// - Source: Barlow et al. (1972), ch. 3; equal weights give |S₁(k, l)| / k! with Stirling numbers
///   of the first kind. Oracle: `chibar_weights.json`.
public enum LevelProbabilities {
  /// [k], element l − 1 for l levels.
  ///
  /// - Parameter weights: [k], the sample sizes; all equal use the exact recursion, up to four
  ///   unequal the closed form, more are simulated.
  public static func mixture(weights: [Double]) throws(StatisticsError) -> Measured<ChiBarSquare> {
    if let index = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .argumentOutOfRange(
        argument: "weights[\(index)]", found: "\(weights[index])", expected: "positive")
    }
    guard let first = weights.first else {
      return .undefined(UndefinedReason(.emptyInput, "there are no groups"))
    }
    guard weights.count <= 1_000 else {
      throw .tooLarge(what: "the number of groups", found: weights.count, limit: 1_000)
    }
    if weights.allSatisfy({ $0 == first }) {
      return .defined(ChiBarSquare(weights: equal(weights.count)))
    }
    let steps = weights.count - 1
    var covariance = SmallMatrix.zero(steps)
    for step in 0..<steps {
      covariance[step, step] = 1 / weights[step] + 1 / weights[step + 1]
      if step + 1 < steps {
        covariance[step, step + 1] = -1 / weights[step + 1]
        covariance[step + 1, step] = -1 / weights[step + 1]
      }
    }
    return ChiBarSquare.orthant(covariance: covariance)
  }

  /// P(l, k) = P(l − 1, k − 1) / k + (k − 1) P(l, k − 1) / k.
  public static func equal(_ count: Int) -> [Double] {
    guard count > 0 else { return [] }
    var row = [1.0]
    for k in 2..<max(2, count + 1) {
      let size = Double(k)
      row = (0..<k).map { level in
        let grown = level > 0 ? row[level - 1] / size : 0
        let kept = level < row.count ? row[level] * (size - 1) / size : 0
        return grown + kept
      }
    }
    return row
  }

  /// The same as reduced fractions, "11/24", for k up to 20.
  public static func equalFractions(_ count: Int) -> [String]? {
    guard (1...20).contains(count) else { return nil }
    var stirling = [1]
    var factorial = 1
    for k in 2..<max(2, count + 1) {
      stirling = (0..<k).map { level in
        (level > 0 ? stirling[level - 1] : 0)
          + (level < stirling.count ? stirling[level] * (k - 1) : 0)
      }
      factorial *= k
    }
    return stirling.map { numerator in
      var (a, b) = (numerator, factorial)
      while b != 0 { (a, b) = (b, a % b) }
      return "\(numerator / a)/\(factorial / a)"
    }
  }
}
