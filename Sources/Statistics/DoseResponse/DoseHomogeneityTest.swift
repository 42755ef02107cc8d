/// Do all doses have one rate, whatever the shape? Hotelling's T² on the adjacent differences of
/// the same questions.
///
/// ```
/// T² = x' V⁻¹ x,   F = T² (n − m) / (m (n − 1)),   m = doses − 1,   F ~ F(m, n − m)
/// ```
/// x are the differences of the dose means and V their covariance. The F calibration matters: at
/// 40 questions T² against χ²(m) rejects a true null in 7 to 12 % of samples. An omnibus test: for
/// a trend or an order use the tests made for them.
///
/// - Source: Hotelling (1931), doi:10.1214/aoms/1177732979; Anderson (2003), section 5.2. Oracle:
///   numpy and scipy `stats.f`, see `Oracles/extra/make_methods.py`.
public struct DoseHomogeneityTest: Hashable, Sendable {
  public let tSquared: Double
  public let statistic: Double
  public let numeratorDegreesOfFreedom: Int
  public let denominatorDegreesOfFreedom: Int
  public let pValue: Double

  /// - Parameter rows: [question][dose], any numbers; usually 0 and 1.
  /// - Returns: Undefined with fewer questions than doses, one dose, or a singular covariance
  ///   (identical dose columns, too few discordant questions).
  /// - Throws: ``StatisticsError`` for ragged rows, numbers that are not finite and more than 64
  ///   doses.
  public static func test(
    rows: [[Double]]
  ) throws(StatisticsError) -> Measured<DoseHomogeneityTest> {
    let doses = try PairedOrderTest.checkedDoseCount(rows)
    guard doses <= 64 else { throw .tooLarge(what: "the number of doses", found: doses, limit: 64) }
    let steps = doses - 1
    guard steps > 0, rows.count > steps else {
      return .undefined(
        UndefinedReason(
          .tooFew, "\(rows.count) questions at \(doses) doses; at least as many as doses are needed"
        ))
    }
    let (means, covariance) = PairedOrderTest.moments(rows, doses: doses)
    guard let inverse = covariance.inverse else {
      return .undefined(
        UndefinedReason(.singularCovariance, "the covariance of the differences is singular"))
    }
    let changes = (1..<doses).map { means[$0] - means[$0 - 1] }
    let tSquared = max(0, zip(changes, inverse.times(changes)).reduce(0) { $0 + $1.0 * $1.1 })
    let rest = rows.count - steps
    let statistic = tSquared * Double(rest) / (Double(steps) * Double(rows.count - 1))
    guard statistic.isFinite else {
      return .undefined(UndefinedReason(.notConverged, "the statistic is not a finite number"))
    }
    // P(F > f) is a beta tail at d₂ / (d₂ + d₁ f).
    let scaled = Double(steps) * statistic
    let share = Double(rest) / (Double(rest) + scaled)
    return .defined(
      DoseHomogeneityTest(
        tSquared: tSquared, statistic: statistic, numeratorDegreesOfFreedom: steps,
        denominatorDegreesOfFreedom: rest,
        pValue: BetaDistribution.tails(
          share, scaled / (Double(rest) + scaled), Double(rest) / 2, Double(steps) / 2
        ).lower))
  }
}
