/// The placement of each positive among the negatives and of each negative among the positives:
/// everything that DeLong's and Obuchowski's variances need.
///
/// ```
/// positive_i = (R_i − R_i⁺) / n      share of negatives below i, ties ½
/// negative_j = 1 − (R_j − R_j⁻) / m  share of positives above j, ties ½
/// ```
/// R are midranks in the joint sample, R⁺ and R⁻ within the class.
///
/// - Source: DeLong, DeLong & Clarke-Pearson (1988), doi:10.2307/2531595; midranks by Sun & Xu
///   (2014), doi:10.1109/LSP.2014.2337313.
/// - Complexity: O(N log N).
package struct PlacementValues: Sendable {
  package let positives: [Double]
  package let negatives: [Double]

  /// - Precondition: none; empty classes give empty placements.
  package init(positives: [Double], negatives: [Double]) {
    let m = positives.count
    let n = negatives.count
    guard m > 0, n > 0 else {
      self.positives = []
      self.negatives = []
      return
    }
    let joint = Self.doubledMidranks(positives + negatives)
    let withinPositives = Self.doubledMidranks(positives)
    let withinNegatives = Self.doubledMidranks(negatives)
    // Doubled ranks are integers, so the differences are exact and ties leave no rounding noise.
    self.positives = (0..<m).map { Double(joint[$0] - withinPositives[$0]) / (2 * Double(n)) }
    self.negatives = (0..<n).map { index in
      let below = joint[m + index] - withinNegatives[index]
      return Double(2 * m - below) / (2 * Double(m))
    }
  }

  /// AUROC: the mean placement, summed in whichever class is exact.
  package var mean: Double {
    let sum = positives.reduce(0, +)
    return positives.isEmpty ? .nan : sum / Double(positives.count)
  }

  /// Twice the midrank of each value.
  private static func doubledMidranks(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted {
      values[$0] != values[$1] ? values[$0] < values[$1] : $0 < $1
    }
    var ranks = [Int](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for position in start...end { ranks[order[position]] = start + end + 2 }
      start = end + 1
    }
    return ranks
  }
}

/// Sums of squares about the mean, with divisor n − 1.
package enum SampleMoments {
  package static func variance(_ values: [Double]) -> Double {
    covariance(values, values)
  }

  /// - Precondition: both arrays have the same length of at least two.
  package static func covariance(_ left: [Double], _ right: [Double]) -> Double {
    let count = Double(left.count)
    let leftMean = left.reduce(0, +) / count
    let rightMean = right.reduce(0, +) / count
    let products = zip(left, right).reduce(0) { $0 + ($1.0 - leftMean) * ($1.1 - rightMean) }
    return products / (count - 1)
  }
}
