internal import CanonicalJSON
internal import RawStore

/// Ids of a split by class: `{"t": [id, …], "f": [id, …]}`.
enum IDList: RowFormat {
  static let name = "h-neuron-id-list"

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    guard let members = file.document?.objectValue, !members.isEmpty else { return false }
    return members.keys.allSatisfy { ["t", "f"].contains($0) }
      && members.values.allSatisfy { $0.arrayValue != nil }
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue {
    ["split": .string(split(file))]
  }

  /// `test-disjoint` of `test_qids_disjoint.json`.
  private static func split(_ file: ProbedFile) -> String {
    let words = file.file.stem.split(whereSeparator: { $0 == "_" || $0 == "-" })
      .filter { !["qids", "ids", "qid"].contains($0) }
    return words.isEmpty ? file.file.stem : words.joined(separator: "-")
  }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    let split = split(file)
    var classes: [String: String] = [:]
    for label in ["f", "t"] {
      let lines = ElementLines.of([label], in: file.bytes)
      for (index, value) in (file.document?[label]?.arrayValue ?? []).enumerated() {
        let line = index < lines.count ? lines[index] : 1
        try sink.row(line) { writer in
          let name = try RowFields.item(value, key: "id")
          if let other = classes.updateValue(label, forKey: name), other != label {
            throw LineRefusal("\(name) stands in both classes")
          }
          try writer.addSplitMember(
            split: split, item: try writer.item(name), label: label, line: line)
        }
      }
    }
  }
}
