/// Weighted least squares under an order, by pooling adjacent violators.
///
/// - Source: Barlow, Bartholomew, Bremner & Brunk (1972), ch. 1. Oracle:
///   `scipy.optimize.isotonic_regression`, see `pava.json`.
public enum IsotonicRegression {
  public enum Direction: String, Hashable, Sendable, CaseIterable {
    case increasing
    case decreasing
  }

  /// The fitted values.
  ///
  /// - Parameters:
  ///   - values: [position].
  ///   - weights: [position], all positive.
  /// - Throws: ``StatisticsError`` for unequal lengths, NaN, or a weight that is not positive.
  /// - Complexity: O(n).
  public static func fit(
    _ values: [Double], weights: [Double], direction: Direction = .increasing
  ) throws(StatisticsError) -> [Double] {
    guard values.count == weights.count else {
      throw .lengthMismatch(
        first: "values", firstCount: values.count, second: "weights", secondCount: weights.count)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "values", index: index)
    }
    if let index = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .argumentOutOfRange(
        argument: "weights[\(index)]", found: "\(weights[index])", expected: "positive")
    }
    let sign = direction == .increasing ? 1.0 : -1.0
    var blocks: [(mean: Double, weight: Double, count: Int)] = []
    for (value, weight) in zip(values, weights) {
      var block = (mean: sign * value, weight: weight, count: 1)
      while let last = blocks.last, last.mean >= block.mean {
        let total = last.weight + block.weight
        // A weighted step from one mean to the other: equal means stay exactly equal.
        block = (
          last.mean + (block.mean - last.mean) * (block.weight / total), total,
          last.count + block.count
        )
        blocks.removeLast()
      }
      blocks.append(block)
    }
    return blocks.flatMap { [Double](repeating: sign * $0.mean, count: $0.count) }
  }
}
