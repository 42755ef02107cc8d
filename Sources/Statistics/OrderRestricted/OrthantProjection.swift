/// Projection on the non-negative orthant in the metric of V⁻¹, by enumeration of active sets.
///
/// ```
/// min over θ ≥ 0 of (x − θ)' V⁻¹ (x − θ)
/// active set A: λ = V_AA⁻¹ x_A ≤ 0, θ_rest = x_rest − V_rest,A λ ≥ 0, distance = x_A' λ
/// ```
/// All 2^m inverses are computed once, so that a test and its 10⁵ calibrating draws share them.
///
/// - Source: Kudô (1963), doi:10.1093/biomet/50.3-4.403; Silvapulle & Sen (2005), ch. 3.
/// - Complexity: memory O(2^m m²); a projection tries sets until one satisfies both conditions.
package struct OrthantProjection: Sendable {
  /// Largest m: 4,096 sets.
  package static let maximumDimension = 12

  package let covariance: SmallMatrix
  private let activeSets: [ActiveSet]

  private struct ActiveSet: Sendable {
    let active: [Int]
    let rest: [Int]
    /// V_AA⁻¹, row-major [active × active].
    let inverse: [Double]
  }

  /// - Returns: `nil` for a singular matrix or one above ``maximumDimension``.
  package init?(_ covariance: SmallMatrix) {
    let dimension = covariance.size
    guard dimension >= 1, dimension <= Self.maximumDimension, covariance.choleskyFactor != nil
    else { return nil }
    self.covariance = covariance
    var sets: [ActiveSet] = []
    for mask in 0..<(1 << dimension) {
      let active = (0..<dimension).filter { mask >> $0 & 1 == 1 }
      let rest = (0..<dimension).filter { mask >> $0 & 1 == 0 }
      guard let inverse = covariance.restricted(to: active).inverse else { return nil }
      sets.append(ActiveSet(active: active, rest: rest, inverse: inverse.elements))
    }
    activeSets = sets
  }

  /// The squared distance of `x` from the orthant and the number of positive components of its
  /// projection.
  package func project(_ x: [Double]) -> (distance: Double, positiveCount: Int) {
    // Rounding can leave every set slightly infeasible; the least violated one is then the answer.
    var best = (violation: Double.infinity, distance: 0.0, positiveCount: 0)
    let dimension = covariance.size
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { lambda in
      for set in activeSets {
        let size = set.active.count
        var violation = 0.0
        var distance = 0.0
        for row in 0..<size {
          var sum = 0.0
          for column in 0..<size {
            sum += set.inverse[row * size + column] * x[set.active[column]]
          }
          lambda[row] = sum
          violation = max(
            violation, sum * covariance[set.active[row], set.active[row]].squareRoot())
          distance += sum * x[set.active[row]]
        }
        if violation >= best.violation { continue }
        for index in set.rest {
          var theta = x[index]
          for row in 0..<size { theta -= covariance[index, set.active[row]] * lambda[row] }
          violation = max(violation, -theta / covariance[index, index].squareRoot())
        }
        if violation < best.violation {
          best = (violation, distance, dimension - size)
          if violation <= 0 { break }
        }
      }
      return (max(0, best.distance), best.positiveCount)
    }
  }
}
