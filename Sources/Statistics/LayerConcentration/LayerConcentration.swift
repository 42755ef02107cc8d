import Randomness

/// Are the selected neurons concentrated in a declared set of layers?
///
/// The default is the permutation of layer labels: neurons of a layer are correlated, so counts are
/// overdispersed and the binomial test claims too much. The family (positive and negative neurons ×
/// routed, shared, all) must be declared in advance and Holm-adjusted by the caller.
///
/// - Source: exact tests of permuted labels, Good (2005); the binomial with exposure offsets.
///   Oracle: scipy and full enumeration, see `Oracles/extra/resampling_and_order.json`.
public struct LayerConcentration: Hashable, Sendable {
  /// Selected neurons in the set.
  public let count: Int
  public let total: Int
  /// Share of the exposure in the set: what the null expects.
  public let exposureShare: Double
  /// One-sided P(X ≥ count), binomial with the exposure share. Descriptive.
  public let binomialPValue: Double
  /// φ of all layers.
  public let overdispersion: Measured<Double>
  /// `true` when φ > 1.2: the binomial p is anti-conservative.
  public var isBinomialAntiConservative: Bool { (overdispersion.value ?? 0) > 1.2 }
  /// One-sided p of the permuted layer labels, within strata of depth if given.
  public let permutationPValue: Measured<Double>
  /// One-sided p of circular shifts of the set along the depth.
  public let shiftPValue: Measured<Double>
  public let permutationCount: Int

  /// - Parameters:
  ///   - set: layer indices, in 0..<layers.
  ///   - strata: [layer], for example 0 early, 1 middle, 2 late; labels move within a stratum.
  /// - Throws: ``StatisticsError`` for indices out of range or strata of another length.
  public static func test(
    _ layers: LayerCounts, set: [Int], strata: [Int]? = nil, permutationCount: Int = 99_999,
    seed: UInt64, analysis: String, threadCount: Int = 0
  ) throws(StatisticsError) -> LayerConcentration {
    let layerCount = layers.counts.count
    let members = Set(set)
    if let wrong = set.first(where: { !(0..<layerCount).contains($0) }) {
      throw .argumentOutOfRange(
        argument: "set", found: "\(wrong)", expected: "layer indices in 0..<\(layerCount)")
    }
    if let strata, strata.count != layerCount {
      throw .lengthMismatch(
        first: "counts", firstCount: layerCount, second: "strata", secondCount: strata.count)
    }
    let isMember = (0..<layerCount).map(members.contains)
    let count = members.reduce(0) { $0 + layers.counts[$1] }
    let share =
      (0..<layerCount).reduce(0) { $0 + (isMember[$1] ? layers.exposures[$1] : 0) }
      / layers.exposures.reduce(0, +)
    let upper = BinomialDistribution.upperTail(
      count, trials: layers.total, probability: min(1, max(0, share)))
    let draws = max(1, permutationCount)
    return LayerConcentration(
      count: count, total: layers.total, exposureShare: share,
      binomialPValue: min(1, upper), overdispersion: layers.overdispersion,
      permutationPValue: permutation(
        layers, isMember, strata ?? [Int](repeating: 0, count: layerCount), draws, seed,
        analysis, threadCount),
      shiftPValue: shifts(layers, isMember), permutationCount: draws)
  }

  /// Σ over the set of c_l / E_l · (mean E), so that unequal exposures do not masquerade as
  /// concentration; with equal exposures this is the plain count.
  private static func statistic(_ rates: [Double], _ isMember: [Bool]) -> Double {
    zip(rates, isMember).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
  }

  private static func undefinedReason(
    _ layers: LayerCounts, _ isMember: [Bool]
  ) -> UndefinedReason? {
    if layers.total == 0 { return UndefinedReason(.emptyInput, "no neuron is selected") }
    if !isMember.contains(true) || !isMember.contains(false) {
      return UndefinedReason(.notApplicable, "the set must hold some layers and not all")
    }
    return nil
  }

  private static func permutation(
    _ layers: LayerCounts, _ isMember: [Bool], _ strata: [Int], _ draws: Int, _ seed: UInt64,
    _ analysis: String, _ threadCount: Int
  ) -> Measured<Double> {
    if let reason = undefinedReason(layers, isMember) { return .undefined(reason) }
    var slots: [Int: [Int]] = [:]
    for (layer, stratum) in strata.enumerated() { slots[stratum, default: []].append(layer) }
    // Strata that lie wholly inside or outside the set cannot move the statistic.
    let groups = slots.keys.sorted().compactMap { slots[$0] }
    let mixed = groups.filter { group in
      group.contains { isMember[$0] } && group.contains { !isMember[$0] }
    }
    guard !mixed.isEmpty else {
      return .undefined(
        UndefinedReason(.notApplicable, "every stratum lies wholly inside or outside the set"))
    }
    let rates = layers.relativeRates
    let parts = mixed.map { group in
      (rates: group.map { rates[$0] }, chosen: group.count { isMember[$0] })
    }
    let observed = mixed.flatMap { $0 }.reduce(0) { isMember[$1] ? $0 + rates[$1] : $0 }
    let threshold = observed - 1e-12 * max(1, observed)
    let hash = RandomStream.hash(analysis)
    let extreme = IndexParallel.values(
      count: draws, threadCount: threadCount, chunkLength: 1_024
    ) { range, output in
      var scratch = parts.map(\.rates)
      for (offset, index) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(index))
        var sum = 0.0
        for part in parts.indices {
          // A partial shuffle from the sorted start: only the chosen labels are drawn.
          scratch[part] = parts[part].rates
          for position in 0..<parts[part].chosen {
            let pick = position + random.integer(below: scratch[part].count - position)
            sum += scratch[part][pick]
            scratch[part].swapAt(position, pick)
          }
        }
        output[offset] = sum >= threshold ? 1 : 0
      }
    }
    return .defined((1 + extreme.reduce(0, +)) / Double(draws + 1))
  }

  /// All circular shifts of the set, the identity included: exact, but for a periodic set only
  /// `period` values exist and no p below 1/period.
  private static func shifts(_ layers: LayerCounts, _ isMember: [Bool]) -> Measured<Double> {
    if let reason = undefinedReason(layers, isMember) { return .undefined(reason) }
    guard layers.counts.count <= 4_096 else {
      return .undefined(
        UndefinedReason(.tooLarge, "\(layers.counts.count) layers; at most 4096 are shifted"))
    }
    let size = isMember.count
    let rates = layers.relativeRates
    let observed = statistic(rates, isMember)
    let threshold = observed - 1e-12 * max(1, observed)
    let extreme = (0..<size).count { shift in
      let moved = (0..<size).map { isMember[($0 + shift) % size] }
      return statistic(rates, moved) >= threshold
    }
    return .defined(Double(extreme) / Double(size))
  }

  /// The smallest p that circular shifts can give: 1 / (smallest period of the set).
  public static func smallestShiftPValue(set: [Int], layerCount: Int) -> Measured<Double> {
    guard layerCount > 0, layerCount <= 4_096 else {
      return .undefined(UndefinedReason(.emptyInput, "\(layerCount) layers"))
    }
    let members = Set(set)
    let isMember = (0..<layerCount).map(members.contains)
    let period =
      (1...layerCount).first { shift in
        layerCount % shift == 0
          && (0..<layerCount).allSatisfy { isMember[$0] == isMember[($0 + shift) % layerCount] }
      } ?? layerCount
    return .defined(1 / Double(period))
  }
}
