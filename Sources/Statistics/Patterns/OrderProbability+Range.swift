extension OrderProbability {
  /// Bound on the trials of ``range(trials:probabilities:)``, whose work grows with their square.
  public static let maximumRangeTrials = 2_000

  /// Mean and 95th percentile of the largest less the smallest observed rate: the "swing" that
  /// arises by chance.
  ///
  /// ```
  /// P(range ≤ r) = Σ_low P(all in low…low + r) − P(all in low + 1…low + r)
  /// ```
  /// - Throws: ``StatisticsError`` as ``strictlyRising(trials:probabilities:)``, above
  ///   ``maximumRangeTrials``.
  /// - Complexity: O(K · n²).
  public static func range(
    trials: Int, probabilities: [Double]
  ) throws(StatisticsError) -> (mean: Double, percentile95: Double) {
    try check(trials: trials, limit: maximumRangeTrials, probabilities: probabilities)
    guard probabilities.count > 1, trials > 0 else { return (0, 0) }
    let cumulative = probabilities.map { probability in
      var sum = 0.0
      return [0.0]
        + BinomialDistribution.masses(trials: trials, probability: probability).map { mass in
          sum += mass
          return sum
        }
    }
    /// P(all counts in low...high).
    func within(_ low: Int, _ high: Int) -> Double {
      cumulative.reduce(1.0) { $0 * ($1[high + 1] - $1[low]) }
    }
    var (mean, percentile) = (0.0, trials)
    for r in stride(from: trials - 1, through: 0, by: -1) {
      var probability = 0.0
      for low in 0...trials {
        let high = min(trials, low + r)
        probability += within(low, high) - (low + 1 <= high ? within(low + 1, high) : 0)
      }
      mean += 1 - min(1, probability)
      if probability >= 0.95 { percentile = r }
    }
    return (mean / Double(trials), Double(percentile) / Double(trials))
  }
}
