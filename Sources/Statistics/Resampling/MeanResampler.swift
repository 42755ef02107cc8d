import Randomness

/// The bootstrap of a mean of per-item values at the cost of the draws alone.
///
/// Many paired statistics are such means: a difference of two doses (value y_b − y_a), and the
/// least-squares slope over all doses of an item (value Σ(c − c̄)y / Σ(c − c̄)²). Collapsing an item
/// to one number first makes a resample O(n) whatever the number of doses.
public struct MeanResampler: Sendable {
  private let values: [Double]

  /// - Throws: ``StatisticsError/notFinite(argument:index:)``, and
  ///   ``StatisticsError/argumentOutOfRange(argument:found:expected:)`` for no items.
  public init(values: [Double]) throws(StatisticsError) {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "values", index: index)
    }
    guard !values.isEmpty, values.count <= 1 << 30 else {
      throw .argumentOutOfRange(
        argument: "the number of items", found: "\(values.count)", expected: "in 1...2^30")
    }
    self.values = values
  }

  /// The least-squares slope over all doses of the same questions: each question collapses to
  /// Σ(c − c̄)y / Σ(c − c̄)², in probability per unit of dose.
  ///
  /// - Throws: as above; also for fewer than two doses.
  public init(slopesOf rows: DoseResponseRows) throws(StatisticsError) {
    let squares = rows.doseSumOfSquares
    guard squares > 0 else {
      throw .argumentOutOfRange(
        argument: "the number of doses", found: "\(rows.doses.count)", expected: "2 or more")
    }
    try self.init(values: rows.trendScores.map { $0 / squares })
  }

  /// - Complexity: O(resampleCount · n); memory O(resampleCount + n · threads).
  public func distribution(_ bootstrap: Bootstrap, jackknife: Bool = true) -> BootstrapDistribution
  {
    let hash = RandomStream.hash(bootstrap.analysis)
    let count = values.count
    let replicates = IndexParallel.values(
      count: bootstrap.resampleCount, threadCount: bootstrap.threadCount
    ) { range, output in
      values.withUnsafeBufferPointer { values in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { draws in
          for (offset, resample) in range.enumerated() {
            var random = bootstrap.stream(resample, hash: hash)
            random.fill(draws, below: count)
            output[offset] = Self.mean(of: values, at: draws)
          }
        }
      }
    }
    let sum = values.reduce(0, +)
    let others = Double(count - 1)
    return BootstrapDistribution(
      estimate: sum / Double(count), replicates: replicates,
      jackknifeGroups: jackknife
        ? [values.map { count > 1 ? (sum - $0) / others : .nan }] : [])
  }

  /// Four running sums in a fixed order: independent additions, and the same bits everywhere.
  @inline(__always)
  private static func mean(
    of values: UnsafeBufferPointer<Double>, at draws: UnsafeMutableBufferPointer<UInt32>
  ) -> Double {
    var sums = SIMD4<Double>.zero
    var index = 0
    while index + 4 <= draws.count {
      sums += SIMD4(
        values[Int(draws[index])], values[Int(draws[index + 1])], values[Int(draws[index + 2])],
        values[Int(draws[index + 3])])
      index += 4
    }
    var rest = 0.0
    while index < draws.count {
      rest += values[Int(draws[index])]
      index += 1
    }
    return ((sums[0] + sums[1]) + (sums[2] + sums[3]) + rest) / Double(draws.count)
  }
}
