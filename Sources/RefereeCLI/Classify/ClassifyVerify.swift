import ArgumentParser
import CanonicalJSON
import Classifier
import Foundation

struct ClassifyVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute the certificates of a fit from the store and the coefficients alone.",
    discussion: """
      Exit status 0 when every certificate stands, 1 when one is refused.
      """)

  @Argument(help: "What `classify fit --json` wrote.") var fit: String
  @OptionGroup var matrix: MatrixOptions
  @Option(help: "Threads.") var jobs = 2
  @Flag(help: "Also recompute every hash of the store.") var hashes = false
  @Flag(help: "Print one JSON document.") var json = false

  func run() throws {
    guard let bytes = FileManager.default.contents(atPath: fit) else {
      throw ClassifierError.fileSystem(path: fit, operation: "read", reason: "no such file")
    }
    let parsed: JSONValue
    do { parsed = try JSONValue(parsing: bytes) } catch {
      throw ClassifierError.malformed(
        file: fit, line: error.line, column: error.column, message: error.message)
    }
    let document = try FitDocument(parsed, name: fit)
    let store = try matrix.open()
    if hashes { try store.verifyIntegrity() }
    let results = try document.verify(against: store, name: fit, threads: jobs)
    if json {
      let checks = results.map { result -> JSONValue in
        [
          "accepted": .bool(result.isAccepted), "objective": .number(result.objective),
          "dual": .number(result.dual), "gap": .number(result.gap),
          "maxKKT": .number(result.maximumViolation),
          "refusals": .array(result.refusals.map(JSONValue.string)),
        ]
      }
      print(
        try JSONValue.object([
          "schema": "referee/classifier-check/v1", "checks": .array(checks),
          "accepted": .bool(results.allSatisfy(\.isAccepted)),
        ]).prettyText(), terminator: "")
    } else {
      for (index, result) in results.enumerated() {
        print(
          "fit \(index + 1): \(result.isAccepted ? "accepted" : "REFUSED"), gap \(result.gap), "
            + "largest violation \(result.maximumViolation)")
        for refusal in result.refusals { print("  \(refusal)") }
      }
    }
    if !results.allSatisfy(\.isAccepted) { throw ExitCode(1) }
  }
}
