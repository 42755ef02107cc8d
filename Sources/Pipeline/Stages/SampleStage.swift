internal import CanonicalJSON
internal import Model
internal import Study

/// R responses to every training question.
struct SampleStage {
  let plan: StudyPlan
  let questions: [Question]
  let source: ResponseSource
  let settings: RunSettings

  /// Questions whose responses are generated together.
  private static let chunk = 64

  static func parameters(_ plan: StudyPlan) -> JSONValue {
    let sampling = plan.sampling
    return [
      "responses": .integer(Int64(sampling.responses)),
      "temperature": .number(sampling.temperature),
      "topK": sampling.topK.map { .integer(Int64($0)) } ?? .null, "topP": .number(sampling.topP),
      "maximumTokens": .integer(Int64(sampling.maximumTokens)),
      "seed": .string(String(plan.design.seed)),
    ]
  }

  static func sampling(_ plan: StudyPlan) -> Sampling {
    .random(
      temperature: plan.sampling.temperature, topK: plan.sampling.topK, topP: plan.sampling.topP)
  }

  /// Rows `{item, responses: [{text, tokens, complete}]}` of all questions, or of the shard's.
  func run(in folder: StageFolder) throws -> [JSONValue] {
    let count = plan.sampling.responses
    let loop = UnitLoop(folder: folder, settings: settings)
    return try loop.run(questions.map(\.id), chunk: Self.chunk) { part in
      let responses = try source.responses(
        to: part.map { questions[$0] }, count: count, use: "sample", plan: plan,
        batchSize: settings.batchSize)
      return part.indices.map { position in
        [
          "item": .string(questions[part[position]].id),
          "responses": .array(responses[position * count..<(position + 1) * count].map(\.json)),
        ]
      }
    }
  }
}
