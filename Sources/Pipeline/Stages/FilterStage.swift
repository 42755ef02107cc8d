internal import CanonicalJSON
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
  let judge: RuleJudge

  static func parameters(_ plan: StudyPlan) -> JSONValue {
    [
      "agreement": .integer(Int64(plan.sampling.agreement)),
      "maximumItemsPerClass": plan.sampling.maximumItemsPerClass.map { .integer(Int64($0)) }
        ?? .null,
      "judge": .string("rule/" + RuleJudge(format: plan.sampling.format).containment.rawValue),
    ]
  }

  /// Rows `{item, outcome, kept, judgements, response}`; `response` is the index of the first
  /// response of the question's class, which stands for the question from here on.
  func run(_ samples: [JSONValue], folder: StageFolder) throws -> [JSONValue] {
    var keptCount: [Outcome: Int] = [:]
    return try samples.map { row in
      guard let item = row["item"]?.stringValue, let question = questions[item] else {
        throw PipelineError.damagedStage(folder: folder.path, problem: "a row of an unknown item")
      }
      let judgements = try (row["responses"]?.arrayValue ?? []).map {
        judge.judgement(
          of: try Response(json: $0, folder: folder.path).text, to: question)
      }
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
      return [
        "item": .string(item), "outcome": .string(outcome.rawValue), "kept": .bool(isKept),
        "judgements": .array(judgements.map { .string($0.rawValue) }),
        "response": isKept
          ? judgements.firstIndex(of: wanted).map { .integer(Int64($0)) } ?? .null : .null,
      ]
    }
  }
}
