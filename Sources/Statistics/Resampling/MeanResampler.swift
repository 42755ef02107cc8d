import Randomness

/// The bootstrap of a mean of per-item values at the cost of the draws alone, or less.
///
/// Many paired statistics are such means: a difference of two doses (value y_b − y_a), and the
/// least-squares slope over all doses of an item (value Σ(c − c̄)y / Σ(c − c̄)²). Collapsing an item
/// to one number first makes a resample O(n) whatever the number of doses.
///
/// Binary outcomes leave few distinct values, all multiples of one unit. Then a resample's sum is
/// drawn as an integer by ``LatticeSumSampler``, from the same distribution as item by item.
public struct MeanResampler: Sendable {
  private let values: [Double]
  private let lattice: Lattice?

  private struct Lattice: Sendable {
    let sampler: LatticeSumSampler
    let origin: Double
    let unit: Double
    let count: Double

    func mean(_ sum: Int) -> Double { origin + unit * Double(sum) / count }
  }

  /// - Throws: ``StatisticsError/notFinite(argument:index:)``, and
  ///   ``StatisticsError/argumentOutOfRange(argument:found:expected:)`` for no items.
  public init(values: [Double]) throws(StatisticsError) {
    try Self.check(values)
    self.values = values
    lattice = Self.lattice(of: values)
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
    values = rows.trendScores.map { $0 / squares }
    try Self.check(values)
    lattice = rows.centredLattice.flatMap { centred in
      let steps = rows.outcomes.map { row in
        zip(centred.weights, row).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
      }
      return LatticeSumSampler(values: steps, count: steps.count, includesSquares: false).map {
        Lattice(
          sampler: $0, origin: 0, unit: centred.unit / squares, count: Double(steps.count))
      }
    }
  }

  private static func check(_ values: [Double]) throws(StatisticsError) {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "values", index: index)
    }
    guard !values.isEmpty, values.count <= 1 << 30 else {
      throw .argumentOutOfRange(
        argument: "the number of items", found: "\(values.count)", expected: "in 1...2^30")
    }
  }

  /// The lattice of values that it gives back bit for bit: counts, differences of outcomes, halves.
  private static func lattice(of values: [Double]) -> Lattice? {
    guard let scores = ScoreLattice(Array(Set(values.prefix(1_000))).sorted()) else { return nil }
    let (origin, unit) = (scores.origin, scores.unit)
    var steps: [Int] = []
    for value in values {
      let step = ((value - origin) / unit).rounded()
      guard abs(step) <= Double(ScoreLattice.largestStep), origin + step * unit == value else {
        return nil
      }
      steps.append(Int(step))
    }
    return LatticeSumSampler(values: steps, count: steps.count, includesSquares: false).map {
      Lattice(sampler: $0, origin: origin, unit: unit, count: Double(steps.count))
    }
  }

  /// - Complexity: O(resampleCount · n); memory O(resampleCount + n · threads). For few distinct
  ///   values on a lattice O(resampleCount · n / m), m about 16.
  public func distribution(_ bootstrap: Bootstrap, jackknife: Bool = true) -> BootstrapDistribution
  {
    let sum = values.reduce(0, +)
    let others = Double(values.count - 1)
    return BootstrapDistribution(
      estimate: sum / Double(values.count),
      replicates: lattice.map { latticeReplicates($0, bootstrap) } ?? itemReplicates(bootstrap),
      jackknifeGroups: jackknife
        ? [values.map { values.count > 1 ? (sum - $0) / others : .nan }] : [])
  }

  private func latticeReplicates(_ lattice: Lattice, _ bootstrap: Bootstrap) -> [Double] {
    let hash = RandomStream.hash(bootstrap.analysis)
    return IndexParallel.values(
      count: bootstrap.resampleCount, threadCount: bootstrap.threadCount
    ) { range, output in
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: lattice.sampler.wordCount) { words in
        for (offset, resample) in range.enumerated() {
          var random = bootstrap.stream(resample, hash: hash)
          random.fill(words)
          output[offset] = lattice.mean(lattice.sampler.draw(words).sum)
        }
      }
    }
  }

  package func itemReplicates(_ bootstrap: Bootstrap) -> [Double] {
    let hash = RandomStream.hash(bootstrap.analysis)
    let count = values.count
    return IndexParallel.values(
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
