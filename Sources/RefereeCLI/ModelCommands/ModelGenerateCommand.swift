import ArgumentParser
import CanonicalJSON
import Model
import Probing
import Tokenizer

/// `referee model generate MODEL --prompt …`: greedy or sampled text, with or without intervention.
struct ModelGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Generate responses to prompts.",
    discussion: """
      A single response is printed while it is generated. With --tokens, and only then, ids are \
      printed and no tokenizer is needed. Responses end with the end tokens of the checkpoint, its \
      tokenizer and its chat template; ids without a token are never chosen. --json adds tokens, \
      the thinking section apart from the answer, and where the answer starts.
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var prompt: PromptOptions

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
    let checkpoint =
      prompt.tokens == nil ? try CheckpointTokenizer.open(path: options.model) : nil
    let prompts = try prompt.resolve(checkpoint, item: item)
    let model = try options.open()
    var ends = ignoreEnd ? [] : model.configuration.endTokens.compactMap { Int32(exactly: $0) }
    if !ignoreEnd, let checkpoint { ends += checkpoint.endTokens }
    let sampling: Sampling =
      greedy
      ? .greedy : .random(temperature: temperature, topK: topK == 0 ? nil : topK, topP: topP)
    let masked = Set(checkpoint?.tokenizer.unusedTokens ?? [])
    let requests = prompts.flatMap { prompt in
      (0..<responses).map {
        GenerationRequest(
          prompt: prompt.tokens, maximumTokens: maximumTokens,
          stopTokens: Set(ends + (stop?.tokens ?? [])), sampling: sampling,
          vocabularyLimit: vocabularyLimit ?? checkpoint?.tokenizer.vocabularySize,
          maskedTokens: masked, seed: seed, item: prompt.item, responseIndex: $0)
      }
    }
    var stream = requests.count == 1 && !global.json ? checkpoint.map(TextStream.init) : nil
    var failure: (any Error)?
    let onToken = { (_: Int, token: Int32) in
      do { try stream?.print(token) } catch { failure = failure ?? error }
    }
    let answers: [GeneratedResponse]
    if let intervention = try change.intervention() {
      answers = try IntervenedModel(model, intervention)
        .generate(requests, batchSize: batchSize, onToken: onToken)
    } else {
      answers = try model.generate(requests, batchSize: batchSize, onToken: onToken)
    }
    if let failure { throw failure }
    if stream != nil {
      stream?.finish()
      if answers.first?.tokens.isEmpty == true, maximumTokens > 0 {
        global.note(
          prompt.prompt == nil
            ? "the model ended its response at once"
            : "the model ended at once; models tuned for instructions want --chat-prompt")
      }
      return
    }
    let report = GenerationReport(
      prompts: prompts, answers: answers, responses: responses, checkpoint: checkpoint)
    printOutput(
      global.json
        ? try report.document(model, isFile: prompt.prompts != nil).prettyText()
        : try report.text())
  }
}

/// Prints a response while it is generated.
private struct TextStream {
  private var decoder: StreamingDecoder

  init(_ checkpoint: CheckpointTokenizer) { decoder = StreamingDecoder(checkpoint.tokenizer) }

  mutating func print(_ token: Int32) throws { printOutput(try decoder.append(token)) }

  mutating func finish() { printOutput(decoder.finish() + "\n") }
}
