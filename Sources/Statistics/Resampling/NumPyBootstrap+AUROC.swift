extension NumPyBootstrap {
  /// The AUROC of resampled positives and negatives.
  ///
  /// - Parameters:
  ///   - labels: [item], in the order of the script.
  ///   - isStratified: positives and negatives are drawn apart, positives first; else whole items,
  ///     and a resample with one class has no value.
  public func auroc(
    scores: [Double], labels: [Bool], isStratified: Bool
  ) -> BootstrapDistribution {
    let distinct = Set(scores).sorted()
    var ranks: [Double: Int] = [:]
    for (rank, score) in distinct.enumerated() { ranks[score] = rank }
    let levels = scores.map { ranks[$0] ?? 0 }
    let positives = labels.indices.filter { labels[$0] }
    let negatives = labels.indices.filter { !labels[$0] }
    var below = [Int](repeating: 0, count: distinct.count)
    func area(_ drawnPositives: [Int], _ drawnNegatives: [Int]) -> Double {
      guard !drawnPositives.isEmpty, !drawnNegatives.isEmpty else { return .nan }
      for level in below.indices { below[level] = 0 }
      for item in drawnNegatives { below[levels[item]] += 1 }
      var sum = 0
      for level in below.indices {
        let count = below[level]
        // Twice the negatives below plus those tied.
        below[level] = 2 * sum + count
        sum += count
      }
      let wins = drawnPositives.reduce(0) { $0 + below[levels[$1]] }
      return Double(wins) / Double(2 * drawnPositives.count * drawnNegatives.count)
    }
    if isStratified {
      return distribution(strata: [positives.count, negatives.count]) { draws in
        area(draws[0].map { positives[$0] }, draws[1].map { negatives[$0] })
      }
    }
    return distribution(strata: [labels.count]) { draws in
      area(draws[0].filter { labels[$0] }, draws[0].filter { !labels[$0] })
    }
  }

  /// The mean difference of two columns that are drawn apart, the first column first.
  public func unpairedDifference(_ first: [Double], _ second: [Double]) -> BootstrapDistribution {
    func mean(_ values: [Double], _ rows: [Int]) -> Double {
      rows.isEmpty ? .nan : rows.reduce(0) { $0 + values[$1] } / Double(rows.count)
    }
    return distribution(strata: [first.count, second.count]) { draws in
      mean(first, draws[0]) - mean(second, draws[1])
    }
  }
}
