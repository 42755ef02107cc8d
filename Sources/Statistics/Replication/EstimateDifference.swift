/// The difference of two independent estimates with standard errors.
///
/// That one is "significant" and the other is not says nothing about their difference; this does.
/// ```
/// z = (b₁ − b₂) / √(se₁² + se₂²)
/// ```
/// - Source: Gelman & Stern (2006), doi:10.1198/000313006X152649.
public struct EstimateDifference: Hashable, Sendable {
  public let difference: Double
  public let standardError: Double
  public let z: Double
  /// Two-sided, normal.
  public let pValue: Double

  /// - Returns: `nil` unless both standard errors are positive and finite.
  public init?(_ first: Double, _ firstError: Double, _ second: Double, _ secondError: Double) {
    guard firstError > 0, secondError > 0, firstError.isFinite, secondError.isFinite,
      first.isFinite, second.isFinite
    else { return nil }
    difference = first - second
    standardError = (firstError * firstError + secondError * secondError).squareRoot()
    z = difference / standardError
    pValue = NormalDistribution.twoSidedTail(z)
  }
}
