public import Statistics
public import Study

/// Whether a published number follows from its rows.
public enum FigureVerdict: String, Hashable, Sendable, CaseIterable {
  /// Every printed digit of estimate and interval.
  case reproducedExactly = "reproduced exactly"
  /// Less than one unit of the last printed digit away: truncated, or from rounded inputs.
  case withinRounding = "within rounding"
  /// The estimate or the interval follows by another method than the one that is named.
  case otherMethod = "other method"
  /// The rows give another number.
  case contradicted
  /// The rows are missing, or no method of the list gives the interval.
  case notReproducible = "not reproducible"

  public var definition: String {
    switch self {
    case .reproducedExactly: "Every printed digit of the estimate and of both ends follows."
    case .withinRounding: "Every number lies less than one unit of its last printed digit away."
    case .otherMethod: "The digits follow by another method than the one that is named."
    case .contradicted: "The rows give another estimate."
    case .notReproducible:
      "The rows are not there, or no method of the list gives the printed interval."
    }
  }
}

/// A published figure beside what its rows give.
public struct FigureResult: Hashable, Sendable, Identifiable {
  public let figure: PublishedFigure
  public let verdict: FigureVerdict
  /// In natural units: proportions, counts.
  public let estimate: Measured<Double>
  /// By the method in ``method``, or else by the named one.
  public let interval: Measured<Interval>?
  /// What gives the printed digits.
  public let method: String?
  /// Methods that were tried and do not.
  public let tried: [String]

  public var id: String { figure.id }
}
