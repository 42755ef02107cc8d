/// Bracketing root search that ends for every function, NaN included.
package enum RootFinding {
  /// The point where a monotone predicate turns from true (at `low`) to false (at `high`), by
  /// bisection down to neighbouring doubles or `tolerance`.
  ///
  /// Bisection rather than a secant method: score statistics are infinite or flat at the ends of
  /// their range, and sixty cheap evaluations are below a microsecond.
  package static func boundary(
    from low: Double, to high: Double, tolerance: Double = 0, where holds: (Double) -> Bool
  ) -> Double {
    var low = low
    var high = high
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle == low || middle == high || abs(high - low) <= tolerance { break }
      if holds(middle) { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }

  /// The first integer of `range` at which a monotone predicate is true, or `nil` if none is.
  package static func firstInteger(in range: ClosedRange<Int>, where holds: (Int) -> Bool) -> Int? {
    guard holds(range.upperBound) else { return nil }
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
