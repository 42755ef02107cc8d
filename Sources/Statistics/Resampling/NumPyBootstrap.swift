import Randomness

/// The bootstrap of scripts that use `numpy.random.default_rng(seed)`, to reproduce the intervals
/// that they published. One sequential stream: resample b depends on all before it.
///
/// ```python
/// rng = np.random.default_rng(seed)
/// draws = [statistic(rows[rng.integers(0, n, size=n)]) for _ in range(B)]
/// np.percentile(draws, [2.5, 97.5])
/// ```
public struct NumPyBootstrap: Hashable, Sendable {
  public let seed: UInt64
  public let resampleCount: Int

  public init(seed: UInt64 = 42, resampleCount: Int = 10_000) {
    self.seed = seed
    self.resampleCount = max(0, resampleCount)
  }

  /// - Parameters:
  ///   - strata: sizes of the strata in the order in which the script draws them, one element for
  ///     an unstratified bootstrap. Draws of each stratum are indices into that stratum.
  ///   - statistic: receives the drawn indices of each stratum.
  public func distribution(
    strata: [Int], _ statistic: ([[Int]]) -> Double
  ) -> BootstrapDistribution {
    var random = NumPyGenerator(seed: seed)
    let replicates = (0..<resampleCount).map { _ in
      statistic(strata.map { $0 > 0 ? random.integers(below: $0, count: $0) : [] })
    }
    return BootstrapDistribution(
      estimate: statistic(strata.map { Array(0..<max(0, $0)) }), replicates: replicates,
      jackknifeGroups: [])
  }

  /// The bootstrap of a mean of per-item values, items in the script's order.
  public func mean(of values: [Double]) -> BootstrapDistribution {
    distribution(strata: [values.count]) { draws in
      let rows = draws.first ?? []
      return rows.isEmpty ? .nan : rows.reduce(0) { $0 + values[$1] } / Double(rows.count)
    }
  }
}
