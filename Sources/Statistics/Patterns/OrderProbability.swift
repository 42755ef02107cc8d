/// How often binomial counts over ordered doses come out in order, by exact enumeration.
///
/// Answers "is it surprising that the rates rise (or do not rise) throughout?": with few doses a
/// strict order arises by chance, with small n a truly monotone response often shows a reversal, and
/// equal rates come out some points apart (``range(trials:probabilities:)``).
/// ```
/// f₁(x) = b(x; n, p₁),  f_k(x) = b(x; n, p_k) · Σ_{y < x} f_{k−1}(y),  P(strictly rising) = Σ_x f_K(x)
/// ```
/// - Complexity: O(K · n); no simulation.
public enum OrderProbability {
  /// Bound on the trials of one dose.
  public static let maximumTrials = 1_000_000
  public static let maximumDoses = 1_000

  /// P(x₁ < x₂ < … < x_K) for independent x_k ~ Binomial(trials, probabilities[k]).
  ///
  /// - Throws: ``StatisticsError`` when a probability is outside 0...1, the list is empty or
  ///   `trials` is outside 0...``maximumTrials``.
  public static func strictlyRising(
    trials: Int, probabilities: [Double]
  ) throws(StatisticsError) -> Double {
    try ordered(trials: trials, probabilities: probabilities, isStrict: true)
  }

  /// P(strictly rising or strictly falling).
  public static func strictlyMonotone(
    trials: Int, probabilities: [Double]
  ) throws(StatisticsError) -> Double {
    guard probabilities.count > 1 else {
      return try ordered(trials: trials, probabilities: probabilities, isStrict: true)
    }
    return try ordered(trials: trials, probabilities: probabilities, isStrict: true)
      + ordered(trials: trials, probabilities: probabilities.reversed(), isStrict: true)
  }

  /// P(at least one adjacent step goes against the direction from the first to the last
  /// probability); ties are no reversal.
  public static func reversal(
    trials: Int, probabilities: [Double]
  ) throws(StatisticsError) -> Double {
    let rises = (probabilities.first ?? 0) <= (probabilities.last ?? 0)
    let inOrder = try ordered(
      trials: trials, probabilities: rises ? probabilities : probabilities.reversed(),
      isStrict: false)
    return max(0, 1 - inOrder)
  }

  /// `count` probabilities on a line from `first` to `last`.
  public static func line(from first: Double, to last: Double, count: Int) -> [Double] {
    guard count > 1 else { return [first] }
    return (0..<count).map { first + (last - first) * Double($0) / Double(count - 1) }
  }

  static func ordered(
    trials: Int, probabilities: [Double], isStrict: Bool
  ) throws(StatisticsError) -> Double {
    try check(trials: trials, limit: maximumTrials, probabilities: probabilities)
    guard let first = probabilities.first else { return 1 }
    var reached = BinomialDistribution.masses(trials: trials, probability: first)
    for probability in probabilities.dropFirst() {
      let masses = BinomialDistribution.masses(trials: trials, probability: probability)
      var below = 0.0
      for x in reached.indices {
        let here = reached[x]
        reached[x] = masses[x] * (isStrict ? below : below + here)
        below += here
      }
    }
    return min(1, reached.reduce(0, +))
  }

  static func check(
    trials: Int, limit: Int, probabilities: [Double]
  ) throws(StatisticsError) {
    guard (0...limit).contains(trials) else {
      throw .argumentOutOfRange(
        argument: "trials", found: "\(trials)", expected: "within 0...\(limit)")
    }
    guard (1...maximumDoses).contains(probabilities.count) else {
      throw .argumentOutOfRange(
        argument: "probabilities", found: "\(probabilities.count) doses",
        expected: "1 to \(maximumDoses) of them")
    }
    for probability in probabilities where !(0...1).contains(probability) {
      throw .argumentOutOfRange(
        argument: "probabilities", found: "\(probability)", expected: "within 0...1")
    }
  }
}
