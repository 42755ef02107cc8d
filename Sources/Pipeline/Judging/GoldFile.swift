internal import CanonicalJSON
internal import Endpoints
internal import Provenance

/// Responses that people have judged: lines of the question format with `response` and `label`.
struct GoldFile {
  struct Row {
    let question: Question
    let response: String
    /// A word of ``Judgement`` or ``Behaviour``.
    let label: String
  }

  let rows: [Row]
  let sha256: SHA256Hex

  /// What people may say: a class of an answer or of a behaviour.
  static let labels = [
    Judgement.right.rawValue, Judgement.wrong.rawValue, Judgement.abstains.rawValue,
    Behaviour.comply.rawValue, Behaviour.refuse.rawValue, "unscored",
  ]

  init(path: String) throws {
    let file = try QuestionFile(path: path)
    sha256 = file.sha256
    rows = try file.questions.map { question in
      guard let response = question.tags["response"] else {
        throw PipelineError.badFile(path: path, problem: "\(question.id) has no \"response\"")
      }
      guard let label = question.tags["label"], Self.labels.contains(label) else {
        throw PipelineError.badFile(
          path: path,
          problem: "\(question.id) needs a \"label\": " + Self.labels.joined(separator: ", "))
      }
      return Row(question: question, response: response, label: label)
    }
  }

  /// `{item, label, verdict}` and the judge's reply: what people said beside what the judge said.
  func judged(by judge: ResponseJudge) throws -> [JSONValue] {
    func isBehaviour(_ row: Row) -> Bool {
      ["comply", "refuse"].contains(row.label) || row.question.isBehaviour
    }
    let answers = rows.map { (response: $0.response, question: $0.question) }
    let behaviours = rows.indices.filter { isBehaviour(rows[$0]) }
    let questions = rows.indices.filter { !isBehaviour(rows[$0]) }
    var verdicts: [Int: (String, JSONValue)] = [:]
    for (place, verdict) in zip(
      behaviours, try judge.behaviours(of: behaviours.map { answers[$0] }))
    {
      verdicts[place] = (verdict.value.rawValue, verdict.reply?.json ?? .null)
    }
    for (place, verdict) in zip(questions, try judge.judgements(of: questions.map { answers[$0] }))
    {
      verdicts[place] = (verdict.value.rawValue, verdict.reply?.json ?? .null)
    }
    return rows.indices.map { place in
      [
        "item": .string(rows[place].question.id), "label": .string(rows[place].label),
        "verdict": .string(verdicts[place]?.0 ?? ""), "reply": verdicts[place]?.1 ?? .null,
      ]
    }
  }
}
