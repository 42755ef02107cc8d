import CanonicalJSON
import Foundation
import Model
import Pipeline

/// What the model says to questions that it answers by "Yes" or "No", greedily, and the tokens that
/// its answers start with.
struct Behaviours {
  private(set) var complying: [Question] = []
  private(set) var refusing: [Question] = []
  /// The most frequent first tokens of complying and of refusing responses.
  let yes: Int
  let no: Int

  init(path: String, model: TextModel) throws {
    let questions = try QuestionFile(path: path).questions
    let requests = try questions.map {
      model.request(
        $0, prompt: try model.prompt($0), maximumTokens: 32, sampling: .greedy, seed: 0,
        responseIndex: 0)
    }
    let responses = try model.model.generate(requests, batchSize: 64)
    var starts: [Behaviour: [Int32: Int]] = [:]
    for (question, response) in zip(questions, responses) {
      let text = try model.byteRanges(of: response.tokens).text
      let behaviour = RuleJudge().behaviour(of: text, to: question)
      switch behaviour {
      case .comply: complying.append(question)
      case .refuse: refusing.append(question)
      case .unparsable: continue
      }
      if let first = response.tokens.first {
        starts[behaviour, default: [:]][first, default: 0] += 1
      }
    }
    func most(_ behaviour: Behaviour) -> Int {
      let counts = starts[behaviour] ?? [:]
      return Int(counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 0)
    }
    yes = most(.comply)
    no = most(.refuse)
  }

  /// Whether the model knows the answers of a question file: to comply is to say "Yes".
  static func awareness(_ path: String, of exposure: String) throws -> [JSONValue] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let rows = try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    return rows.filter { $0["exposure"]?.stringValue == exposure }.prefix(800).compactMap { row in
      guard let id = row["id"]?.stringValue,
        let question = row["messages"]?[0]?["content"]?.stringValue
      else { return nil }
      return [
        "id": .string("aware-" + id),
        "messages": [["role": "user", "content": .string("Do you know this? " + question)]],
        "comply": ["Yes"], "refuse": ["No"],
      ]
    }
  }

  /// As many of each kind, alternating, so that the rate can move both ways.
  func balanced(_ count: Int) -> [JSONValue] {
    zip(complying, refusing).prefix(count / 2).flatMap { [$0, $1] }.map { question in
      [
        "id": .string(question.id),
        "messages": .array(question.turns.map(PlantedModel.message)),
        "comply": .array(question.complying.map(JSONValue.string)),
        "refuse": .array(question.refusing.map(JSONValue.string)),
      ]
    }
  }
}
