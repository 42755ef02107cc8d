import CanonicalJSON
public import RawStore

/// Where a run of ours routed the tokens of its training responses, from its record in the store.
///
/// Counts of every token of those responses: nothing is sampled, so nothing has an interval.
public struct RoutingFigures: Hashable, Sendable {
  /// Tokens of the answer span, and all other tokens of the response.
  public enum Region: String, CaseIterable, Sendable {
    case answer, other
  }

  /// One routed expert on the tokens of one region.
  public struct Load: Hashable, Sendable {
    /// Tokens that chose it.
    public let selected: Double
    /// Sum of its routing weights.
    public let weight: Double
  }

  public struct Layer: Hashable, Sendable {
    public let index: Int
    /// By region, then by expert.
    public internal(set) var loads: [Region: [Load]] = [:]
  }

  public struct Neuron: Hashable, Sendable {
    public let layer: Int
    /// `nil` is a shared expert.
    public let expert: Int?
    public let index: Int
    public let weight: Double
    /// Share of tokens on which it was live, by region.
    public let exposure: [Region: Double]
  }

  public private(set) var layerCount = 0
  /// 0 in a dense model.
  public private(set) var routedExpertCount = 0
  /// Neurons of one routed expert; 0 in a dense model.
  public private(set) var routedSize = 0
  /// Neurons of the shared expert of a layer, or of its dense block.
  public private(set) var sharedSize = 0
  public private(set) var tokens: [Region: Double] = [:]
  public private(set) var layers: [Layer] = []
  /// H-neurons, the largest weight first.
  public private(set) var neurons: [Neuron] = []

  public static let schema = "referee/run-route/v1"

  /// - Returns: `nil` without a record of that schema that states the model, and with several that
  ///   differ: counts of two runs are no counts of one.
  public init?(_ runs: [RunRecord]) {
    let documents = Set(
      runs.map(\.document).filter {
        (try? JSONValue(parsing: $0))?["schema"]?.stringValue == Self.schema
      })
    guard documents.count == 1, let text = documents.first,
      let document = try? JSONValue(parsing: text)
    else { return nil }
    for row in document["rows"]?.arrayValue ?? [] { read(row) }
    guard layerCount > 0, routedSize + sharedSize > 0,
      layers.allSatisfy({ layer in
        layer.loads.values.allSatisfy { $0.count == routedExpertCount }
      })
    else { return nil }
    layers.sort { $0.index < $1.index }
    neurons.sort {
      ($1.weight, $0.layer, $0.expert ?? .max, $0.index)
        < ($0.weight, $1.layer, $1.expert ?? .max, $1.index)
    }
  }

  private mutating func read(_ row: JSONValue) {
    switch row["kind"]?.stringValue {
    case "model":
      func size(_ key: String) -> Int { min(max(0, row[key]?.intValue ?? 0), 1 << 15) }
      layerCount = size("layers")
      routedExpertCount = size("routedExperts")
      routedSize = size("routedSize")
      sharedSize = size("sharedSize")
    case "expert":
      guard let layer = row["layer"]?.intValue else { return }
      let place =
        layers.firstIndex { $0.index == layer }
        ?? {
          layers.append(Layer(index: layer))
          return layers.count - 1
        }()
      for region in Region.allCases {
        guard let load = row[region.rawValue], let total = load["tokens"]?.doubleValue,
          let selected = load["selected"]?.doubleValue, let weight = load["weight"]?.doubleValue
        else { continue }
        tokens[region] = total
        layers[place].loads[region, default: []].append(Load(selected: selected, weight: weight))
      }
    case "neuron":
      guard let layer = row["layer"]?.intValue, let index = row["index"]?.intValue,
        let weight = row["weight"]?.doubleValue
      else { return }
      var exposure: [Region: Double] = [:]
      for region in Region.allCases {
        exposure[region] = row["exposure-" + region.rawValue]?.doubleValue
      }
      neurons.append(
        Neuron(
          layer: layer, expert: row["expert"]?.intValue, index: index, weight: weight,
          exposure: exposure))
    default: return
    }
  }

  // MARK: - What follows from the counts

  public var isDense: Bool { routedExpertCount == 0 }

  public var neuronCount: Int { layerCount * (routedExpertCount * routedSize + sharedSize) }

  /// Experts that a token of a region chose, on average over the layers.
  public func chosenPerToken(_ region: Region) -> Double? {
    guard let count = tokens[region], count > 0, !layers.isEmpty else { return nil }
    let selected = layers.reduce(0) { sum, layer in
      sum + (layer.loads[region] ?? []).reduce(0) { $0 + $1.selected }
    }
    return selected / count / Double(layers.count)
  }

  /// Neurons that a token of a region makes live: those of the chosen and of the shared experts.
  public func livePerToken(_ region: Region) -> Double? {
    if isDense { return Double(neuronCount) }
    return chosenPerToken(region).map {
      Double(layerCount) * ($0 * Double(routedSize) + Double(sharedSize))
    }
  }

  /// H-neurons that a token of a region makes live, on average.
  public func liveNeurons(_ region: Region, shared: Bool? = nil) -> Double? {
    var sum = 0.0
    for neuron in neurons where shared == nil || shared == (neuron.expert == nil) {
      guard let exposure = neuron.exposure[region] else { return nil }
      sum += exposure
    }
    return sum
  }

  /// Half the summed differences of two distributions over experts, 0 … 1.
  public static func totalVariation(_ left: [Load], _ right: [Load]) -> Double? {
    let (a, b) = (left.reduce(0) { $0 + $1.selected }, right.reduce(0) { $0 + $1.selected })
    guard a > 0, b > 0, left.count == right.count else { return nil }
    return zip(left, right).reduce(0) { $0 + abs($1.0.selected / a - $1.1.selected / b) } / 2
  }
}
