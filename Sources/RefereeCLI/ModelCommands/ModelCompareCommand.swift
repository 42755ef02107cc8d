import ArgumentParser
import CanonicalJSON
import Model
import Probing

/// `referee model compare MODEL --tokens … --intervene neurons.json`: the three implementations
/// against each other, liveness, and the no-op check.
struct ModelCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare the three implementations of an intervention on the same weights.",
    discussion: """
      Prints, for each implementation, whether alpha = 1 leaves every bit of the untouched model, \
      and for each dose the largest logit difference against alpha = 1, the share of tokens that \
      change, and the largest difference between implementations as a share of the logits. \
      The gate fails when an anchor is not exact or a difference exceeds 1e-4.
      """)

  @OptionGroup var options: ModelOptions

  @Option(help: "Token ids, separated by commas.")
  var tokens: TokenList

  @Option(help: "JSON file with the neuron set.")
  var intervene: String

  @Option(help: "A dose; may be repeated.")
  var alpha: [Double] = [0, 3]

  @Option(name: .customLong("max-tokens"), help: "Tokens of the greedy responses compared.")
  var maximumTokens = 8

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let model = try options.open()
    let neurons = try NeuronSet(json: JSONValue(parsing: FileAccess.read(intervene)))
    var reasons: [String] = []
    var rows: [JSONValue] = []
    for implementation in Intervention.Implementation.allCases {
      let probe = LivenessProbe(
        model: model, target: .neurons(neurons), implementation: implementation,
        prompts: [tokens.tokens], maximumTokens: maximumTokens)
      let isExact = try probe.anchorIsExact()
      if !isExact { reasons.append("\(implementation.rawValue): alpha = 1 changes bits") }
      let doses = try probe.run(doses: alpha).map { figures -> JSONValue in
        [
          "alpha": .number(figures.alpha),
          "largest_logit_difference": .number(Double(figures.largestLogitDifference)),
          "changed_token_share": figures.changedTokenShare.map(JSONValue.number) ?? .null,
          "changed_response_share": figures.changedResponseShare.map(JSONValue.number) ?? .null,
        ]
      }
      rows.append([
        "implementation": .string(implementation.rawValue), "anchor_is_exact": .bool(isExact),
        "doses": .array(doses),
      ])
    }
    var agreements: [JSONValue] = []
    for dose in alpha {
      let share = try disagreement(model, neurons, dose)
      if share > 1e-4 { reasons.append("alpha = \(dose): implementations differ by \(share)") }
      agreements.append(["alpha": .number(dose), "largest_relative_difference": .number(share)])
    }
    let document: JSONValue = [
      "schema": "referee/model-compare/v1", "engine": ModelDocument.engine(model),
      "neurons": ModelDocument.integer(neurons.neurons.count),
      "implementations": .array(rows), "agreement": .array(agreements),
    ]
    printOutput(try document.prettyText())
    if !reasons.isEmpty { throw GateFailure(reasons: reasons) }
  }

  /// The largest logit difference between two implementations, as a share of the largest logit.
  private func disagreement(
    _ model: LanguageModel, _ neurons: NeuronSet, _ alpha: Double
  ) throws -> Double {
    let logits = try Intervention.Implementation.allCases.map {
      try IntervenedModel(
        model, Intervention(neurons: neurons, alpha: alpha, implementation: $0)
      ).logits(tokens.tokens)
    }
    let scale = logits[0].reduce(0) { max($0, abs($1)) }
    var largest: Float = 0
    for first in logits.indices {
      for second in logits.indices where second > first {
        for (a, b) in zip(logits[first], logits[second]) { largest = max(largest, abs(a - b)) }
      }
    }
    return scale > 0 ? Double(largest / scale) : 0
  }
}
