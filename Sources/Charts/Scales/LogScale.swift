import Glibc

/// A logarithmic map from positive data to pixels.
package struct LogScale: Sendable {
  package let domain: ClosedRange<Double>
  private let linear: LinearScale

  /// - Precondition: the domain is positive.
  package init(_ domain: ClosedRange<Double>, from start: Double, to end: Double) {
    precondition(domain.lowerBound > 0, "a logarithmic scale needs a positive domain")
    self.domain = domain
    linear = LinearScale(
      log10(domain.lowerBound)...log10(domain.upperBound), from: start, to: end)
  }

  package func callAsFunction(_ value: Double) -> Double {
    linear(log10(min(max(value, domain.lowerBound), domain.upperBound)))
  }

  /// Powers of ten, thinned to at most `maximum`.
  package func ticks(maximum: Int = 8) -> [Double] {
    let low = Int((log10(domain.lowerBound) - 1e-9).rounded(.up))
    let high = Int((log10(domain.upperBound) + 1e-9).rounded(.down))
    guard low <= high else { return [] }
    let stride = max(1, (high - low) / max(1, maximum) + 1)
    let isDense = high - low + 1 <= maximum
    return (low...high).filter { isDense || ($0 - low) % stride == 0 }.map { pow(10, Double($0)) }
  }
}
