import ArgumentParser
import CanonicalJSON
import Model
import Probing

/// `referee model logits MODEL --tokens 1,2,3`: the logits after every token.
struct ModelLogitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logits", abstract: "Compute the logits after every token of a text.")

  @OptionGroup var options: ModelOptions

  @Option(help: "Token ids, separated by commas.")
  var tokens: TokenList

  @Option(help: "Write all logits as float32 [tokens, vocabulary].")
  var npy: String?

  @Option(help: "Most probable tokens to print after the last token.")
  var top = 10

  @OptionGroup var change: InterventionOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let model = try options.open()
    let logits: [Float]
    if let intervention = try change.intervention() {
      logits = try IntervenedModel(model, intervention).logits(tokens.tokens)
    } else {
      logits = try model.forward([
        .init(state: model.newSequence(), tokens: tokens.tokens, logits: .all)
      ])[0]
    }
    let vocabulary = model.configuration.vocabularySize
    if let npy {
      try FileAccess.write(
        NumpyFile.bytes(logits, shape: [tokens.tokens.count, vocabulary]), to: npy)
    }
    let last = Array(logits.suffix(vocabulary))
    let order = last.indices.sorted { (last[$1], $0) < (last[$0], $1) }.prefix(max(0, top))
    if global.json {
      let best = order.map { id -> JSONValue in
        ["token": ModelDocument.integer(id), "logit": .number(Double(last[id]))]
      }
      let document: JSONValue = [
        "schema": "referee/model-logits/v1", "engine": ModelDocument.engine(model),
        "tokens": ModelDocument.tokens(tokens.tokens),
        "vocabulary_size": ModelDocument.integer(vocabulary), "top": .array(best),
      ]
      printOutput(try document.prettyText())
    } else {
      for id in order { printOutput("\(id)\t\(last[id])\n") }
    }
  }
}
