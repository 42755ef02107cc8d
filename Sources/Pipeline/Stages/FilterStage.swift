internal import CanonicalJSON
internal import Endpoints
internal import Study

/// Judges every response and keeps the questions whose responses agree.
struct FilterStage {
  /// What a question's responses amount to.
  enum Outcome: String, CaseIterable {
    case alwaysRight = "always-right"
    case alwaysWrong = "always-wrong"
    case mixed
    /// Declined or empty too often for either class.
    case unscored
  }

  let plan: StudyPlan
  let questions: [String: Question]
  let judge: ResponseJudge

  static func parameters(_ plan: StudyPlan, judge: ResponseJudge) -> JSONValue {
    [
      "agreement": .integer(Int64(plan.sampling.agreement)),
      "maximumItemsPerClass": plan.sampling.maximumItemsPerClass.map { .integer(Int64($0)) }
        ?? .null,
      "judge": judge.identity
        ?? .string("rule/" + RuleJudge(format: plan.sampling.format).containment.rawValue),
    ]
  }

  /// Rows `{item, outcome, kept, judgements, response}`; `response` is the index of the first
  /// response of the question's class, which stands for the question from here on. A model's own
  /// words are beside them as `verdicts`.
  func run(_ samples: [JSONValue], folder: StageFolder) throws -> [JSONValue] {
    var answers: [ResponseJudge.Answer] = []
    for row in samples {
      guard let item = row["item"]?.stringValue, let question = questions[item] else {
        throw PipelineError.damagedStage(folder: folder.path, problem: "a row of an unknown item")
      }
      for json in row["responses"]?.arrayValue ?? [] {
        answers.append((try Response(json: json, folder: folder.path).text, question))
      }
    }
    var verdicts = try judge.judgements(of: answers)[...]
    var keptCount: [Outcome: Int] = [:]
    return try samples.map { row in
      let item = row["item"] ?? .null
      let count = row["responses"]?.arrayValue?.count ?? 0
      let judged = Array(verdicts.prefix(count))
      verdicts = verdicts.dropFirst(count)
      let judgements = judged.map(\.value)
      let right = judgements.count { $0 == .right }
      let wrong = judgements.count { $0 == .wrong }
      let needed = plan.sampling.agreement
      let outcome: Outcome =
        right >= needed
        ? .alwaysRight
        : wrong >= needed
          ? .alwaysWrong : right + wrong < judgements.count && right == 0 ? .unscored : .mixed
      let isClass = outcome == .alwaysRight || outcome == .alwaysWrong
      let limit = plan.sampling.maximumItemsPerClass ?? .max
      let isKept = isClass && keptCount[outcome, default: 0] < limit
      if isKept { keptCount[outcome, default: 0] += 1 }
      let wanted: Judgement = outcome == .alwaysRight ? .right : .wrong
      var members: [String: JSONValue] = [
        "item": item, "outcome": .string(outcome.rawValue), "kept": .bool(isKept),
        "judgements": .array(judgements.map { .string($0.rawValue) }),
        "response": isKept
          ? judgements.firstIndex(of: wanted).map { .integer(Int64($0)) } ?? .null : .null,
      ]
      if judged.contains(where: { $0.reply != nil }) {
        members["verdicts"] = .array(judged.map { $0.reply?.json ?? .null })
      }
      return .object(members)
    }
  }
}
