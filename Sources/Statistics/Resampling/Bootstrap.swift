package import Randomness

/// The settings of a bootstrap: how many resamples, and the address of their random numbers.
///
/// ```
/// let bootstrap = Bootstrap(seed: 42, analysis: "bootstrap/auroc/faitheval")
/// let replicates = bootstrap.distribution(of: .stratified(by: labels)) { rows in … }
/// let interval = replicates.percentileInterval(confidenceLevel: 0.95)
/// ```
/// Resample b is a function of (seed, analysis, b) alone: thread count, chunking and the number of
/// resamples change no other resample. Not the default for proportions (percentile coverage .88 at
/// n = 40, BCa .90): use it where there is no good formula.
///
/// - Source: Efron & Tibshirani (1993), "An introduction to the bootstrap"; Davison & Hinkley
///   (1997), ch. 3 (strata) and 3.8 (clusters).
public struct Bootstrap: Hashable, Sendable {
  public let seed: UInt64
  /// A stable name, for example "bootstrap/FaithEval/A/auroc".
  public let analysis: String
  public let resampleCount: Int
  /// At most this many threads; 0 means one for each core. Part of no result.
  public let threadCount: Int

  public init(seed: UInt64, analysis: String, resampleCount: Int = 10_000, threadCount: Int = 0) {
    self.seed = seed
    self.analysis = analysis
    self.resampleCount = max(0, resampleCount)
    self.threadCount = threadCount
  }

  package func stream(_ resample: Int, hash: UInt64) -> RandomStream {
    RandomStream(seed: seed, analysisHash: hash, index: UInt64(resample))
  }

  /// The bootstrap distribution of any statistic of row indices.
  ///
  /// - Parameters:
  ///   - design: what is drawn.
  ///   - jackknife: also compute the delete-one values that the BCa interval needs; costs one
  ///     evaluation for each unit.
  ///   - statistic: reads the rows of a resample; NaN where it does not exist (one class only).
  /// - Complexity: O(resampleCount · cost of the statistic); memory O(resampleCount + n · threads),
  ///   with `jackknife` O(n) more for each unit in flight.
  public func distribution(
    of design: ResamplingDesign, jackknife: Bool = false,
    _ statistic: @Sendable ([Int]) -> Double
  ) -> BootstrapDistribution {
    let hash = RandomStream.hash(analysis)
    let all = design.allRows
    let replicates = IndexParallel.values(count: resampleCount, threadCount: threadCount) {
      range, output in
      var rows: [Int] = []
      rows.reserveCapacity(all.count)
      for (offset, resample) in range.enumerated() {
        var random = stream(resample, hash: hash)
        design.draw(into: &rows, using: &random)
        output[offset] = statistic(rows)
      }
    }
    let groups = jackknife ? jackknifeValues(design, statistic) : []
    return BootstrapDistribution(
      estimate: statistic(all), replicates: replicates, jackknifeGroups: groups)
  }

  private func jackknifeValues(
    _ design: ResamplingDesign, _ statistic: @Sendable ([Int]) -> Double
  ) -> [[Double]] {
    design.unitCounts.enumerated().map { group, count in
      IndexParallel.values(count: count, threadCount: threadCount) { range, output in
        for (offset, unit) in range.enumerated() {
          output[offset] = statistic(design.rows(without: unit, ofGroup: group))
        }
      }
    }
  }
}
