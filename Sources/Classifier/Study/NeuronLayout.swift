import CanonicalJSON

/// A neuron of a Mixture-of-Experts model.
public struct Neuron: Sendable, Hashable {
  public var layer: Int
  /// `nil` is the shared expert.
  public var expert: Int?
  public var index: Int

  public init(layer: Int, expert: Int?, index: Int) {
    self.layer = layer
    self.expert = expert
    self.index = index
  }
}

/// The order of neurons in the columns: by layer, then routed experts, then the shared expert.
///
/// ```
/// column = (layer · (E + 1) + e) · width + index,  e = E for the shared expert
/// ```
/// A dense model has E = 0: one "shared" expert a layer.
public struct NeuronLayout: Sendable, Hashable {
  public var routedExpertsPerLayer: Int
  public var neuronsPerExpert: Int

  public init(routedExpertsPerLayer: Int, neuronsPerExpert: Int) {
    self.routedExpertsPerLayer = routedExpertsPerLayer
    self.neuronsPerExpert = neuronsPerExpert
  }

  public func neuron(column: Int) -> Neuron {
    let group = column / neuronsPerExpert
    let expert = group % (routedExpertsPerLayer + 1)
    return Neuron(
      layer: group / (routedExpertsPerLayer + 1),
      expert: expert == routedExpertsPerLayer ? nil : expert, index: column % neuronsPerExpert)
  }

  public func column(_ neuron: Neuron) -> Int {
    let expert = neuron.expert ?? routedExpertsPerLayer
    return (neuron.layer * (routedExpertsPerLayer + 1) + expert) * neuronsPerExpert + neuron.index
  }

  var json: JSONValue {
    [
      "routedExpertsPerLayer": .integer(Int64(routedExpertsPerLayer)),
      "neuronsPerExpert": .integer(Int64(neuronsPerExpert)),
    ]
  }

  init?(_ json: JSONValue?) {
    guard let routed = json?["routedExpertsPerLayer"]?.intValue, (0...1 << 20).contains(routed),
      let width = json?["neuronsPerExpert"]?.intValue, (1...1 << 24).contains(width)
    else { return nil }
    self.init(routedExpertsPerLayer: routed, neuronsPerExpert: width)
  }
}

extension TileStore {
  /// How columns map to neurons; `nil` for a general matrix.
  public var layout: NeuronLayout? { NeuronLayout(manifest["layout"]) }

  /// Share of rows in which each column is non-zero, by column.
  public func exposures(of columns: [Int]) -> [Int: Double] {
    var result: [Int: Double] = [:]
    for (column, slot) in slots(ofColumns: Set(columns)) {
      result[column] = Double(self.slot(slot).count) / Double(rowCount)
    }
    return result
  }
}
