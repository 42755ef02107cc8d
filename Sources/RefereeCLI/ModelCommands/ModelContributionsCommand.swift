import ArgumentParser
import CanonicalJSON
import Model
import Probing

/// `referee model cett MODEL --tokens … --region 10:20`: mean contributions of every neuron.
struct ModelContributionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cett",
    abstract: "Measure the mean contribution of every neuron in regions of a text.",
    discussion: """
      Contribution of neuron j of expert e at a token: w_e |z_j| ‖D_e[:, j]‖ / ‖y‖. The regions are \
      averaged separately; without --region all tokens are one region.
      """)

  @OptionGroup var options: ModelOptions

  @Option(help: "Token ids, separated by commas.")
  var tokens: TokenList

  @Option(help: "Token positions first:end, the end not included; may be repeated.")
  var region: [PositionRange] = []

  @Option(help: "Denominator: block, expert or residual.")
  var denominator: ContributionVariant.Denominator = .block

  @Flag(name: .customLong("without-gate"), help: "Leave the routing weight out of the numerator.")
  var withoutGate = false

  @Option(help: "Write the means as float32 [regions, layers, experts + shared, neurons].")
  var npy: String?

  @Option(help: "Neurons with the largest mean to print for each region.")
  var top = 10

  @OptionGroup var change: InterventionOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let model = try options.open()
    let intervention = try change.intervention()
    if intervention?.implementation == .folded {
      throw ValidationError("contributions run with expert-loop or post-hoc interventions")
    }
    let ranges = region.isEmpty ? [0..<tokens.tokens.count] : region.map(\.range)
    let probe = ContributionProbe(
      model: model, norms: DownProjectionNorms(model),
      variant: ContributionVariant(denominator: denominator, includesGate: !withoutGate))
    let sample = ContributionProbe.Sample(
      tokens: tokens.tokens,
      regions: ranges.map {
        TokenRegion(name: "\($0.lowerBound):\($0.upperBound)", positions: $0)
      })
    let result = try probe.run([sample], intervention: intervention)[0]
    let layout = probe.norms.layout
    if let npy {
      try FileAccess.write(
        NumpyFile.bytes(result.regions.flatMap(\.means), shape: shape(layout, ranges.count)),
        to: npy)
    }
    printOutput(
      global.json
        ? try document(result, layout: layout, model: model).prettyText()
        : text(result, layout: layout))
  }

  /// Rectangular when shared and routed experts are equally wide, else flat.
  private func shape(_ layout: NeuronLayout, _ regions: Int) -> [Int] {
    if layout.expertCount == 0 { return [regions, layout.layerCount, 1, layout.sharedSize] }
    if layout.sharedSize == layout.routedSize {
      return [regions, layout.layerCount, layout.expertCount + 1, layout.routedSize]
    }
    return [regions, layout.layerCount, layout.neuronsPerLayer]
  }

  private func largest(_ region: RegionContributions) -> [Int] {
    let means = region.means
    return Array(
      means.indices.sorted { (means[$1], $0) < (means[$0], $1) }.prefix(max(0, top)))
  }

  private func expertName(_ neuron: Neuron) -> String {
    switch neuron.expert {
    case .routed(let number): String(number)
    case .shared: "shared"
    }
  }

  private func text(_ result: SampleContributions, layout: NeuronLayout) -> String {
    result.regions.map { region in
      let rows = largest(region).map { position in
        let neuron = layout.neuron(at: position)
        // A dense model has one block a layer and no experts to name.
        let expert = layout.expertCount == 0 ? "" : "expert \(expertName(neuron)), "
        return "  layer \(neuron.layer), \(expert)neuron \(neuron.index): "
          + "\(region.means[position])\n"
      }
      return "region \(region.name), \(region.tokenCount) tokens\n" + rows.joined()
    }.joined()
  }

  private func document(
    _ result: SampleContributions, layout: NeuronLayout, model: LanguageModel
  ) -> JSONValue {
    let regions = zip(result.regions, result.routing).map { region, routing -> JSONValue in
      let rows = largest(region).map { position -> JSONValue in
        let neuron = layout.neuron(at: position)
        return [
          "layer": ModelDocument.integer(neuron.layer), "expert": .string(expertName(neuron)),
          "index": ModelDocument.integer(neuron.index),
          "mean": .number(Double(region.means[position])),
        ]
      }
      return [
        "region": .string(region.name), "tokens": ModelDocument.integer(region.tokenCount),
        "undefined_cells": ModelDocument.integer(region.undefinedCount), "largest": .array(rows),
        "selection_counts": .array(routing.selectionCounts.map(ModelDocument.integer)),
      ]
    }
    return [
      "schema": "referee/model-cett/v1", "engine": ModelDocument.engine(model),
      "denominator": .string(denominator.rawValue), "gate_in_numerator": .bool(!withoutGate),
      "neurons": ModelDocument.integer(layout.count), "regions": .array(regions),
    ]
  }
}
