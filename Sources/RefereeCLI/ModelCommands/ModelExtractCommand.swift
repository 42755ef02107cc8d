import ArgumentParser
import CanonicalJSON
import Classifier
import Model
import Probing

/// `referee model extract MODEL --samples FILE.jsonl --store DIR`: contributions of many samples into
/// a tile store.
struct ModelExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Write the contributions of many samples into a tile store, resumably.",
    discussion: """
      FILE.jsonl has one sample a line: {"item": "q1", "tokens": [1, 2, …], \
      "answer": [[first, end], …], "other": [[first, end], …], "prompt_tokens": 12, \
      "outcome": true}. Without "other", all tokens outside the answer are the others. Each region \
      gives one row. Run the same command again to resume; batch and threads change no byte. The \
      store is read by referee classify.
      """)

  @OptionGroup var options: ModelOptions

  @Option(help: "JSON lines with the samples.")
  var samples: String

  @Option(help: "Folder of the store.")
  var store: String

  @Option(help: "Denominator: block, expert or residual.")
  var denominator: ContributionVariant.Denominator = .block

  @Flag(name: .customLong("without-gate"), help: "Leave the routing weight out of the numerator.")
  var withoutGate = false

  @Option(help: "Tokens outside the answer: all or response.")
  var other: ExtractionSample.OtherTokens = .all

  @Option(name: .customLong("dtype"), help: "f16 or f32.")
  var valueType: StoreValueType = .f16

  @Flag(
    name: .customLong("hidden-states"),
    help: "Also write hidden.npy: mean residual stream by row and layer.")
  var hiddenStates = false

  @Option(name: .customLong("batch-tokens"), help: "Tokens that run together.")
  var batchTokens = 1024

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard valueType != .f64 else { throw ValidationError("--dtype must be f16 or f32") }
    guard (1...1 << 20).contains(batchTokens) else {
      throw ValidationError("--batch-tokens must be in 1...1048576")
    }
  }

  func run() throws {
    let list = try ExtractionSample.list(
      jsonLines: FileAccess.read(samples, limitBytes: 1 << 30), otherTokens: other)
    let model = try options.open()
    let extraction = ContributionExtraction(
      model: model, norms: DownProjectionNorms(model),
      settings: ExtractionSettings(
        variant: ContributionVariant(denominator: denominator, includesGate: !withoutGate),
        valueType: valueType, recordsHiddenStates: hiddenStates, batchTokens: batchTokens))
    let total = ContributionExtraction.rowCount(list)
    let progress = Progress("rows", total: total, isSilent: global.quiet)
    let outcome = try extraction.run(list, into: store) { done, _ in
      progress.update(done: done)
    }
    progress.finish()
    if global.json {
      let document: JSONValue = [
        "schema": "referee/model-extract/v1", "engine": ModelDocument.engine(model),
        "rows": ModelDocument.integer(outcome.rowCount),
        "resumed_rows": ModelDocument.integer(outcome.resumedRows),
        "empty_regions": ModelDocument.integer(outcome.emptyRegions), "store": .string(store),
      ]
      printOutput(try document.prettyText())
    } else {
      printOutput(
        "\(outcome.rowCount) rows (\(outcome.resumedRows) from earlier runs), "
          + "\(outcome.emptyRegions) empty regions, in \(store)\n")
    }
  }
}
