import Statistics

/// Do effects point in *different directions*? Gail and Simon's test of qualitative interaction.
///
/// That slopes differ in size is not that they differ in sign. The null is that every effect is on
/// the same side (all ≥ 0 or all ≤ 0); it is rejected only when effects on both sides are large.
/// ```
/// Q⁺ = Σ_{z > 0} z²,  Q⁻ = Σ_{z < 0} z²,
/// p = Σ_{h=1}^{k−1} C(k−1, h) 2^{−(k−1)} P(χ²_h ≥ min(Q⁺, Q⁻))
/// ```
/// - Source: Gail & Simon (1985), doi:10.2307/2530862, table 1: at .05 the statistic must
///   reach 2.71, 4.23, 5.43 for two, three, four groups.
package struct QualitativeInteraction: Hashable, Sendable {
  /// min(Q⁺, Q⁻): zero when all effects are on one side.
  package let statistic: Double
  package let pValue: Double

  /// - Parameter zScores: one standardised effect a group; two or more.
  package init?(zScores: [Double]) {
    guard zScores.count > 1, zScores.allSatisfy(\.isFinite) else { return nil }
    func sum(_ isIncluded: (Double) -> Bool) -> Double {
      zScores.filter(isIncluded).reduce(0) { $0 + $1 * $1 }
    }
    statistic = min(sum { $0 > 0 }, sum { $0 < 0 })
    guard statistic > 0 else {
      pValue = 1
      return
    }
    let others = zScores.count - 1
    var weight = 1.0
    for _ in 0..<others { weight /= 2 }
    var p = 0.0
    for degrees in 1...others {
      // C(others, degrees) from C(others, degrees − 1).
      weight *= Double(others - degrees + 1) / Double(degrees)
      p += weight * ChiSquaredDistribution.upperTail(statistic, degreesOfFreedom: Double(degrees))
    }
    pValue = min(1, p)
  }
}
