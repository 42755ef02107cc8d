/// Projection on the non-negative orthant in the metric of V⁻¹, by pivoting between active sets.
///
/// ```
/// min over θ ≥ 0 of (x − θ)' V⁻¹ (x − θ)
/// active set A: λ = V_AA⁻¹ x_A ≤ 0, θ_rest = x_rest − V_rest,A λ ≥ 0, distance = x_A' λ
/// ```
/// All 2^m inverses are computed once, so that a test and its 10⁵ calibrating draws share them.
/// A projection starts with nothing active and exchanges every component that breaks its
/// condition, which meets the one set without a violation after a few steps. Where that does not
/// settle, or rounding leaves every set slightly infeasible, all sets are tried.
///
/// - Source: Kudô (1963), doi:10.1093/biomet/50.3-4.403; Silvapulle & Sen (2005), ch. 3; block
///   pivoting of Júdice & Pires (1994), doi:10.1016/0305-0548(94)90106-6.
/// - Complexity: memory O(2^m m²); a projection O(m²) for each exchange.
package struct OrthantProjection: Sendable {
  /// Largest m: 4,096 sets.
  package static let maximumDimension = 12

  package let covariance: SmallMatrix
  /// Square roots of the diagonal of V.
  private let deviations: [Double]
  /// For each set: its m components, the active ones first, each part ascending.
  private let components: [Int]
  /// For each set: where its V_AA⁻¹ starts in ``inverses``; one entry more than sets.
  private let starts: [Int]
  /// V_AA⁻¹ of all sets, row-major [active × active].
  private let inverses: [Double]

  /// - Returns: `nil` for a singular matrix or one above ``maximumDimension``.
  package init?(_ covariance: SmallMatrix) {
    let dimension = covariance.size
    guard dimension >= 1, dimension <= Self.maximumDimension, covariance.choleskyFactor != nil
    else { return nil }
    self.covariance = covariance
    deviations = (0..<dimension).map { covariance[$0, $0].squareRoot() }
    var components: [Int] = []
    var starts = [0]
    var inverses: [Double] = []
    for mask in 0..<(1 << dimension) {
      let active = (0..<dimension).filter { mask >> $0 & 1 == 1 }
      guard let inverse = covariance.restricted(to: active).inverse else { return nil }
      components += active
      components += (0..<dimension).filter { mask >> $0 & 1 == 0 }
      inverses += inverse.elements
      starts.append(inverses.count)
    }
    self.components = components
    self.starts = starts
    self.inverses = inverses
  }

  /// The squared distance of `x` from the orthant and the number of positive components of its
  /// projection.
  package func project(_ x: [Double]) -> (distance: Double, positiveCount: Int) {
    let dimension = covariance.size
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { lambda in
      var mask = 0
      for _ in 0..<(2 * dimension + 2) {
        let trial = attempt(mask, x, lambda)
        if trial.broken == 0 {
          return (max(0, trial.distance), dimension - mask.nonzeroBitCount)
        }
        mask ^= trial.broken
      }
      return leastViolated(x, lambda)
    }
  }

  /// The answer of the set that violates its conditions least, by trying all of them.
  package func projectByEnumeration(
    _ x: [Double]
  ) -> (distance: Double, positiveCount: Int) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: covariance.size) {
      leastViolated(x, $0)
    }
  }

  private func leastViolated(
    _ x: [Double], _ lambda: UnsafeMutableBufferPointer<Double>
  ) -> (distance: Double, positiveCount: Int) {
    let dimension = covariance.size
    var best = (violation: Double.infinity, distance: 0.0, positiveCount: 0)
    for mask in 0..<(1 << dimension) {
      let trial = attempt(mask, x, lambda)
      guard trial.violation < best.violation else { continue }
      best = (trial.violation, trial.distance, dimension - mask.nonzeroBitCount)
      if trial.violation <= 0 { break }
    }
    return (max(0, best.distance), best.positiveCount)
  }

  /// What one active set gives: the components that break their condition (as a mask), the
  /// largest violation in standard deviations, and the distance.
  private func attempt(
    _ mask: Int, _ x: [Double], _ lambda: UnsafeMutableBufferPointer<Double>
  ) -> (broken: Int, violation: Double, distance: Double) {
    let dimension = covariance.size
    let size = mask.nonzeroBitCount
    let first = mask * dimension
    return covariance.elements.withUnsafeBufferPointer { covariance in
      var broken = 0
      var violation = 0.0
      var distance = 0.0
      var entry = starts[mask]
      for row in 0..<size {
        var sum = 0.0
        for column in 0..<size {
          sum += inverses[entry] * x[components[first + column]]
          entry += 1
        }
        let index = components[first + row]
        lambda[row] = sum
        if sum > 0 { broken |= 1 << index }
        violation = max(violation, sum * deviations[index])
        distance += sum * x[index]
      }
      for place in size..<dimension {
        let index = components[first + place]
        var theta = x[index]
        for row in 0..<size {
          theta -= covariance[index * dimension + components[first + row]] * lambda[row]
        }
        if theta < 0 { broken |= 1 << index }
        violation = max(violation, -theta / deviations[index])
      }
      return (broken, violation, distance)
    }
  }
}
