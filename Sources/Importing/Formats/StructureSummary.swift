internal import CanonicalJSON
internal import RawStore

/// Where a classifier's neurons are: `structure.positive_counts_by_layer`, `neurons_per_layer` and
/// the weights of the top neurons.
enum StructureSummary: RowFormat {
  static let name = "h-neuron-structure-summary"
  static let maximumLayers = 100_000

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    file.document?["structure"]?["positive_counts_by_layer"]?.arrayValue != nil
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue { [:] }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    guard let document = file.document, let structure = document["structure"],
      let values = structure["positive_counts_by_layer"]?.arrayValue
    else { return }
    let detector = DetectorName.of(document)
    let eligible = structure["neurons_per_layer"]?.intValue
    let counts = try layerCounts(values, file: file)
    let topLines = ElementLines.of(["structure", "top_positive_neurons"], in: file.bytes)
    var named = [Int](repeating: 0, count: counts.count)
    for (index, top) in (structure["top_positive_neurons"]?.arrayValue ?? []).enumerated() {
      let line = index < topLines.count ? topLines[index] : 1
      try sink.row(line) { writer in
        guard let layer = top["layer"]?.intValue, counts.indices.contains(layer),
          let neuron = top["neuron"]?.intValue, neuron >= 0
        else { throw LineRefusal("layer or neuron is missing or out of range") }
        try writer.addNeuron(
          NeuronRow(
            detector: detector, layer: layer, expert: nil, isShared: false, index: neuron,
            weight: top["weight"]?.doubleValue, eligibleCount: eligible), line: line)
        named[layer] += 1
      }
    }
    let lines = ElementLines.of(["structure", "positive_counts_by_layer"], in: file.bytes)
    for (layer, count) in counts.enumerated() {
      let line = layer < lines.count ? lines[layer] : 1
      try sink.row(line) { writer in
        guard count >= named[layer] else {
          throw LineRefusal(
            "layer \(layer) counts \(count) neurons, but \(named[layer]) of them are listed")
        }
        // Listed neurons are rows of their own: this row stands for the rest of the layer.
        try writer.addNeuron(
          NeuronRow(
            detector: detector, layer: layer, expert: nil, isShared: false, index: nil,
            weight: nil, count: count - named[layer], eligibleCount: eligible), line: line)
      }
    }
    let total = counts.reduce(0, +)
    if let stated = document["selected_h_neurons"]?.intValue, stated != total {
      sink.note(nil, "selected_h_neurons says \(stated), the layers sum to \(total)")
    }
  }

  private static func layerCounts(_ values: [JSONValue], file: ProbedFile) throws -> [Int] {
    let counts = values.compactMap(\.intValue)
    guard counts.count == values.count, counts.count <= maximumLayers,
      counts.allSatisfy({ (0...(1 << 40)).contains($0) })
    else {
      throw ImportError.malformed(
        path: file.file.path, line: nil,
        reason: "positive_counts_by_layer is not a list of counts")
    }
    return counts
  }
}
