/// What an unpaired trend would be if the doses had used the same items.
///
/// With one within-item correlation ρ between any two doses the variance of a contrast of doses
/// shrinks by (1 − ρ). A scenario and no test: ρ is assumed, and correlation that decays with the
/// distance of doses shrinks the variance less.
/// ```
/// z_ρ = z / √(1 − ρ)
/// ```
/// - Source: Diggle, Heagerty, Liang & Zeger (2002), *Analysis of Longitudinal Data*, section 2.4.
public enum CorrelatedTrend {
  /// - Parameter withinItemCorrelation: in 0..<1.
  public static func scenario(
    z: Double, withinItemCorrelation: Double
  ) -> Measured<(z: Double, pValue: Double)> {
    guard withinItemCorrelation >= 0, withinItemCorrelation < 1, z.isFinite else {
      return .undefined(
        UndefinedReason(.outOfDomain, "z \(z), within-item correlation \(withinItemCorrelation)"))
    }
    let paired = z / (1 - withinItemCorrelation).squareRoot()
    return .defined((paired, NormalDistribution.twoSidedTail(paired)))
  }
}
