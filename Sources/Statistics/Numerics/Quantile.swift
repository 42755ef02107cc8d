/// Sample quantiles by linear interpolation of order statistics.
///
/// ```
/// h = (n − 1) p,  q = (1 − g) x₍⌊h⌋₎ + g x₍⌊h⌋₊₁₎,  g = h − ⌊h⌋
/// ```
/// The weights are applied apart because x₍ᵢ₊₁₎ − x₍ᵢ₎ may overflow.
/// - Source: Hyndman & Fan (1996), type 7, the default of R and numpy. Oracle:
///   `quantile_type7.json`.
public enum Quantile {
  /// Quantiles of unsorted data; each undefined when the data are empty.
  public static func type7(
    _ data: [Double], probabilities: [Double]
  ) throws(StatisticsError) -> [Measured<Double>] {
    if let bad = data.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "data", index: bad)
    }
    if let bad = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw .argumentOutOfRange(
        argument: "probs[\(bad)]", found: "\(probabilities[bad])", expected: "in 0...1")
    }
    let sorted = data.sorted()
    return probabilities.map { probability in
      guard let last = sorted.last else {
        return .undefined(UndefinedReason(.emptyInput, "there are no data"))
      }
      let h = Double(sorted.count - 1) * probability
      let index = Int(h)
      guard index + 1 < sorted.count else { return .defined(last) }
      let g = h - Double(index)
      return .defined((1 - g) * sorted[index] + g * sorted[index + 1])
    }
  }
}
