import RawStore
public import Statistics

/// Where in the network the neurons of a detector sit.
public struct LayerProfile: Hashable, Sendable, Identifiable {
  public struct Third: Hashable, Sendable {
    public let name: String
    public let firstLayer: Int
    public let lastLayer: Int
    public let test: LayerConcentration
    public var adjustedPValue: Measured<Double>
  }

  public let detector: String
  /// `[layer]`.
  public let counts: [Int]
  public let total: Int
  public let eligibleCount: Int?
  public let sharedCount: Int
  public let hasExperts: Bool
  public let positiveWeightCount: Int
  public let negativeWeightCount: Int
  public let overdispersion: Measured<Double>
  public let hotspots: Measured<LayerHotspots>
  /// Early, middle and late third of the layers: exploratory, Holm over the three.
  public let thirds: [Third]

  public var id: String { detector }
  public static let maximumLayers = 1_024

  /// - Returns: `nil` when the layers are out of bounds.
  init?(
    detector: String, rows: [NeuronRow], settings: RowAuditSettings
  ) throws(StatisticsError) {
    let last = rows.map(\.layer).max() ?? -1
    guard last >= 0, last < Self.maximumLayers, rows.allSatisfy({ $0.layer >= 0 && $0.count >= 0 })
    else { return nil }
    var counts = [Int](repeating: 0, count: last + 1)
    var eligible = [Int?](repeating: nil, count: last + 1)
    for row in rows {
      counts[row.layer] += row.count
      if let known = row.eligibleCount, known > 0 { eligible[row.layer] = known }
    }
    self.detector = detector
    self.counts = counts
    total = counts.reduce(0, +)
    let known = eligible.compactMap { $0 }
    let isKnown = known.count == counts.count
    eligibleCount = isKnown ? known.reduce(0, +) : nil
    sharedCount = rows.filter(\.isShared).reduce(0) { $0 + $1.count }
    hasExperts = rows.contains { $0.expert != nil } || sharedCount > 0
    positiveWeightCount = rows.count { ($0.weight ?? 0) > 0 }
    negativeWeightCount = rows.count { ($0.weight ?? 0) < 0 }
    let layers = try LayerCounts(
      counts: counts,
      exposures: isKnown ? known.map(Double.init) : [Double](repeating: 1, count: counts.count))
    overdispersion = layers.overdispersion
    hotspots = LayerHotspots.test(layers, seed: settings.seed, analysis: "hotspots/" + detector)
    guard counts.count >= 6 else {
      thirds = []
      return
    }
    var thirds: [Third] = []
    for (index, name) in ["early", "middle", "late"].enumerated() {
      let start = index * counts.count / 3
      let end = (index + 1) * counts.count / 3
      let test = try LayerConcentration.test(
        layers, set: Array(start..<end), permutationCount: settings.permutationCount,
        seed: settings.seed, analysis: "third/\(name)/\(detector)")
      thirds.append(
        Third(
          name: name, firstLayer: start, lastLayer: end - 1, test: test,
          adjustedPValue: test.permutationPValue))
    }
    let adjusted = MeasuredFamily.holm(thirds.map(\.adjustedPValue))
    for index in thirds.indices { thirds[index].adjustedPValue = adjusted[index] }
    self.thirds = thirds
  }
}
