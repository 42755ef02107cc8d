/// Selected neurons for each layer, with each layer's exposure under the null.
public struct LayerCounts: Hashable, Sendable {
  /// [layer], selected neurons.
  public let counts: [Int]
  /// [layer], eligible neurons, or better the sum of their activation frequencies; positive.
  public let exposures: [Double]

  /// - Throws: ``StatisticsError`` for unequal lengths, no layers, negative counts or exposures that
  ///   are not positive.
  public init(counts: [Int], exposures: [Double]) throws(StatisticsError) {
    guard counts.count == exposures.count else {
      throw .lengthMismatch(
        first: "counts", firstCount: counts.count, second: "exposures",
        secondCount: exposures.count)
    }
    guard !counts.isEmpty, counts.count <= 100_000 else {
      throw .argumentOutOfRange(
        argument: "the number of layers", found: "\(counts.count)", expected: "in 1...100000")
    }
    var total = 0
    for (index, count) in counts.enumerated() {
      let (sum, overflow) = total.addingReportingOverflow(count)
      guard count >= 0, !overflow, sum <= BinomialDistribution.maximumTrials else {
        throw .argumentOutOfRange(
          argument: "counts[\(index)]", found: "\(count)", expected: "0 or more, 10^12 in all")
      }
      total = sum
    }
    if let index = exposures.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .argumentOutOfRange(
        argument: "exposures[\(index)]", found: "\(exposures[index])", expected: "positive")
    }
    self.counts = counts
    self.exposures = exposures
  }

  public var total: Int { counts.reduce(0, +) }

  /// E_l = total · e_l / Σ e.
  public var expected: [Double] {
    let sum = exposures.reduce(0, +)
    return exposures.map { Double(total) * $0 / sum }
  }

  /// φ = Σ (c_l − E_l)² / E_l / (L − 1). Above 1.2 the binomial test is anti-conservative.
  public var overdispersion: Measured<Double> {
    guard counts.count > 1 else {
      return .undefined(UndefinedReason(.tooFew, "one layer has no dispersion"))
    }
    guard total > 0 else {
      return .undefined(UndefinedReason(.emptyInput, "no neuron is selected"))
    }
    let sum = zip(counts, expected).reduce(0) { sum, pair in
      let gap = Double(pair.0) - pair.1
      return sum + gap * gap / pair.1
    }
    return .defined(sum / Double(counts.count - 1))
  }

  /// Rate of each layer relative to its expectation, the statistic of the label permutation when
  /// exposures differ.
  package var relativeRates: [Double] { zip(counts, expected).map { Double($0) / $1 } }
}
