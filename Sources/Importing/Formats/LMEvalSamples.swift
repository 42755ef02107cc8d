internal import CanonicalJSON
internal import Foundation
internal import Provenance
internal import RawStore

/// lm-evaluation-harness `samples_<task>_<time>.jsonl` (`evaluator.py`, `evaluation_tracker.py` of
/// 0.4.13): one line a document and filter, each metric of 0 or 1 an endpoint.
///
/// Every hash that the file carries is recomputed: of the document, the prompt and the target, and
/// over all lines the task's hash that `results_<time>.json` beside it states.
enum LMEvalSamples: RowFormat {
  static let name = "lm-eval-samples"

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    guard file.isLines, let first = file.firstObject else { return false }
    return first["doc_hash"] != nil && first["metrics"]?.arrayValue != nil
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue {
    let names = Names(file, options: options)
    return [
      "task": .string(names.task), "configuration": .string(names.configuration),
      "neuronSet": .string(names.neuronSet), "dose": names.dose.map(JSONValue.number) ?? .null,
      "judge": options.judge.map(JSONValue.string) ?? .null,
    ]
  }

  private struct Names {
    let task: String
    /// The time in the file's name, which `results_<time>.json` shares.
    let time: String?
    let configuration: String
    let neuronSet: String
    let dose: Double?

    init(_ file: ProbedFile, options: ImportOptions) {
      var stem = file.file.stem
      if stem.hasPrefix("samples_") { stem.removeFirst("samples_".count) }
      if let match = stem.firstMatch(of: #/_(\d{4}-\d{2}-\d{2}T.*)$/#) {
        time = String(match.1)
        stem = String(stem[..<match.range.lowerBound])
      } else {
        time = nil
      }
      // The harness names the folder after the model, with "/" written as "__".
      let model = ModelName(file.file.folders.last ?? "")
      task = options.benchmark ?? (stem.isEmpty ? "task" : stem)
      configuration = options.configuration ?? model.configuration
      neuronSet = options.neuronSet ?? model.neuronSet
      dose = model.dose
    }
  }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    let names = Names(file, options: sink.options)
    try checkTaskHash(file, names: names, sink: &sink)
    var documents: [String: Int] = [:]
    var unusable: Set<String> = []
    let judge = sink.options.judge
    try LineReader(file.file).forEachLine { bytes, line in
      // Hashes are of the bytes as they stand.
      guard
        let members = ProbedFile.object(
          PythonJSON.withoutConstants(bytes), line: line, sink: &sink)
      else { return true }
      try sink.row(line) { writer in
        try checkHashes(members, bytes: bytes)
        try add(
          members, names: names, judge: judge, line: line, writer: writer, documents: &documents,
          unusable: &unusable)
      }
      return true
    }
    for metric in unusable.sorted() {
      sink.note(nil, "the metric \(metric) is not 0 or 1: its values are not imported")
    }
  }

  private static func add(
    _ members: [String: JSONValue], names: Names, judge: String?, line: Int, writer: RowWriter,
    documents: inout [String: Int], unusable: inout Set<String>
  ) throws {
    guard let hash = members["doc_hash"]?.stringValue, let number = members["doc_id"]?.intValue
    else { throw LineRefusal("doc_hash or doc_id is missing") }
    // Documents that are equal to the letter are items of their own.
    let first = documents[hash] ?? number
    documents[hash] = first
    let item = try writer.item(first == number ? hash : "\(hash)#\(number)")
    let filter = members["filter"]?.stringValue ?? "none"
    let response = try text(members["filtered_resps"]).map { try writer.response($0) }
    for metric in members["metrics"]?.arrayValue ?? [] {
      guard let metric = metric.stringValue, let value = members[metric] else { continue }
      guard let outcome = RowFields.binary(value) else {
        unusable.insert(metric)
        continue
      }
      let arm = Arm(
        benchmark: names.task, configuration: names.configuration, neuronSet: names.neuronSet,
        endpoint: metric, judge: judge ?? filter)
      try writer.addOutcome(
        series: try writer.series(arm, dose: names.dose), item: item,
        code: try writer.code(outcome), response: response, line: line)
    }
  }

  /// The first generated text; `nil` for log-likelihoods.
  private static func text(_ value: JSONValue?) -> String? {
    guard let first = value?[0] else { return nil }
    return first.stringValue
      ?? first[0]?.stringValue.flatMap { value in
        // Log-likelihood pairs are written as texts too: ["-1.5", "False"].
        Double(value) == nil ? value : nil
      }
  }

  // MARK: - Hashes

  private static func checkHashes(_ members: [String: JSONValue], bytes: [UInt8]) throws {
    if let stated = members["doc_hash"]?.stringValue,
      let document = PythonJSON.member("doc", of: bytes)
    {
      let found = SHA256Hex(of: PythonJSON.indented(document)).description
      guard found == stated else {
        throw LineRefusal("doc_hash does not fit the document: one of them was changed")
      }
    }
    if let stated = members["target_hash"]?.stringValue,
      let target = members["target"]?.stringValue
    {
      guard SHA256Hex(of: target).description == stated else {
        throw LineRefusal("target_hash does not fit the target: one of them was changed")
      }
    }
    if let stated = members["prompt_hash"]?.stringValue,
      let prompt = members["arguments"]?["gen_args_0"]?["arg_0"]?.stringValue
    {
      guard SHA256Hex(of: prompt).description == stated else {
        throw LineRefusal("prompt_hash does not fit the prompt: one of them was changed")
      }
    }
  }

  /// The hash over all lines against the one that the results beside the file state.
  private static func checkTaskHash(
    _ file: ProbedFile, names: Names, sink: inout RowSink
  ) throws {
    guard let time = names.time, let slash = file.file.location.range(of: "/", options: .backwards)
    else { return }
    let path = file.file.location[..<slash.lowerBound] + "/results_\(time).json"
    guard FileManager.default.fileExists(atPath: String(path)) else {
      sink.note(nil, "results_\(time).json is not beside the samples: the task's hash is unchecked")
      return
    }
    let results = InputFile(
      location: String(path), path: "results_\(time).json", foldersInside: [], folders: [])
    var task = file.file.stem.dropFirst("samples_".count)
    task = task.dropLast(time.count + 1)
    guard
      let document = try? JSONValue(
        parsing: PythonJSON.withoutConstants(try results.contents())),
      let stated = document["task_hashes"]?[String(task)]?.stringValue
    else {
      sink.note(nil, "results_\(time).json states no hash for the task")
      return
    }
    var stream = SHA256Stream()
    try LineReader(file.file).forEachLine { bytes, _ in
      guard let line = try? JSONValue(parsing: PythonJSON.withoutConstants(bytes)) else {
        return true
      }
      for key in ["doc_hash", "prompt_hash", "target_hash"] {
        stream.append(Array((line[key]?.stringValue ?? "").utf8))
      }
      return true
    }
    guard stream.digest.description == stated else {
      throw ImportError.malformed(
        path: file.file.path, line: nil,
        reason: "the task's hash in results_\(time).json is another: lines were added, removed, "
          + "reordered or changed after the run")
    }
    sink.note(nil, "the task's hash in results_\(time).json fits")
  }
}
