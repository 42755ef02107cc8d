import Randomness

/// What the expected calibration error would be for a perfectly calibrated model with the same
/// probabilities: the yardstick of a printed ECE.
public struct CalibrationErrorNull: Hashable, Sendable {
  /// Mean ECE of a perfect model.
  public let mean: Double
  /// Its 95th percentile.
  public let upperQuantile: Double
  /// P(ECE of a perfect model ≥ observed), (1 + #) / (B + 1).
  public let pValue: Double
}

extension ProbabilityForecast {
  /// Redraws the outcomes from the probabilities themselves.
  ///
  /// - Returns: Undefined below 100 items, where an ECE is not reported.
  public func perfectCalibrationError(
    binning: Binning = .equalMass, binCount: Int = 15, drawCount: Int = 1_000, seed: UInt64,
    analysis: String
  ) -> Measured<CalibrationErrorNull> {
    guard count >= 100 else {
      return .undefined(
        UndefinedReason(.tooFew, "\(count) items; an ECE is reported from 100 on"))
    }
    return expectedCalibrationError(binning, binCount: binCount).map { observed in
      let hash = RandomStream.hash(analysis)
      let layout = binLayout(binning, count: binCount)
      let draws = IndexParallel.values(count: max(1, drawCount)) { range, output in
        var gaps = [Double](repeating: 0, count: binCount)
        for (offset, index) in range.enumerated() {
          var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(index))
          for bin in gaps.indices { gaps[bin] = 0 }
          for item in probabilities.indices {
            let outcome = random.uniform() < probabilities[item] ? 1.0 : 0.0
            gaps[layout[item]] += probabilities[item] - outcome
          }
          output[offset] = gaps.reduce(0) { $0 + abs($1) } / Double(count)
        }
      }
      let extreme = draws.count { $0 >= observed - 1e-12 }
      return CalibrationErrorNull(
        mean: draws.reduce(0, +) / Double(draws.count),
        upperQuantile: BootstrapDistribution.quantile(0.95, ofSorted: draws.sorted()),
        pValue: Double(1 + extreme) / Double(draws.count + 1))
    }
  }

  /// Squared calibration error with each bin's sampling variance subtracted, square root of the
  /// positive part.
  ///
  /// - Source: Kumar, Liang & Ma (2019), arXiv 1909.10155, definition 5.1. Oracle: the formula in
  ///   numpy, see `Oracles/extra/resampling_and_order.json`.
  /// - Returns: Undefined when a bin holds one item only.
  public func debiasedCalibrationError(
    _ binning: Binning = .equalMass, binCount: Int = 15
  ) -> Measured<Double> {
    let bins = bins(binning, count: binCount)
    guard !bins.isEmpty else {
      return .undefined(UndefinedReason(.emptyInput, "\(count) items in \(binCount) bins"))
    }
    guard bins.allSatisfy({ $0.count > 1 }) else {
      return .undefined(UndefinedReason(.tooFew, "a bin holds one item only"))
    }
    let sum = bins.reduce(0) { sum, bin in
      let variance = bin.observedRate * (1 - bin.observedRate) / Double(bin.count - 1)
      return sum + Double(bin.count) / Double(count) * (bin.gap * bin.gap - variance)
    }
    return .defined(max(0, sum).squareRoot())
  }

  /// The bin of each item.
  private func binLayout(_ binning: Binning, count binCount: Int) -> [Int] {
    switch binning {
    case .equalWidth:
      return probabilities.map { min(Int($0 * Double(binCount)), binCount - 1) }
    case .equalMass:
      var layout = [Int](repeating: 0, count: count)
      let order = probabilities.indices.sorted {
        (probabilities[$0], $0) < (probabilities[$1], $1)
      }
      for (rank, item) in order.enumerated() {
        layout[item] = Int((Double(rank) * Double(binCount) / Double(count)).rounded(.down))
      }
      return layout
    }
  }
}
