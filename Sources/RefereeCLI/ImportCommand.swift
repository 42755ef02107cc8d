import ArgumentParser
import CanonicalJSON
import Foundation
import Importing
import RawStore
import Study

/// `referee import PATH… --store S`: other tools' rows into a raw store.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Import rows of other tools into a raw store.",
    discussion: """
      Formats are recognised by their content: per-dose H-neuron JSON Lines (the arm is read from \
      the path), consistency samples, answer tokens, classifier and structure summaries, id lists, \
      provenance sidecars, lm-evaluation-harness samples and results, Inspect logs (.json, .eval), \
      and CSV. An import is one transaction: all of it or nothing. Importing a file twice changes \
      nothing; rows that contradict each other are an error that shows both.
      """)

  @Argument(help: "Files and folders.", completion: .file())
  var paths: [String]

  @Option(name: .long, help: "The store; made if missing.", completion: .file())
  var store: String

  @Option(name: .long, help: "Name of the study (default: the folder's).")
  var study: String?

  @Option(name: .long, help: "Name of the benchmark, instead of what files and paths say.")
  var benchmark: String?

  @Option(name: .long, help: "Name of the configuration, likewise.")
  var configuration: String?

  @Option(name: .customLong("neuron-set"), help: "Name of the neuron set, likewise.")
  var neuronSet: String?

  @Option(name: .long, help: "What a true outcome means, likewise.")
  var endpoint: String?

  @Option(name: .long, help: "Name of the judge, likewise.")
  var judge: String?

  @Option(name: .long, help: "Which column is what, for CSV (YAML or JSON).", completion: .file())
  var mapping: String?

  @Flag(name: .customLong("no-text"), help: "Store the SHA-256 of responses, not their text.")
  var noText = false

  @Flag(help: "Import nothing if a line is rejected or a file is not recognised.")
  var strict = false

  @OptionGroup var global: GlobalOptions

  func run() throws {
    var options = ImportOptions()
    options.study = study
    options.benchmark = benchmark
    options.configuration = configuration
    options.neuronSet = neuronSet
    options.endpoint = endpoint
    options.judge = judge
    options.keepsText = !noText
    options.isStrict = strict
    for path in paths where !FileManager.default.fileExists(atPath: path) {
      throw FileAccessError.missing(path: path)
    }
    if let mapping { options.mapping = try RowMapping(file: mapping) }
    let store = try RawStore(path: store, access: .readWrite)
    let report = try Importer.run(
      paths: paths, into: store, options: options, tool: ToolVersion.text,
      host: ProcessInfo.processInfo.hostName, at: Date.now.ISO8601Format())
    try store.close()
    printOutput(try global.json ? report.json.prettyText() : report.text)
    guard report.isCommitted else { throw ImportRefused(summary: report.summary) }
  }
}

/// The rows contradict each other, or `--strict` met a line that is none; the report is printed.
struct ImportRefused: Error, CustomStringConvertible {
  let summary: String

  var description: String { summary + "; mend the files and import again" }
}
