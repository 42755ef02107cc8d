/// A two-sided interval with its confidence level and the name of the method that made it.
public struct Interval: Hashable, Sendable {
  public let lower: Double
  public let upper: Double
  /// Nominal two-sided coverage, in 0..<1.
  public let confidenceLevel: Double
  public let method: IntervalMethod

  public init(lower: Double, upper: Double, confidenceLevel: Double, method: IntervalMethod) {
    self.lower = lower
    self.upper = upper
    self.confidenceLevel = confidenceLevel
    self.method = method
  }

  public var width: Double { upper - lower }

  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// The interval of a rescaled quantity, for example percentage points from a proportion.
  public func scaled(by factor: Double) -> Interval {
    let ends = [lower * factor, upper * factor]
    return Interval(
      lower: min(ends[0], ends[1]), upper: max(ends[0], ends[1]),
      confidenceLevel: confidenceLevel, method: method)
  }
}

/// The name of an interval method, as it is printed beside every interval.
public struct IntervalMethod: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// The direction of an alternative hypothesis.
public enum Alternative: String, Hashable, Sendable, CaseIterable {
  case twoSided = "two-sided"
  case less
  case greater
}
