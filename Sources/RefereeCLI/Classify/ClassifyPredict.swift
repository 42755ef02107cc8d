import ArgumentParser
import CanonicalJSON
import Classifier
import Foundation

struct ClassifyPredict: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Apply a fitted detector with its frozen threshold to other rows.")

  @Argument(help: "What `classify fit --json` wrote.") var fit: String
  @OptionGroup var matrix: MatrixOptions
  @Option(name: .customLong("C"), help: "Which fit (default: the chosen one, or the only one).")
  var cost: Double?
  @Option(help: "Log odds above which a row is positive; frozen before these rows were seen.")
  var threshold = 0.0
  @Option(help: "labels, 3-vs-1 or 1-vs-1, for the scores; without labels only scores are printed.")
  var rows: RowRule?

  func run() throws {
    guard let bytes = FileManager.default.contents(atPath: fit) else {
      throw ClassifierError.fileSystem(path: fit, operation: "read", reason: "no such file")
    }
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch {
      throw ClassifierError.malformed(
        file: fit, line: error.line, column: error.column, message: error.message)
    }
    let document = try FitDocument(json, name: fit)
    let wanted = cost ?? json["selection"]?["C"]?.doubleValue
    var detector = try document.detector(cost: wanted, name: fit)
    detector.threshold = threshold
    let store = try matrix.open()
    let scores = try detector.scores(on: store)
    let rule = rows ?? (store.rows.allSatisfy { $0.region != nil } ? .threeVersusOne : .labels)
    var result: [String: JSONValue] = [
      "schema": "referee/classifier-predictions/v1", "threshold": .number(threshold),
      "scores": .array(scores.map(JSONValue.number)),
      "predictions": .array(scores.map { .integer($0 > threshold ? 1 : -1) }),
    ]
    if let labels = try? rule.labels(of: store) {
      let summary = DetectorScores(scores: scores, labels: labels, threshold: threshold)
      result["summary"] = summary.json
      let ledger = RowLedger(
        split: "prediction", rows: store.rows, labels: labels,
        isIncluded: [Bool](repeating: true, count: store.rowCount))
      result["ledger"] = .array([ledger.json])
    }
    print(try JSONValue.object(result).prettyText(), terminator: "")
  }
}
