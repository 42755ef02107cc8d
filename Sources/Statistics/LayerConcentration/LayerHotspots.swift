import Randomness

/// Which single layers hold more selected neurons than their exposure explains, all layers at once.
///
/// The maximum standardised count over layers is simulated under the multinomial null, so each
/// adjusted p controls the family of layers whatever their dependence.
///
/// - Source: Westfall & Young (1993), single-step maxT.
public struct LayerHotspots: Hashable, Sendable {
  /// (c_l − E_l) / √E_l, [layer].
  public let statistics: [Double]
  /// Adjusted one-sided p values, [layer].
  public let adjustedPValues: [Double]

  /// - Returns: Undefined without selected neurons; above 10⁶ of them, because each is drawn.
  public static func test(
    _ layers: LayerCounts, drawCount: Int = 9_999, seed: UInt64, analysis: String,
    threadCount: Int = 0
  ) -> Measured<LayerHotspots> {
    let total = layers.total
    guard total > 0 else {
      return .undefined(UndefinedReason(.emptyInput, "no neuron is selected"))
    }
    guard total <= 1_000_000 else {
      return .undefined(UndefinedReason(.tooLarge, "\(total) selected neurons; at most 10^6"))
    }
    let expected = layers.expected
    let sum = layers.exposures.reduce(0, +)
    var running = 0.0
    let cumulative = layers.exposures.map { exposure in
      running += exposure / sum
      return running
    }
    func standardised(_ counts: [Int]) -> [Double] {
      zip(counts, expected).map { (Double($0) - $1) / $1.squareRoot() }
    }
    let observed = standardised(layers.counts)
    let hash = RandomStream.hash(analysis)
    let maxima = IndexParallel.values(count: max(1, drawCount), threadCount: threadCount) {
      range, output in
      var counts = [Int](repeating: 0, count: expected.count)
      for (offset, index) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(index))
        for layer in counts.indices { counts[layer] = 0 }
        for _ in 0..<total {
          let u = random.uniform()
          var low = 0
          var high = cumulative.count - 1
          while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] <= u { low = middle + 1 } else { high = middle }
          }
          counts[low] += 1
        }
        var largest = -Double.infinity
        for layer in counts.indices {
          let value = (Double(counts[layer]) - expected[layer]) / expected[layer].squareRoot()
          largest = max(largest, value)
        }
        output[offset] = largest
      }
    }
    let adjusted = observed.map { value in
      Double(1 + maxima.count { $0 >= value - 1e-12 }) / Double(maxima.count + 1)
    }
    return .defined(LayerHotspots(statistics: observed, adjustedPValues: adjusted))
  }
}
