/// The difference p₁ − p₂ of two independent proportions.
///
/// Not for the same items under two conditions: there the pairing carries the information, see
/// ``PairedTable``.
public struct UnpairedDifference: Hashable, Sendable {
  public let first: Proportion
  public let second: Proportion

  public init(_ first: Proportion, _ second: Proportion) {
    self.first = first
    self.second = second
  }

  var hasEmptyArm: Bool { first.trials == 0 || second.trials == 0 }

  /// p₁ − p₂; undefined when an arm is empty.
  public var estimate: Measured<Double> {
    first.estimate.flatMap { p1 in second.estimate.map { p1 - $0 } }
  }

  func interval(
    _ lower: Double, _ upper: Double, _ confidenceLevel: Double, _ method: IntervalMethod
  ) -> Interval {
    Interval(
      lower: max(-1, lower), upper: min(1, upper), confidenceLevel: confidenceLevel,
      method: method)
  }
}
