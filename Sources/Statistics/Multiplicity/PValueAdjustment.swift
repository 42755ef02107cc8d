/// Adjusted p-values of a family of tests, in the order given.
///
/// An undefined test counts in its family: pass it as 1.
/// - Source: Holm (1979); Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x;
///   Benjamini & Yekutieli (2001), doi:10.1214/aos/1013699998. Oracle: R `p.adjust`.
public enum PValueAdjustment: String, Hashable, Sendable, CaseIterable {
  /// Controls the family-wise error under any dependence.
  case holm = "Holm"
  /// Controls the false discovery rate under positive dependence.
  case benjaminiHochberg = "Benjamini\u{2013}Hochberg"
  /// Controls the false discovery rate under any dependence.
  case benjaminiYekutieli = "Benjamini\u{2013}Yekutieli"

  /// - Complexity: O(m log m).
  public func adjust(_ pValues: [Double]) -> [Double] {
    let count = pValues.count
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = [Double](repeating: 1, count: count)
    switch self {
    case .holm:
      var running = 0.0
      for (rank, index) in order.enumerated() {
        running = max(running, min(1, Double(count - rank) * pValues[index]))
        adjusted[index] = running
      }
    case .benjaminiHochberg, .benjaminiYekutieli:
      let penalty =
        self == .benjaminiYekutieli && count > 0
        ? (1...count).reduce(0.0) { $0 + 1 / Double($1) } : 1
      var running = 1.0
      for (rank, index) in order.enumerated().reversed() {
        running = min(running, penalty * Double(count) / Double(rank + 1) * pValues[index])
        adjusted[index] = running
      }
    }
    return adjusted
  }
}
