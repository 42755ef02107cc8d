internal import CanonicalJSON
internal import Foundation
internal import Study

/// How a file of items is written. Public sets are read as their authors publish them.
public enum QuestionFormat: String, Hashable, Sendable, CaseIterable {
  /// `{"id", "messages", "aliases", "abstain", "comply", "refuse"}` a line.
  case referee
  /// NQ-open: `{"question", "answer": […]}` a line.
  case nqOpen = "nq-open"
  /// TriviaQA: one JSON document, `Data[].{QuestionId, Question, Answer.{Value, Aliases}}`.
  case triviaqa
  /// BioASQ: `{"id", "body", "exact_answer"}` a line, or a document with `questions`.
  case bioasq
  /// FaithEval counterfactual: `{"id", "question", "context", "choices", "answerKey"}` a line.
  case faitheval
  /// sycophancy-eval "are you sure": `{"prompt": [{type, content}], "base": {…}}` a line.
  case sycophancyEval = "sycophancy-eval"
  /// FalseQA: CSV with `question,answer,label`.
  case falseqa

  /// The format that a plan names.
  init(_ format: InterventionDesign.Benchmark.Format) {
    self = QuestionFormat(rawValue: format.rawValue) ?? .referee
  }

  package func read(_ bytes: [UInt8], path: String) throws(PipelineError) -> [Question] {
    switch self {
    case .referee:
      try Self.lines(bytes, path: path) { json, line throws(PipelineError) in
        try Question(json: json, path: path, line: line)
      }
    case .nqOpen: try NaturalQuestions.read(bytes, path: path)
    case .triviaqa: try TriviaQA.read(bytes, path: path)
    case .bioasq: try BioASQ.read(bytes, path: path)
    case .faitheval: try FaithEval.read(bytes, path: path)
    case .sycophancyEval: try SycophancyEval.read(bytes, path: path)
    case .falseqa: try FalseQA.read(bytes, path: path)
    }
  }

  /// One JSON document a line; blank lines are passed over.
  static func lines(
    _ bytes: [UInt8], path: String,
    _ body: (JSONValue, Int) throws(PipelineError) -> Question
  ) throws(PipelineError) -> [Question] {
    var questions: [Question] = []
    var line = 0
    for text in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      guard text.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { continue }
      let json: JSONValue
      do { json = try JSONValue(parsing: text) } catch {
        throw .badLine(path: path, line: line, problem: "column \(error.column): \(error.message)")
      }
      questions.append(try body(json, line))
    }
    return questions
  }

  static func document(_ bytes: [UInt8], path: String) throws(PipelineError) -> JSONValue {
    do { return try JSONValue(parsing: bytes) } catch {
      throw .badLine(path: path, line: error.line, problem: error.message)
    }
  }
}
