/// Adjusted p-values of a family of tests, in the order of the input, capped at 1.
///
/// Holm for a confirmatory family, Benjamini-Hochberg for a screen, Benjamini-Yekutieli when the
/// dependence is unknown. Tests that were planned and not run count: pass 1 for them.
/// - Source: Holm (1979); Hochberg (1988); Benjamini & Hochberg (1995); Benjamini & Yekutieli
///   (2001). Oracle: `p_adjust.json` (R `p.adjust`).
public enum PValueAdjustment: String, Hashable, Sendable, CaseIterable {
  case bonferroni
  case holm
  case hochberg
  case benjaminiHochberg = "BH"
  case benjaminiYekutieli = "BY"

  /// - Throws: for a value outside 0...1.
  public func adjusted(_ pValues: [Double]) throws(StatisticsError) -> [Double] {
    if let bad = pValues.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw .argumentOutOfRange(
        argument: "p[\(bad)]", found: "\(pValues[bad])", expected: "in 0...1")
    }
    let m = Double(pValues.count)
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    switch self {
    case .bonferroni: return pValues.map { min(1, m * $0) }
    case .holm: return stepDown(pValues, order) { m - $0 }
    case .hochberg: return stepUp(pValues, order) { m - $0 }
    case .benjaminiHochberg: return stepUp(pValues, order) { m / ($0 + 1) }
    case .benjaminiYekutieli:
      let harmonic = stride(from: 1, through: m, by: 1).reduce(0.0) { $0 + 1 / $1 }
      return stepUp(pValues, order) { harmonic * m / ($0 + 1) }
    }
  }

  /// Serial gatekeeping: Holm within each gate, and no gate opens before all of the one before it
  /// reject. An adjusted p is at least every adjusted p of the gates before.
  ///
  /// For anchor → primary trend → shape → contrasts.
  /// - Source: Westfall & Krishen (2001), doi:10.1016/S0378-3758(01)00077-5.
  public static func gatekept(_ gates: [[Double]]) throws(StatisticsError) -> [[Double]] {
    var floor = 0.0
    var adjusted: [[Double]] = []
    for gate in gates {
      let own = try Self.holm.adjusted(gate).map { max(floor, $0) }
      floor = own.reduce(floor, max)
      adjusted.append(own)
    }
    return adjusted
  }

  /// Running maximum from the smallest p.
  private func stepDown(
    _ p: [Double], _ order: [Int], _ factor: (Double) -> Double
  ) -> [Double] {
    var result = p
    var running = 0.0
    for (rank, index) in order.enumerated() {
      running = max(running, min(1, factor(Double(rank)) * p[index]))
      result[index] = running
    }
    return result
  }

  /// Running minimum from the largest p.
  private func stepUp(
    _ p: [Double], _ order: [Int], _ factor: (Double) -> Double
  ) -> [Double] {
    var result = p
    var running = 1.0
    for (rank, index) in order.enumerated().reversed() {
      running = min(running, factor(Double(rank)) * p[index])
      result[index] = running
    }
    return result
  }
}
