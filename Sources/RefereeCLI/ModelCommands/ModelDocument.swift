import CanonicalJSON
import Kernels
import Model

/// What every JSON answer about a model carries.
enum ModelDocument {
  static func summary(_ model: LanguageModel) -> JSONValue {
    let summary = model.summary
    let configuration = summary.configuration
    var experts: JSONValue = .null
    if let routed = configuration.experts {
      experts = [
        "count": integer(routed.count), "per_token": integer(routed.perToken),
        "intermediate_size": integer(routed.intermediateSize),
        "normalised": .bool(routed.isNormalised),
      ]
    }
    return [
      "schema": "referee/model-info/v1",
      "engine": engine(model),
      "architecture": .string(configuration.architecture),
      "vocabulary_size": integer(configuration.vocabularySize),
      "hidden_size": integer(configuration.hiddenSize),
      "layers": .array(configuration.mixers.map { .string($0.rawValue) }),
      "query_heads": integer(configuration.queryHeads),
      "key_value_heads": integer(configuration.keyValueHeads),
      "head_size": integer(configuration.headSize),
      "experts": experts,
      "shared_intermediate_size": integer(configuration.sharedIntermediateSize),
      "neurons": integer(summary.neuronCount),
      "active_neurons": integer(summary.activeNeuronCount),
      "weights": integer(summary.weightCount),
      "tied": .bool(summary.isTied),
      "end_tokens": .array(configuration.endTokens.map(integer)),
      "formats": .array(
        summary.shares.map {
          [
            "format": .string($0.format.name), "matrices": integer($0.matrixCount),
            "weights": integer($0.weightCount), "bytes": integer($0.sizeBytes),
          ]
        }),
    ]
  }

  /// What ran, for provenance.
  static func engine(_ model: LanguageModel) -> JSONValue {
    [
      "instruction_set": .string(model.backend.instructionSet.rawValue),
      "activation_mode": .string(model.backend.activationMode.rawValue),
      "threads": integer(model.backend.pool.threadCount),
    ]
  }

  static func integer(_ value: Int) -> JSONValue { .integer(Int64(value)) }

  static func tokens(_ tokens: [Int32]) -> JSONValue {
    .array(tokens.map { .integer(Int64($0)) })
  }
}
