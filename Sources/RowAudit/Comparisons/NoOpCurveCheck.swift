import RawStore
public import Statistics

/// Whether the no-op dose lies on the curve of its neighbours.
///
/// A hook that is bypassed at the no-op dose only, or that changes the level by being there, leaves
/// a curve that is smooth everywhere else and jumps at that dose. The outcome there is compared with
/// the line between its neighbours and with the lines through two doses on each side. A real valley
/// or peak at the no-op dose continues the line of a side; only an outlier is off all of them, so
/// the largest p counts (intersection–union test: its level is that of one test).
public struct NoOpCurveCheck: Hashable, Sendable {
  /// Outcome at the no-op dose minus a line through other doses.
  public struct Deviation: Hashable, Sendable {
    /// The doses that make the line.
    public let doses: [Double]
    public let difference: Measured<Double>
    public let interval: Measured<Interval>
    public let pValue: Measured<Double>
  }

  /// Name of the arm.
  public let curve: String
  public let dose: Double
  public let rate: Measured<Double>
  /// Interpolation first, then below and above as far as there are two doses.
  public let deviations: [Deviation]
  /// The largest p when all deviations have one sign, else 1; undefined without an interpolation
  /// and at least one extrapolation.
  public let pValue: Measured<Double>
  public var adjustedPValue: Measured<Double>

  /// - Returns: `nil` when the no-op dose is not among the doses or at their edge.
  init?(_ matrix: OutcomeMatrix, named curve: String, settings: RowAuditSettings) {
    let doses = matrix.doses
    guard let place = doses.firstIndex(of: settings.noOpDose), place > 0,
      place + 1 < doses.count
    else { return nil }
    var pairs = [(place - 1, place + 1)]
    if place > 1 { pairs.append((place - 2, place - 1)) }
    if place + 2 < doses.count { pairs.append((place + 1, place + 2)) }
    self.curve = curve
    dose = settings.noOpDose
    let deviations = pairs.map { pair in
      Self.deviation(matrix, place: place, pair: pair, settings: settings)
    }
    self.deviations = deviations
    let here = matrix.items.indices.compactMap { matrix.value(item: $0, column: place) }
    rate = ClusterMean(here, confidenceLevel: settings.confidenceLevel).mean
    if pairs.count < 2 {
      pValue = .undefined(
        UndefinedReason(.tooFew, "neither side of the no-op dose has two doses"))
    } else if let reason = deviations.compactMap(\.pValue.reason).first {
      pValue = .undefined(reason)
    } else {
      let signs = Set(deviations.compactMap { $0.difference.value.map { $0 > 0 } })
      pValue = .defined(
        signs.count == 1 ? deviations.compactMap(\.pValue.value).max() ?? 1 : 1)
    }
    adjustedPValue = pValue
  }

  private static func deviation(
    _ matrix: OutcomeMatrix, place: Int, pair: (Int, Int), settings: RowAuditSettings
  ) -> Deviation {
    let doses = matrix.doses
    let weight = (doses[place] - doses[pair.0]) / (doses[pair.1] - doses[pair.0])
    let changes = matrix.items.indices.compactMap { item -> Double? in
      guard let here = matrix.value(item: item, column: place),
        let first = matrix.value(item: item, column: pair.0),
        let second = matrix.value(item: item, column: pair.1)
      else { return nil }
      return here - (first + weight * (second - first))
    }
    let estimate = ClusterMean(changes, confidenceLevel: settings.confidenceLevel)
    return Deviation(
      doses: [doses[pair.0], doses[pair.1]], difference: estimate.mean,
      interval: estimate.interval, pValue: estimate.pValue)
  }
}
