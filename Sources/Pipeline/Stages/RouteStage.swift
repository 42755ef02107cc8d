internal import CanonicalJSON
internal import Classifier
internal import Foundation
internal import Probing

/// Where the tokens of the training responses were routed, by region.
struct RouteStage {
  /// The model whose tokens were routed.
  let layout: Probing.NeuronLayout

  /// A row `{kind: model}`, rows `{layer, expert, answer, other}` with selection counts, weight sums
  /// and tokens, and one row `{exposure}` for each H-neuron.
  func run(
    store path: String, neurons: [JSONValue], folder: String
  ) throws -> [JSONValue] {
    let store = try TileStore(path: path)
    let tokens = try FloatArray(path: path + "/regions.npy")
    let model: JSONValue = [
      "kind": "model", "layers": .integer(Int64(layout.layerCount)),
      "routedExperts": .integer(Int64(layout.expertCount)),
      "routedSize": .integer(Int64(layout.routedSize)),
      "sharedSize": .integer(Int64(layout.sharedSize)),
    ]
    if layout.expertCount == 0 {
      // A dense model routes nothing: every neuron is always live.
      return [model]
        + neurons.map { neuronRow($0, ["answer": (1, [], []), "other": (1, [], [])], 0) }
    }
    let routing = try FloatArray(path: path + "/routing.npy")
    guard routing.shape.count == 4, routing.shape[0] == store.rows.count,
      tokens.shape == [store.rows.count, 2]
    else { throw PipelineError.damagedStage(folder: path, problem: "routing.npy does not fit") }
    let (layers, experts) = (routing.shape[1], routing.shape[2])
    var rows: [JSONValue] = [model]
    var sums = [String: (tokens: Double, counts: [Double], weights: [Double])]()
    for (index, row) in store.rows.enumerated() {
      let name = row.region?.rawValue ?? "other"
      var sum =
        sums[name]
        ?? (
          0, [Double](repeating: 0, count: layers * experts),
          [Double](repeating: 0, count: layers * experts)
        )
      sum.tokens += Double(tokens.values[index * 2])
      for cell in 0..<layers * experts {
        let place = (index * layers * experts + cell) * 2
        sum.counts[cell] += Double(routing.values[place])
        sum.weights[cell] += Double(routing.values[place + 1])
      }
      sums[name] = sum
    }
    for layer in 0..<layers {
      for expert in 0..<experts {
        var row: [String: JSONValue] = [
          "kind": "expert", "layer": .integer(Int64(layer)), "expert": .integer(Int64(expert)),
        ]
        for (region, sum) in sums {
          let cell = layer * experts + expert
          row[region] = [
            "tokens": .number(sum.tokens), "selected": .number(sum.counts[cell]),
            "weight": .number(sum.weights[cell]),
          ]
        }
        rows.append(.object(row))
      }
    }
    return rows + neurons.map { neuron in neuronRow(neuron, sums, experts) }
  }

  /// How often the neuron's expert was chosen; a shared neuron is always live.
  private func neuronRow(
    _ neuron: JSONValue, _ sums: [String: (tokens: Double, counts: [Double], weights: [Double])],
    _ experts: Int
  ) -> JSONValue {
    var row = neuron.objectValue ?? [:]
    row["kind"] = "neuron"
    for (region, sum) in sums where sum.tokens > 0 {
      guard let layer = neuron["layer"]?.intValue else { continue }
      let share =
        neuron["expert"]?.intValue.map { sum.counts[layer * experts + $0] / sum.tokens } ?? 1
      row["exposure-" + region] = .number(share)
    }
    return .object(row)
  }
}

/// A little-endian f32 array of a `.npy` file.
struct FloatArray {
  let shape: [Int]
  let values: [Float]

  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path), data.count >= 10,
      data.prefix(6) == Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59])
    else { throw PipelineError.badFile(path: path, problem: "it is no .npy file") }
    let bytes = Array(data)
    let length = Int(bytes[8]) | Int(bytes[9]) << 8
    guard bytes[6] == 1, 10 + length <= bytes.count else {
      throw PipelineError.badFile(path: path, problem: "its header is not of version 1")
    }
    let header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
    guard header.contains("'<f4'"), header.contains("'fortran_order': False"),
      let open = header.firstIndex(of: "("), let close = header[open...].firstIndex(of: ")")
    else { throw PipelineError.badFile(path: path, problem: "it is no f32 array in C order") }
    let numbers = header[header.index(after: open)..<close].split(separator: ",")
      .compactMap { Int($0.filter { $0 != " " }) }
    var count = 1
    for number in numbers {
      let (product, overflow) = count.multipliedReportingOverflow(by: number)
      guard !overflow, number >= 0, product <= bytes.count else {
        throw PipelineError.badFile(path: path, problem: "its shape does not fit the file")
      }
      count = product
    }
    guard bytes.count == 10 + length + count * 4 else {
      throw PipelineError.badFile(path: path, problem: "its shape does not fit the file")
    }
    shape = numbers
    values = bytes.withUnsafeBytes { raw in
      (0..<count).map {
        Float(
          bitPattern: UInt32(
            littleEndian: raw.loadUnaligned(fromByteOffset: 10 + length + $0 * 4, as: UInt32.self)))
      }
    }
  }
}
