import Notation

/// A value with its interval, in the unit of the axis. Absent parts are `nil`, never NaN.
///
/// With one end only the interval is open: it runs to the edge of the chart and ends in an arrow
/// where the chart has room for one.
public struct PlottedEstimate: Codable, Hashable, Sendable {
  public var value: Double?
  public var lower: Double?
  public var upper: Double?

  public init(_ value: Double?, lower: Double? = nil, upper: Double? = nil) {
    self.value = value.flatMap { $0.isFinite ? $0 : nil }
    self.lower = lower.flatMap { $0.isFinite ? $0 : nil }
    self.upper = upper.flatMap { $0.isFinite ? $0 : nil }
  }

  /// The interval, with an infinite end where only the other is known.
  var interval: ClosedRange<Double>? {
    let low = lower ?? -.infinity
    let high = upper ?? .infinity
    guard low <= high, low.isFinite || high.isFinite else { return nil }
    return low...high
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
