import CanonicalJSON
import Foundation
import Model
import Pipeline

/// A training question that the model answers alike every time.
struct AnsweredQuestion {
  let question: Question
  /// The words of the response that state the answer.
  let answer: String
  /// Prompt and response.
  let tokens: [Int32]
  let promptCount: Int
  /// Positions of the answer's tokens in ``tokens``.
  let answerPositions: [Int]

  static let seed: UInt64 = 20_261_129
  static let responses = 3
  static let maximumTokens = 32
  /// As in the bundled study.
  static let sampling = Sampling.random(temperature: 1, topK: 50, topP: 0.9)

  /// The questions of a list whose sampled responses all state the same answer.
  static func all(of questions: [Question], model: TextModel) throws -> [AnsweredQuestion] {
    let prompts = try questions.map { try model.prompt($0) }
    let requests = zip(questions, prompts).flatMap { question, prompt in
      (0..<responses).map {
        model.request(
          question, prompt: prompt, maximumTokens: maximumTokens, sampling: sampling, seed: seed,
          responseIndex: $0)
      }
    }
    let generated = try model.model.generate(requests, batchSize: 64)
    var kept: [AnsweredQuestion] = []
    for (index, question) in questions.enumerated() {
      // Without aliases the rule finds the words that a response adds to its question.
      let bare = Question(id: question.id, turns: question.turns)
      var answers: [String] = []
      for response in generated[index * responses..<(index + 1) * responses] {
        let text = try model.byteRanges(of: response.tokens).text
        guard let span = AnswerSpanRule().span(in: text, to: bare), span.method == .novelWords
        else { continue }
        answers.append(String(decoding: Array(text.utf8)[span.bytes], as: UTF8.self))
      }
      guard answers.count == responses, Set(answers).count == 1 else { continue }
      let tokens = generated[index * responses].tokens
      let (text, ranges) = try model.byteRanges(of: tokens)
      guard let span = AnswerSpanRule().span(in: text, to: bare) else { continue }
      let prompt = prompts[index]
      kept.append(
        AnsweredQuestion(
          question: question, answer: answers[0], tokens: prompt + tokens,
          promptCount: prompt.count,
          answerPositions: ranges.indices.filter { ranges[$0].overlaps(span.bytes) }
            .map { $0 + prompt.count }))
    }
    return kept
  }
}
