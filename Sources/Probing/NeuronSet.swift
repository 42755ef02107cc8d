public import CanonicalJSON

/// Neurons that are intervened on together, sorted, each once.
public struct NeuronSet: Sendable, Equatable {
  public let neurons: [Neuron]

  public init(_ neurons: some Sequence<Neuron>) {
    self.neurons = Set(neurons).sorted()
  }

  /// Reads `[[layer, expert, index], …]` or `{"neurons": [{"layer":…, "expert":…, "index":…}, …]}`;
  /// the shared expert is `-1` or `"shared"`.
  ///
  /// - Throws: ``ProbingError/badNeuronFile(problem:)``.
  public init(json: JSONValue) throws {
    guard let entries = json.arrayValue ?? json["neurons"]?.arrayValue else {
      throw ProbingError.badNeuronFile(problem: "it holds no list")
    }
    var neurons: [Neuron] = []
    for (position, entry) in entries.enumerated() {
      let layer = entry["layer"] ?? entry[0]
      let expert = entry["expert"] ?? entry[1]
      let index = entry["index"] ?? entry[2]
      guard let layer = layer?.intValue, let index = index?.intValue, layer >= 0, index >= 0 else {
        throw ProbingError.badNeuronFile(problem: "entry \(position) lacks a layer or an index")
      }
      if expert?.stringValue == "shared" || expert?.intValue == -1 {
        neurons.append(Neuron(layer: layer, expert: .shared, index: index))
      } else if let number = expert?.intValue, number >= 0 {
        neurons.append(Neuron(layer: layer, expert: .routed(number), index: index))
      } else {
        throw ProbingError.badNeuronFile(problem: "entry \(position) names no expert")
      }
    }
    self.init(neurons)
  }

  public var json: JSONValue {
    .array(
      neurons.map { neuron in
        let expert: JSONValue =
          switch neuron.expert {
          case .routed(let number): .integer(Int64(number))
          case .shared: "shared"
          }
        return .array([.integer(Int64(neuron.layer)), expert, .integer(Int64(neuron.index))])
      })
  }

  /// Only the neurons of shared, or of routed, experts.
  public func filtered(shared: Bool) -> NeuronSet {
    NeuronSet(neurons.filter { ($0.expert == .shared) == shared })
  }

  /// - Throws: ``ProbingError/noSuchNeuron(layer:expert:index:)``.
  public func check(against layout: NeuronLayout) throws {
    for neuron in neurons where !layout.contains(neuron) {
      let expert =
        switch neuron.expert {
        case .routed(let number): String(number)
        case .shared: "shared"
        }
      throw ProbingError.noSuchNeuron(
        layer: neuron.layer, expert: expert, index: neuron.index)
    }
  }

  /// Indices by layer and expert.
  func grouped() -> [Int: [Neuron.Expert: [Int]]] {
    var groups: [Int: [Neuron.Expert: [Int]]] = [:]
    for neuron in neurons {
      groups[neuron.layer, default: [:]][neuron.expert, default: []].append(neuron.index)
    }
    return groups
  }
}
