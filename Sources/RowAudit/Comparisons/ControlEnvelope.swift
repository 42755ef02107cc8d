public import Statistics

/// A target set of neurons against every random set of the same benchmark and configuration.
public struct ControlEnvelope: Hashable, Sendable {
  /// Name of the target arm.
  public let target: String
  public let targetSlope: Measured<Double>
  /// One a random set, by name.
  public let comparisons: [SlopeComparison]
  /// `[control]`, probability per unit of dose.
  public let controlSlopes: [Double]
  /// (1 + number of random slopes at least as far from 0) / (1 + number of random slopes).
  public let rankPValue: Measured<Double>

  public var lowest: Double? { controlSlopes.min() }
  public var highest: Double? { controlSlopes.max() }

  /// Whether the target slope lies outside of all random slopes.
  public var isOutside: Bool? {
    guard let slope = targetSlope.value, let lowest, let highest else { return nil }
    return slope < lowest || slope > highest
  }

  init(target: DoseCurve, controls: [DoseCurve], comparisons: [SlopeComparison]) {
    self.target = target.id
    self.comparisons = comparisons
    targetSlope =
      target.test?.slope
      ?? .undefined(UndefinedReason(.tooFew, "the target was run at one dose"))
    controlSlopes = controls.compactMap { $0.test?.slope.value }
    let slopes = controlSlopes
    rankPValue = targetSlope.flatMap { slope in
      guard !slopes.isEmpty else {
        return .undefined(UndefinedReason(.emptyInput, "no random set has a slope"))
      }
      let extreme = slopes.count { abs($0) >= abs(slope) - 1e-12 }
      return .defined(Double(1 + extreme) / Double(1 + slopes.count))
    }
  }
}
