/// Tail probabilities of a distribution on 0, 1, 2, … around its mean.
struct LatticeDistribution {
  let masses: [Double]

  /// P(T ≥ t), summed from the far end so that small tails keep their digits.
  func upperTail(_ t: Int) -> Double {
    guard t < masses.count else { return 0 }
    if t <= 0 { return 1 }
    return min(1, masses[t...].reversed().reduce(0, +))
  }

  /// P(T ≤ t).
  func lowerTail(_ t: Int) -> Double {
    guard t >= 0 else { return 0 }
    if t >= masses.count - 1 { return 1 }
    return min(1, masses[...t].reduce(0, +))
  }

  /// P(|T − mean| ≥ |t − mean|), with room for rounding in the mean.
  func distanceTail(_ t: Int, mean: Double) -> Double {
    tail(beyond: abs(Double(t) - mean) - 1e-9 * max(1, abs(mean)), mean: mean)
  }

  /// P(|T − mean| > |t − mean|).
  func strictDistanceTail(_ t: Int, mean: Double) -> Double {
    tail(beyond: abs(Double(t) - mean) + 1e-9 * max(1, abs(mean)), mean: mean)
  }

  private func tail(beyond gap: Double, mean: Double) -> Double {
    if gap <= 0 { return 1 }
    let low = Int((mean - gap).rounded(.down))
    let high = Int((mean + gap).rounded(.up))
    return min(1, lowerTail(low) + upperTail(high))
  }

  /// The distribution of a sum with an independent variable.
  func convolved(with other: [Double]) -> LatticeDistribution {
    var result = [Double](repeating: 0, count: masses.count + other.count - 1)
    for (i, weight) in other.enumerated() where weight > 0 {
      for j in masses.indices { result[i + j] += weight * masses[j] }
    }
    return LatticeDistribution(masses: result)
  }
}
