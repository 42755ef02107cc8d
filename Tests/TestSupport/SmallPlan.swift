/// The text of the smallest `study.yaml` that rows can be compared with: one question set, one
/// family, no prose that any rule reads.
public struct SmallPlan: Sendable {
  /// A dose trend of the question set `quiz` under the configuration `a`.
  public static let doseTrend =
    "id: H1, analysis: dose-trend, benchmarks: [quiz], configurations: [a], "
    + "smallest_effect_of_interest: 10, equivalence_margin: 5, family: main"

  /// Questions of the set `quiz`.
  public var items = 60
  public var permutations = 199
  /// Members of flow mappings, without the keys that every hypothesis shares.
  public var hypotheses = [doseTrend]
  /// The member `model` and the doses.
  public var model = "{path: m, layers: 4, full_attention_layers: [3]}"
  public var doses = "[0, 1, 2]"
  public var configurations = [
    "{id: a, implementation: expert-loop, weight_format: as-stored, neuron_sets: [all]}"
  ]
  /// Whole sections, for example `checks`, with their keys.
  public var moreSections = ""

  public init() {}

  public var text: String {
    let shared =
      "question: Q, statement: s, interpretation: {supported: a, refuted: b, inconclusive: c}"
    return """
      kind: plan
      schema_version: 1
      study: {id: fixture, title: Fixture}
      questions: [{id: Q, text: q}]
      families: [{id: main, method: holm}]
      design:
        model: \(model)
        alphas: \(doses)
        no_op_alpha: 1
        configurations:
      \(configurations.map { "    - \($0)\n" }.joined())\
        benchmarks: [{id: quiz, file: q.jsonl, endpoint: compliance, items: \(items)}]
        seed: 3
      sampling: {questions: t.jsonl, responses: 10}
      detection: {sets: [{id: in-domain, file: d.jsonl}], random_sets: 9}
      analysis: {permutations: \(permutations)}
      \(moreSections)
      limits: None.
      hypotheses:
      \(hypotheses.map { "  - {\($0), \(shared)}\n" }.joined())
      """
  }
}
