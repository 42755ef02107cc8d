import Glibc

/// The largest count in one of several boxes under a multinomial null: "layer 12 has five".
///
/// ```
/// P(max ≥ m) = 1 − n! [zⁿ] Π_l Σ_{c<m} (π_l z)^c / c!
/// ```
/// - Source: the exponential generating function, evaluated exactly in O(boxes · n · m). Check:
///   39 balls in 40 equal boxes, maximum 5: p = 0.11.
public struct LayerMaximumTest: Hashable, Sendable {
  public let maximum: Int
  /// P(max ≥ observed); undefined for no counts or exposures, or above ``workLimit``.
  public let pValue: Measured<Double>

  public static let workLimit = 400_000_000.0

  /// - Parameters:
  ///   - counts: per box.
  ///   - exposures: eligible neurons per box, or any positive weights; equal when `nil`.
  public init(counts: [Int], exposures: [Double]? = nil) throws(StatisticsError) {
    let weights = exposures ?? counts.map { _ in 1 }
    guard weights.count == counts.count else {
      throw .lengthMismatch(
        first: "counts", firstCount: counts.count, second: "exposures",
        secondCount: weights.count)
    }
    if let bad = counts.firstIndex(where: { $0 < 0 || $0 > BinomialDistribution.maximumTrials }) {
      throw .argumentOutOfRange(
        argument: "counts[\(bad)]", found: "\(counts[bad])", expected: "a count up to 1e12")
    }
    if let bad = weights.firstIndex(where: { !($0 >= 0 && $0 < 1e300) }) {
      throw .argumentOutOfRange(
        argument: "exposures[\(bad)]", found: "\(weights[bad])", expected: "not negative")
    }
    let largest = counts.max() ?? 0
    maximum = largest
    let total = counts.reduce(0.0) { $0 + Double($1) }
    let exposure = weights.reduce(0, +)
    guard total > 0, exposure > 0, exposure.isFinite else {
      pValue = .undefined(UndefinedReason(.emptyInput, "there are no counts or no exposures"))
      return
    }
    let work = Double(counts.count) * total * Double(largest)
    guard work <= Self.workLimit else {
      pValue = .undefined(
        UndefinedReason(
          .tooLarge, "\(Int(total)) counts need more than \(Int(Self.workLimit)) steps"))
      return
    }
    // Conditional Poisson: counts with mean nπ_l given their sum; no factorial overflows.
    let n = Int(total)
    func poisson(_ c: Int, _ mean: Double) -> Double {
      if mean == 0 { return c == 0 ? 1 : 0 }
      return exp(Double(c) * log(mean) - mean - StirlingSeries.logGamma(Double(c) + 1))
    }
    var sums = [Double](repeating: 0, count: n + 1)
    sums[0] = 1
    for weight in weights {
      let mean = total * weight / exposure
      let masses = (0..<largest).map { poisson($0, mean) }
      for value in stride(from: n, through: 0, by: -1) {
        var next = 0.0
        for (c, mass) in masses.enumerated() where c <= value { next += mass * sums[value - c] }
        sums[value] = next
      }
    }
    pValue = .defined(min(1, max(0, 1 - sums[n] / poisson(n, total))))
  }
}
