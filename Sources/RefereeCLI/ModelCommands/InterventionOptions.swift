import ArgumentParser
import CanonicalJSON
import Foundation
import Probing

/// A dose on a neuron set, and biases on experts.
struct InterventionOptions: ParsableArguments {
  @Option(help: "JSON file with the neuron set: [[layer, expert or \"shared\", index], …].")
  var intervene: String?

  @Option(help: "Factor on the activations of the set: 1 changes nothing, 0 suppresses.")
  var alpha: Double = 1

  @Option(help: "expert-loop (A), post-hoc (B) or folded (C): the same algebra, three programs.")
  var implementation: Intervention.Implementation = .expertLoop

  @Option(
    name: .customLong("router-bias"),
    help: "LAYER:EXPERT:BIAS, added to a router logit; may be repeated.")
  var routerBiases: [RouterBiasArgument] = []

  /// The intervention, or `nil` when none is asked for.
  func intervention() throws -> Intervention? {
    guard intervene != nil || !routerBiases.isEmpty else { return nil }
    var neurons = NeuronSet([])
    if let intervene {
      neurons = try NeuronSet(json: JSONValue(parsing: FileAccess.read(intervene)))
    }
    return try Intervention(
      neurons: neurons, alpha: alpha, implementation: implementation,
      routerBiases: routerBiases.map(\.bias))
  }
}

struct RouterBiasArgument: ExpressibleByArgument {
  let bias: RouterBias

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let layer = Int(parts[0]), let expert = Int(parts[1]),
      let value = Float(parts[2])
    else { return nil }
    bias = RouterBias(layer: layer, expert: expert, bias: value)
  }
}
