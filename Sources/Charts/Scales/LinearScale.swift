/// A linear map from data to pixels with round ticks.
package struct LinearScale: Sendable {
  package let domain: ClosedRange<Double>
  package let range: (start: Double, end: Double)

  /// An empty domain is widened so that one value sits in the middle.
  package init(_ domain: ClosedRange<Double>, from start: Double, to end: Double) {
    let isPoint = domain.upperBound - domain.lowerBound <= 0
    self.domain =
      isPoint ? (domain.lowerBound - 0.5)...(domain.upperBound + 0.5) : domain
    range = (start, end)
  }

  package func callAsFunction(_ value: Double) -> Double {
    let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    return range.start + share * (range.end - range.start)
  }

  package func clamped(_ value: Double) -> Double {
    self(min(max(value, domain.lowerBound), domain.upperBound))
  }

  /// Ticks at 1, 2 or 5 times a power of ten, about `count` of them.
  package func ticks(_ count: Int = 5) -> [Double] {
    Self.ticks(domain, count: count)
  }

  package static func ticks(_ domain: ClosedRange<Double>, count: Int) -> [Double] {
    let step = Self.step(domain.upperBound - domain.lowerBound, count: count)
    let first = (domain.lowerBound / step - 1e-9).rounded(.up)
    let last = (domain.upperBound / step + 1e-9).rounded(.down)
    guard first.isFinite, last.isFinite, last >= first, last - first < 100 else { return [] }
    return (Int(first)...Int(last)).map { index in
      // Division by the reciprocal keeps 0.3 from becoming 0.30000000000000004.
      step >= 1 ? Double(index) * step : Double(index) / (1 / step).rounded()
    }
  }

  /// Whether a value can stand on an axis: a number whose span still has round steps.
  package static func isPlottable(_ value: Double) -> Bool { abs(value) <= 1e12 }

  /// Fraction digits that the ticks of this step need.
  static func fractionDigits(_ step: Double) -> Int {
    var digits = 0
    var scaled = step
    while digits < 8, abs(scaled - scaled.rounded()) > 1e-9 * max(1, scaled) {
      scaled *= 10
      digits += 1
    }
    return digits
  }

  static func step(_ span: Double, count: Int) -> Double {
    guard span > 0, span.isFinite else { return 1 }
    let raw = span / Double(max(1, count))
    var power = 1.0
    while power * 10 <= raw { power *= 10 }
    while power > raw { power /= 10 }
    let multiple = raw / power
    return power * (multiple <= 1.5 ? 1 : multiple <= 3.5 ? 2 : multiple <= 7.5 ? 5 : 10)
  }

  /// The smallest round domain that holds all finite values and `including`.
  package static func niceDomain(_ values: [Double], including: [Double] = [], count: Int = 5)
    -> ClosedRange<Double>?
  {
    let finite = (values + including).filter { isPlottable($0) }
    guard let low = finite.min(), let high = finite.max() else { return nil }
    guard high > low else {
      let pad = abs(low) > 0 ? abs(low) / 2 : 1
      return (low - pad)...(high + pad)
    }
    let step = step(high - low, count: count)
    return ((low / step + 1e-9).rounded(.down) * step)...((high / step - 1e-9).rounded(.up) * step)
  }
}
