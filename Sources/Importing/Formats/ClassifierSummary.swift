internal import CanonicalJSON
internal import Provenance
internal import RawStore

/// A classifier's evaluation: `evaluation.examples[]` with `qid`, `label`, `probability`,
/// `prediction`, and the row counts of its splits.
enum ClassifierSummary: RowFormat {
  static let name = "h-neuron-classifier-summary"

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    file.document?["evaluation"]?["examples"]?.arrayValue != nil
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue {
    ["set": .string(set(file)), "detector": .string(detector(file))]
  }

  /// `disjoint` of `classifier_disjoint_summary.json`.
  private static func set(_ file: ProbedFile) -> String {
    var name = file.file.stem
    for prefix in ["classifier_", "classifier-"] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
    }
    for suffix in ["_summary", "-summary", "_metrics"] where name.hasSuffix(suffix) {
      name.removeLast(suffix.count)
    }
    return name.isEmpty || name == "classifier" ? "evaluation" : name
  }

  /// The classifier's own name: the stem of its file.
  private static func detector(_ file: ProbedFile) -> String {
    DetectorName.of(file.document ?? .null)
  }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    guard let document = file.document,
      let examples = document["evaluation"]?["examples"]?.arrayValue
    else { return }
    let lines = ElementLines.of(["evaluation", "examples"], in: file.bytes)
    let set = set(file)
    let detector = detector(file)
    var counts = Counts()
    for (index, example) in examples.enumerated() {
      let line = index < lines.count ? lines[index] : 1
      try sink.row(line) { writer in
        try add(
          example, set: set, detector: detector, line: line, writer: writer, counts: &counts)
      }
    }
    try check(document, counts: counts, sink: &sink)
    try addRowCounts(document, set: set, detector: detector, sink: &sink)
  }

  private struct Counts {
    var rows = 0
    var truePositives = 0
    var trueNegatives = 0
    var falsePositives = 0
    var falseNegatives = 0
  }

  private static func add(
    _ example: JSONValue, set: String, detector: String, line: Int, writer: RowWriter,
    counts: inout Counts
  ) throws {
    let item = try RowFields.item(example["qid"] ?? example["id"], key: "qid")
    guard case .scored(let label) = RowFields.binary(example["label"] ?? .null) else {
      throw LineRefusal("label is neither 0 nor 1")
    }
    guard let score = (example["probability"] ?? example["score"])?.doubleValue else {
      throw LineRefusal("probability is missing or is no number")
    }
    var prediction: Bool?
    if let value = example["prediction"], !value.isNull {
      guard case .scored(let predicted) = RowFields.binary(value) else {
        throw LineRefusal("prediction is neither 0 nor 1")
      }
      prediction = predicted
      if let stated = example["correct"]?.boolValue, stated != (predicted == label) {
        throw LineRefusal("correct is \(stated), but label and prediction say \(!stated)")
      }
      switch (label, predicted) {
      case (true, true): counts.truePositives += 1
      case (true, false): counts.falseNegatives += 1
      case (false, true): counts.falsePositives += 1
      case (false, false): counts.trueNegatives += 1
      }
    }
    try writer.addScore(
      set: set, detector: detector, isControl: DetectorName.isControl(detector),
      item: try writer.item(item), label: label, score: score, prediction: prediction, line: line)
    counts.rows += 1
  }

  /// The summary's own totals against its examples.
  private static func check(
    _ document: JSONValue, counts: Counts, sink: inout RowSink
  ) throws {
    let evaluation = document["evaluation"]
    if let stated = evaluation?["n_examples"]?.intValue, stated != counts.rows {
      sink.note(nil, "n_examples says \(stated), the file has \(counts.rows) usable examples")
    }
    let found = [
      ("tp", counts.truePositives), ("tn", counts.trueNegatives), ("fp", counts.falsePositives),
      ("fn", counts.falseNegatives),
    ]
    for (key, count) in found {
      if let stated = evaluation?["confusion_matrix"]?[key]?.intValue, stated != count {
        sink.note(nil, "confusion_matrix.\(key) says \(stated), the examples give \(count)")
      }
    }
    if document["selection_split"]?.stringValue == "test" {
      sink.note(nil, "the classifier was selected on the examples that it is evaluated on")
    }
  }

  private static func addRowCounts(
    _ document: JSONValue, set: String, detector: String, sink: inout RowSink
  ) throws {
    let splits: [(String, JSONValue?)] = [
      (set, document["evaluation"]), ("train", document["best"]?["train_metrics"]),
    ]
    for (split, counts) in splits {
      guard let rows = counts?["n_examples"]?.intValue,
        let positives = counts?["n_positive"]?.intValue
      else { continue }
      do {
        try sink.writer.addClassifierRows(
          ClassifierRowCount(
            detector: detector, split: split, rowCount: rows, positiveCount: positives), line: 1)
      } catch StoreError.invalidRow(let reason) { sink.reject(nil, reason) }
    }
  }
}

/// How a classifier is called: the stem of its file, or what its summary says.
enum DetectorName {
  static func of(_ document: JSONValue) -> String {
    // `model_path` is the classifier in a structure summary, and the language model elsewhere.
    for key in ["loaded_model_path", "saved_model_path", "classifier_path", "model_path"] {
      guard let path = document[key]?.stringValue, !path.isEmpty else { continue }
      if key == "model_path" && !path.contains(".") { continue }
      let name =
        path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? path
      let extensions = [".pkl", ".joblib", ".json", ".npz", ".safetensors"]
      guard let known = extensions.first(where: name.hasSuffix) else { continue }
      return String(name.dropLast(known.count))
    }
    return "h-neurons"
  }

  static func isControl(_ name: String) -> Bool {
    name.hasPrefix("random") || name.hasPrefix("control")
  }
}
