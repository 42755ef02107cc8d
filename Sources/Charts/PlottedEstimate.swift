import Notation

/// A value with its interval, in the unit of the axis. Absent parts are `nil`, never NaN.
public struct PlottedEstimate: Codable, Hashable, Sendable {
  public var value: Double?
  public var lower: Double?
  public var upper: Double?

  public init(_ value: Double?, lower: Double? = nil, upper: Double? = nil) {
    self.value = value.flatMap { $0.isFinite ? $0 : nil }
    self.lower = lower.flatMap { $0.isNaN ? nil : $0 }
    self.upper = upper.flatMap { $0.isNaN ? nil : $0 }
  }

  /// Both ends if there are both.
  var interval: ClosedRange<Double>? {
    guard let lower, let upper, lower <= upper else { return nil }
    return lower...upper
  }

  /// All finite numbers, for the domain of an axis.
  var extent: [Double] { [value, lower, upper].compactMap { $0 }.filter(\.isFinite) }

  /// "77.5% [62.5, 87.7]"; "–" without a value.
  func text(digits: Int, unit: String = "", isSigned: Bool = false) -> String {
    guard let value else { return NumberText.absent }
    let number =
      isSigned
      ? NumberText.signed(value, digits: digits) : NumberText.decimal(value, digits: digits)
    let joined = unit.isEmpty ? number : unit == "%" ? number + "%" : number + " " + unit
    return interval.map {
      joined + " " + NumberText.interval($0.lowerBound, $0.upperBound, digits: digits)
    } ?? joined
  }

  /// "[62.5, 87.7]", or "" without an interval.
  func intervalText(digits: Int) -> String {
    interval.map { NumberText.interval($0.lowerBound, $0.upperBound, digits: digits) } ?? ""
  }

  func valueText(digits: Int) -> String {
    value.map { NumberText.decimal($0, digits: digits) } ?? NumberText.absent
  }
}
