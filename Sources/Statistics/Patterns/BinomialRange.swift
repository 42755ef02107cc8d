/// The range (largest minus smallest) of independent binomial counts with one common rate, exactly.
///
/// A range is positive even when nothing differs, so a published range must be read against this
/// baseline.
/// ```
/// P(R ≤ r) = Σ_m [P(m ≤ X ≤ m + r)^K − P(m + 1 ≤ X ≤ m + r)^K]
/// ```
/// - Source: David & Nagaraja (2003), *Order Statistics*, section 2.3 (discrete parents).
/// - Complexity: O(n²); at most ``maximumTrials`` trials.
public struct BinomialRange: Hashable, Sendable {
  public static let maximumTrials = 5000

  /// E(R) / n.
  public let mean: Double
  /// The smallest r / n with P(R ≤ r) ≥ 0.95.
  public let upper95: Double

  /// - Parameter armCount: K, at least 1.
  /// - Throws: ``StatisticsError/argumentOutOfRange(argument:found:expected:)``.
  public init(trials: Int, rate: Double, armCount: Int) throws(StatisticsError) {
    guard (1...Self.maximumTrials).contains(trials) else {
      throw .argumentOutOfRange(
        argument: "trials", found: "\(trials)", expected: "within 1...\(Self.maximumTrials)")
    }
    guard (0...1).contains(rate), armCount >= 1 else {
      throw .argumentOutOfRange(
        argument: "rate, armCount", found: "\(rate), \(armCount)",
        expected: "a rate in 0...1 and at least one arm")
    }
    let masses = BinomialDistribution.masses(trials: trials, probability: rate)
    // cumulative[m] = P(X < m).
    var cumulative = [0.0]
    for mass in masses { cumulative.append((cumulative.last ?? 0) + mass) }
    func power(_ base: Double) -> Double {
      var result = 1.0
      for _ in 0..<armCount { result *= max(0, base) }
      return result
    }
    var mean = 0.0
    var upper: Int?
    for r in 0...trials {
      var within = 0.0
      for m in 0...trials where masses[m] > 0 {
        let end = cumulative[min(m + r, trials) + 1]
        within += power(end - cumulative[m]) - power(end - cumulative[m + 1])
      }
      if upper == nil, within >= 0.95 { upper = r }
      let beyond = max(0, 1 - within)
      mean += beyond
      if beyond < 1e-14 { break }
    }
    self.mean = mean / Double(trials)
    upper95 = Double(upper ?? trials) / Double(trials)
  }
}
