import ArgumentParser
import CanonicalJSON
import Model
import Probing

/// `referee model generate MODEL --tokens …`: greedy or sampled text, with or without intervention.
struct ModelGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Generate responses to a prompt.")

  @OptionGroup var options: ModelOptions

  @Option(help: "Token ids of the prompt, separated by commas.")
  var tokens: TokenList

  @Option(name: .customLong("max-tokens"), help: "Tokens at most.")
  var maximumTokens = 32

  @Flag(help: "Always the most probable token.")
  var greedy = false

  @Option(help: "Temperature, when not greedy.")
  var temperature = 1.0

  @Option(name: .customLong("top-k"), help: "Keep the k most probable tokens; 0: all.")
  var topK = 50

  @Option(name: .customLong("top-p"), help: "Keep the shortest list of probability p.")
  var topP = 0.9

  @Option(help: "Responses.")
  var responses = 1

  @Option(help: "Study seed of the random numbers.")
  var seed: UInt64 = 0

  @Option(help: "Item id of the random numbers.")
  var item = ""

  @Option(help: "Tokens that end a response, besides those of the checkpoint.")
  var stop: TokenList?

  @Flag(name: .customLong("ignore-end"), help: "Do not stop at the checkpoint's end tokens.")
  var ignoreEnd = false

  @Option(name: .customLong("vocabulary-limit"), help: "Never choose ids from here on (padding).")
  var vocabularyLimit: Int?

  @Option(name: .customLong("batch-size"), help: "Responses that advance together.")
  var batchSize = 16

  @OptionGroup var change: InterventionOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...100_000).contains(responses) else {
      throw ValidationError("--responses must be in 1...100000")
    }
    guard (0...10_000_000).contains(maximumTokens) else {
      throw ValidationError("--max-tokens must be in 0...10000000")
    }
  }

  func run() throws {
    let model = try options.open()
    let ends = ignoreEnd ? [] : model.configuration.endTokens.compactMap { Int32(exactly: $0) }
    let sampling: Sampling =
      greedy
      ? .greedy : .random(temperature: temperature, topK: topK == 0 ? nil : topK, topP: topP)
    let requests = (0..<responses).map {
      GenerationRequest(
        prompt: tokens.tokens, maximumTokens: maximumTokens,
        stopTokens: Set(ends + (stop?.tokens ?? [])), sampling: sampling,
        vocabularyLimit: vocabularyLimit, seed: seed, item: item, responseIndex: $0)
    }
    let answers: [GeneratedResponse]
    if let intervention = try change.intervention() {
      answers = try IntervenedModel(model, intervention).generate(requests, batchSize: batchSize)
    } else {
      answers = try model.generate(requests, batchSize: batchSize)
    }
    if global.json {
      let list = answers.map { answer -> JSONValue in
        let ending: JSONValue =
          switch answer.ending {
          case .stopToken(let token): ["stop_token": .integer(Int64(token))]
          case .maximumTokens: "maximum_tokens"
          }
        return ["tokens": ModelDocument.tokens(answer.tokens), "ending": ending]
      }
      let document: JSONValue = [
        "schema": "referee/model-generate/v1", "engine": ModelDocument.engine(model),
        "prompt": ModelDocument.tokens(tokens.tokens), "responses": .array(list),
      ]
      printOutput(try document.prettyText())
    } else {
      for answer in answers {
        printOutput(answer.tokens.map(String.init).joined(separator: ",") + "\n")
      }
    }
  }
}
