internal import CanonicalJSON
internal import Provenance
internal import RawStore

/// Answer spans of H-neuron extraction: `{id: {"question", "response", "tokenized_response": […],
/// "answer_tokens": […], "judge"}}`.
enum AnswerTokens: RowFormat {
  static let name = "h-neuron-answer-tokens"

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    guard file.isLines, let entries = file.firstObject?.objectValue, !entries.isEmpty else {
      return false
    }
    return entries.values.allSatisfy { $0["answer_tokens"]?.arrayValue != nil }
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue { [:] }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    try LineReader(file.file).forEachLine { bytes, line in
      guard let members = ProbedFile.object(bytes, line: line, sink: &sink) else { return true }
      try sink.row(line) { writer in
        for (name, entry) in members.sorted(by: { $0.key < $1.key }) {
          guard let span = entry["answer_tokens"]?.arrayValue,
            let response = entry["tokenized_response"]?.arrayValue
          else { throw LineRefusal("\(name): answer_tokens or tokenized_response is missing") }
          try writer.addAnswerSpan(
            item: try writer.item(name), spanTokens: span.count, responseTokens: response.count,
            outcome: RowFields.judgement(entry["judge"] ?? .null),
            response: try RowFields.response(entry.objectValue ?? [:], writer: writer), line: line)
        }
      }
      return true
    }
  }
}
