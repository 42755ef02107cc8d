internal import CanonicalJSON
internal import Provenance
internal import RawStore

/// The samples of one Inspect log as rows: a scorer is an endpoint, an epoch a replicate, an error
/// an unscored outcome.
struct InspectRows {
  static let maximumScorers = 100

  private let benchmark: String
  private let configuration: String
  private let neuronSet: String
  private let dose: Double?
  private let judge: String
  private var scorers: [String] = []
  private var unusable: Set<String> = []

  var knowsScorers: Bool { !scorers.isEmpty }

  /// Reads the log's header, and keeps it as the record of the run.
  init(header: JSONValue, path: String, sink: inout RowSink) throws {
    let eval = header["eval"] ?? .null
    guard let task = eval["task"]?.stringValue, !task.isEmpty else {
      throw ImportError.malformed(path: path, line: nil, reason: "the log names no task")
    }
    let model = ModelName(eval["model"]?.stringValue ?? "")
    let alpha = eval["task_args"]?["alpha"]?.doubleValue ?? eval["metadata"]?["alpha"]?.doubleValue
    benchmark = sink.options.benchmark ?? task
    configuration = sink.options.configuration ?? model.configuration
    dose = model.dose ?? alpha
    neuronSet = sink.options.neuronSet ?? (dose == nil ? "none" : "h-neurons")
    judge = sink.options.judge ?? ""
    for scorer in eval["scorers"]?.arrayValue ?? [] {
      if let name = scorer["name"]?.stringValue, scorers.count < Self.maximumScorers {
        scorers.append(name)
      }
    }
    let status = header["status"]?.stringValue ?? "started"
    if status != "success" {
      sink.note(nil, "the evaluation's status is \(status): samples may be missing")
    }
    if eval["revision"]?["dirty"]?.boolValue == true {
      sink.note(nil, "the evaluation's code had changes that are not in its commit")
    }
    var document = header.objectValue ?? [:]
    document["samples"] = nil
    document["reductions"] = nil
    try sink.writer.addRun(
      status: status == "success" ? "completed" : status,
      startedAt: header["stats"]?["started_at"]?.stringValue ?? eval["created"]?.stringValue,
      completedAt: header["stats"]?["completed_at"]?.stringValue,
      document: try JSONValue.object(document).canonicalText())
  }

  /// Learns the scorers' names from samples when the header has none.
  mutating func learnScorers(of samples: [JSONValue]) {
    guard scorers.isEmpty else { return }
    var names: Set<String> = []
    for sample in samples {
      for name in (sample["scores"]?.objectValue ?? [:]).keys { names.insert(name) }
    }
    scorers = Array(names.sorted().prefix(Self.maximumScorers))
  }

  mutating func add(_ sample: JSONValue, line: Int, writer: RowWriter) throws {
    let item = try writer.item(try RowFields.item(sample["id"], key: "id"))
    guard let epoch = sample["epoch"]?.intValue, epoch >= 1 else {
      throw LineRefusal("epoch is missing or is not 1, 2, …")
    }
    let output = sample["output"]
    let text =
      output?["choices"]?[0]?["message"]?["content"]?.stringValue
      ?? output?["completion"]?.stringValue
    let response = try text.map { try writer.response($0) }
    let hasError = sample["error"].map { !$0.isNull } ?? false
    let scores = sample["scores"]?.objectValue ?? [:]
    let names = scores.isEmpty ? (scorers.isEmpty ? ["score"] : scorers) : scores.keys.sorted()
    for name in names.prefix(Self.maximumScorers) {
      let value = scores[name]?["value"]
      if let parts = value?.objectValue {
        for (key, part) in parts.sorted(by: { $0.key < $1.key }) {
          try add(
            hasError ? .unscored("error") : outcome(part, endpoint: "\(name)/\(key)"),
            endpoint: "\(name)/\(key)", item: item, replicate: epoch - 1, response: response,
            line: line, writer: writer)
        }
      } else {
        try add(
          hasError
            ? .unscored("error")
            : value.map { outcome($0, endpoint: name) }
              ?? .unscored("not-judged"), endpoint: name, item: item, replicate: epoch - 1,
          response: response, line: line, writer: writer)
      }
    }
  }

  private func add(
    _ outcome: Outcome?, endpoint: String, item: Int64, replicate: Int, response: SHA256Digest?,
    line: Int, writer: RowWriter
  ) throws {
    guard let outcome else { return }
    let arm = Arm(
      benchmark: benchmark, configuration: configuration, neuronSet: neuronSet,
      endpoint: endpoint, judge: judge)
    try writer.addOutcome(
      series: try writer.series(arm, dose: dose, replicate: replicate), item: item,
      code: try writer.code(outcome), response: response, line: line)
  }

  /// Inspect's letters: C correct, I incorrect, P partially correct, N no answer. `nil` when the
  /// value is neither a letter nor 0 or 1.
  private mutating func outcome(_ value: JSONValue, endpoint: String) -> Outcome? {
    switch value.stringValue {
    case "C": return .scored(true)
    case "I": return .scored(false)
    case "P": return .unscored("partial")
    case "N": return .unscored("no-answer")
    default: break
    }
    if let outcome = RowFields.binary(value) { return outcome }
    unusable.insert(endpoint)
    return nil
  }

  func finish(_ sink: inout RowSink) {
    for name in unusable.sorted() {
      sink.note(nil, "the score \(name) is not binary: values other than C, I, 0, 1 are left out")
    }
  }
}
