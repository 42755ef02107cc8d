internal import CanonicalJSON
internal import Provenance
internal import RawStore

/// Repeated responses of H-neuron sampling: `{id: {"question", "responses": […], "judges": […],
/// "ground_truth"}}`, one or more ids a line.
enum ConsistencySamples: RowFormat {
  static let name = "h-neuron-consistency"
  static let maximumResponses = 10_000

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    guard file.isLines, let entries = file.firstObject?.objectValue, !entries.isEmpty else {
      return false
    }
    return entries.values.allSatisfy { $0["judges"]?.arrayValue != nil }
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue {
    [
      "benchmark": .string(options.benchmark ?? "consistency"),
      "judge": .string(options.judge ?? ""),
    ]
  }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    let benchmark = sink.options.benchmark ?? "consistency"
    let judge = sink.options.judge ?? ""
    try LineReader(file.file).forEachLine { bytes, line in
      guard let members = ProbedFile.object(bytes, line: line, sink: &sink) else { return true }
      try sink.row(line) { writer in
        for (name, entry) in members.sorted(by: { $0.key < $1.key }) {
          try add(entry, name: name, benchmark: benchmark, judge: judge, line: line, writer: writer)
        }
      }
      return true
    }
  }

  private static func add(
    _ entry: JSONValue, name: String, benchmark: String, judge: String, line: Int,
    writer: RowWriter
  ) throws {
    guard let judges = entry["judges"]?.arrayValue else {
      throw LineRefusal("\(name): the key judges is missing or is no list")
    }
    // Files without texts have digests instead.
    let texts = entry["responses"]?.arrayValue
    let digests = entry["response_sha256"]?.arrayValue
    guard let count = texts?.count ?? digests?.count else {
      throw LineRefusal("\(name): the key responses is missing or is no list")
    }
    guard count == judges.count else {
      throw LineRefusal("\(name): \(count) responses and \(judges.count) judgements")
    }
    guard count <= maximumResponses else {
      throw LineRefusal("\(name): more than \(maximumResponses) responses")
    }
    var responses: [SHA256Digest] = []
    for index in 0..<count {
      if let text = texts?[index].stringValue {
        responses.append(try writer.response(text))
      } else if let digest = digests?[index].stringValue.flatMap(SHA256Digest.init(hexadecimal:)) {
        responses.append(digest)
      } else {
        throw LineRefusal("\(name): response \(index + 1) is no text")
      }
    }
    let item = try writer.item(name)
    for (index, value) in judges.enumerated() {
      try writer.addSample(
        benchmark: benchmark, judge: judge, item: item, replicate: index,
        outcome: RowFields.judgement(value), response: responses[index], line: line)
    }
  }
}
