internal import CanonicalJSON
internal import Provenance
internal import RawStore

/// Per-dose JSON Lines of an H-neuron intervention: one object a line with `id`, `alpha`, an
/// outcome such as `compliance`, and perhaps `response` and `parse_failure`.
enum DoseRows: RowFormat {
  static let name = "dose-jsonl"

  /// Keys that are outcomes, in the order in which they are looked for; the key is the endpoint.
  static let endpoints = ["compliance", "hallucination", "correct", "refusal", "outcome"]

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    guard file.isLines, let first = file.firstObject, first["id"] != nil else { return false }
    let hasDose = first["alpha"] != nil || ArmPath(file.file, options: options).dose != nil
    return hasDose && endpoints.contains { first[$0] != nil }
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue {
    let path = ArmPath(file.file, options: options)
    return [
      "benchmark": .string(path.benchmark), "configuration": .string(path.configuration),
      "neuronSet": .string(path.neuronSet), "isControl": .bool(path.isControl),
      "dose": path.dose.map(JSONValue.number) ?? .null,
      "endpoint": options.endpoint.map(JSONValue.string) ?? .null,
      "judge": options.judge.map(JSONValue.string) ?? .null,
    ]
  }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    let path = ArmPath(file.file, options: sink.options)
    let options = sink.options
    let endpoint = endpoints.first { file.firstObject?[$0] != nil } ?? "outcome"
    try LineReader(file.file).forEachLine { bytes, line in
      guard let members = ProbedFile.object(bytes, line: line, sink: &sink) else { return true }
      try sink.row(line) { writer in
        try add(members, path: path, key: endpoint, line: line, writer: writer, options: options)
      }
      return true
    }
  }

  private static func add(
    _ members: [String: JSONValue], path: ArmPath, key: String, line: Int, writer: RowWriter,
    options: ImportOptions
  ) throws {
    let item = try RowFields.item(members["id"], key: "id")
    let dose = try dose(members, path: path)
    let outcome = try RowFields.outcome(members, key: key)
    let arm = Arm(
      benchmark: path.benchmark, configuration: path.configuration, neuronSet: path.neuronSet,
      isControl: path.isControl, endpoint: options.endpoint ?? key,
      judge: options.judge ?? members["judge"]?.stringValue ?? "")
    let replicate = try RowFields.replicate(members["replicate"])
    try writer.addOutcome(
      series: try writer.series(arm, dose: dose, replicate: replicate),
      item: try writer.item(item), code: try writer.code(outcome),
      response: try RowFields.response(members, writer: writer), line: line)
  }

  private static func dose(_ members: [String: JSONValue], path: ArmPath) throws -> Double {
    guard let value = members["alpha"] else {
      guard let dose = path.dose else { throw LineRefusal("the key alpha is missing") }
      return dose
    }
    guard let dose = value.doubleValue, dose.isFinite else {
      throw LineRefusal("alpha is not a number")
    }
    if let expected = path.dose, expected != dose {
      throw LineRefusal(
        "alpha is \(dose), but the file's name says \(expected); the file holds rows of another run"
      )
    }
    return dose
  }
}
