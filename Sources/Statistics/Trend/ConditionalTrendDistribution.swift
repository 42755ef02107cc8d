import Glibc

/// The exact distribution of T = Σ sᵢxᵢ over independent arms given the total Σ xᵢ.
///
/// Arms are added one at a time; weights are binomial masses at the pooled share, so that no
/// product of binomial coefficients overflows.
/// - Complexity: O(arms · n · total · range), bounded by ``workLimit``.
package struct ConditionalTrendDistribution: Sendable {
  /// Multiply-adds, about half a second.
  package static let workLimit = 400_000_000.0
  package static let cellLimit = 16_000_000.0

  /// P(T = t) for t = 0... in lattice steps.
  package let masses: [Double]

  /// - Parameters:
  ///   - trials: arm sizes.
  ///   - steps: scores in lattice steps, not negative.
  ///   - total: the successes of all arms together.
  package static func make(
    trials: [Int], steps: [Int], total: Int
  ) -> Measured<ConditionalTrendDistribution> {
    let population = trials.reduce(0, +)
    let largest = steps.max() ?? 0
    // Failures have the mirrored distribution; the rarer outcome makes the smaller table.
    let isMirrored = total > population - total
    let rare = isMirrored ? population - total : total
    let width = Double(rare) * Double(largest) + 1
    let work = trials.reduce(0.0) { sum, n in
      sum + (Double(min(n, rare)) + 1) * (Double(rare) + 1) * width / 4
    }
    guard work <= workLimit, (Double(rare) + 1) * width <= cellLimit else {
      return .undefined(
        UndefinedReason(
          .tooLarge,
          "the exact distribution for \(rare) events in \(trials.count) arms needs more than "
            + "\(Int(workLimit)) steps; use the asymptotic p"))
    }
    let share = population == 0 ? 0 : Double(rare) / Double(population)
    let columns = Int(width)
    var table = [Double](repeating: 0, count: (rare + 1) * columns)
    table[0] = 1
    var filled = 0
    var reached = 0
    for (arm, n) in trials.enumerated() where n > 0 {
      let weights = (0...min(n, rare)).map {
        BinomialDistribution.mass($0, trials: n, probability: share)
      }
      let step = steps[arm]
      var next = [Double](repeating: 0, count: table.count)
      let isLast = arm == trials.lastIndex(where: { $0 > 0 })
      for used in 0...filled {
        let span = min(columns - 1, min(reached, used * largest))
        let allowed = min(weights.count - 1, rare - used)
        for x in stride(from: isLast ? rare - used : 0, through: allowed, by: 1) {
          let weight = weights[x]
          if weight == 0 { continue }
          let source = used * columns
          let target = (used + x) * columns + x * step
          for t in 0...span { next[target + t] += weight * table[source + t] }
        }
      }
      table = next
      filled = min(rare, filled + n)
      reached += min(n, rare) * step
    }
    let row = Array(table[(rare * columns)...])
    let sum = row.reduce(0, +)
    var masses = row.map { sum > 0 ? $0 / sum : 0 }
    if isMirrored {
      // T of successes = Σ s n − T of failures.
      let top = zip(steps, trials).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      guard top <= cellLimit else {
        return .undefined(UndefinedReason(.tooLarge, "the statistic ranges up to \(top)"))
      }
      var mirrored = [Double](repeating: 0, count: Int(top) + 1)
      for (t, mass) in masses.enumerated() where mass > 0 && t < mirrored.count {
        mirrored[mirrored.count - 1 - t] = mass
      }
      masses = mirrored
    }
    return .defined(ConditionalTrendDistribution(masses: masses))
  }
}
