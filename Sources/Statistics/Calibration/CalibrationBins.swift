/// One bin of a reliability diagram.
public struct CalibrationBin: Hashable, Sendable {
  /// Position of the bin, from 0.
  public let index: Int
  public let count: Int
  /// Mean probability.
  public let meanProbability: Double
  /// Share of positives.
  public let observedRate: Double

  public var gap: Double { abs(meanProbability - observedRate) }
}

extension ProbabilityForecast {
  public enum Binning: String, Hashable, Sendable, CaseIterable {
    /// Bin ⌊p·M⌋ of [0, 1], the last one closed.
    case equalWidth = "equal width"
    /// Bin ⌊r·M/n⌋ of rank r, ties in the order of the items.
    case equalMass = "equal mass"
  }

  /// The bins that hold items, ascending.
  public func bins(_ binning: Binning, count binCount: Int) -> [CalibrationBin] {
    guard count > 0, binCount > 0 else { return [] }
    var slots: [Int: (count: Int, sum: Double, hits: Int)] = [:]
    func add(_ item: Int, to bin: Int) {
      var slot = slots[bin] ?? (0, 0, 0)
      slot.count += 1
      slot.sum += probabilities[item]
      slot.hits += outcomes[item] ? 1 : 0
      slots[bin] = slot
    }
    switch binning {
    case .equalWidth:
      for item in probabilities.indices {
        add(item, to: min(Int(probabilities[item] * Double(binCount)), binCount - 1))
      }
    case .equalMass:
      let order = probabilities.indices.sorted {
        (probabilities[$0], $0) < (probabilities[$1], $1)
      }
      for (rank, item) in order.enumerated() {
        add(item, to: Int((Double(rank) * Double(binCount) / Double(count)).rounded(.down)))
      }
    }
    return slots.keys.sorted().compactMap { bin in
      slots[bin].map { slot in
        CalibrationBin(
          index: bin, count: slot.count, meanProbability: slot.sum / Double(slot.count),
          observedRate: Double(slot.hits) / Double(slot.count))
      }
    }
  }

  /// Expected calibration error: the count-weighted mean gap of the bins.
  ///
  /// Biased upward: a perfect model has a mean ECE of .140 at n = 100 and .043 at n = 1,000 with 15
  /// equal-mass bins. Print it with ``perfectCalibrationECE(binCount:drawCount:seed:)``, and not
  /// below 100 items.
  ///
  /// - Source: Naeini et al. (2015). Oracle: `brier_ece.json`.
  public func expectedCalibrationError(
    _ binning: Binning = .equalMass, binCount: Int = 15
  ) -> Measured<Double> {
    guard count > 0, binCount > 0 else {
      return .undefined(UndefinedReason(.emptyInput, "\(count) items in \(binCount) bins"))
    }
    let sum = bins(binning, count: binCount).reduce(0) { $0 + Double($1.count) * $1.gap }
    return .defined(sum / Double(count))
  }

  /// The largest gap of a bin.
  public func maximumCalibrationError(
    _ binning: Binning = .equalWidth, binCount: Int = 15
  ) -> Measured<Double> {
    guard let gap = bins(binning, count: binCount).map(\.gap).max() else {
      return .undefined(UndefinedReason(.emptyInput, "\(count) items in \(binCount) bins"))
    }
    return .defined(gap)
  }
}
