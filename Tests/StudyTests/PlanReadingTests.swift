import Foundation
import Study
import Testing

@Suite struct `Reading a plan` {
  /// Every section, small and right.
  static let complete = """
    kind: plan
    schema_version: 1
    study:
      id: small
      title: Small
      authors: [{name: Somebody, orcid: "0000-0002-1825-0097"}]
    registration: {registry: OSF, statement: "No data exist."}
    questions:
      - {id: Q1, text: "Does it rise?"}
    hypotheses:
      - id: H1
        question: Q1
        statement: Compliance rises with the dose.
        analysis: monotone-dose-response
        benchmarks: [premise]
        configurations: [A]
        smallest_effect_of_interest: 10
        equivalence_margin: 5
        family: main
        interpretation: {supported: It steers., refuted: It does the opposite., inconclusive: Unknown.}
      - id: H2
        question: Q1
        statement: Detection transfers.
        analysis: detection
        detection_sets: [in-domain]
        smallest_effect_of_interest: 0.05
        family: main
        interpretation: {supported: Yes., refuted: No., inconclusive: Unknown.}
      - id: H3
        question: Q1
        statement: Shared neurons move more than routed ones.
        analysis: set-difference
        benchmarks: [premise]
        configurations: [A]
        neuron_set: shared
        compared_with: routed
        smallest_effect_of_interest: 10
        family: main
        interpretation: {supported: Yes., refuted: No., inconclusive: Unknown.}
    families:
      - {id: main, method: holm}
    design:
      model: {path: model, base_path: base}
      alphas: [0, 1, 2, 3]
      no_op_alpha: 1
      configurations:
        - {id: A, implementation: expert-loop, weight_format: gptq-int4, neuron_sets: [all, shared, routed]}
      benchmarks:
        - {id: premise, file: premise.jsonl, endpoint: compliance, items: 300, decoding: sampled}
      seed: 7
    sampling: {questions: train.jsonl, responses: 10, agreement: 8}
    classifier: {rows: 3-vs-1, c_grid: [0.01, 0.1, 1], selection: auroc}
    detection:
      sets: [{id: in-domain, file: in-domain.jsonl}]
      random_sets: 100
    checks:
      - {id: no-op, kind: no-op-exact}
    limits: One small model.
    """

  private static func check(_ text: String) throws -> PlanCheck {
    let folder = try StudyFolder(["study.yaml": text])
    return withExtendedLifetime(folder) { StudyPlan.check(folder: folder.path) }
  }

  @Test func `a complete plan is read whole`() throws {
    let check = try Self.check(Self.complete)
    #expect(check.problems == [])
    let plan = try #require(check.plan)
    #expect(plan.hypotheses.map(\.id) == ["H1", "H2", "H3"])
    #expect(plan.hypotheses.map(\.unit) == [.percentagePoints, .auroc, .percentagePoints])
    #expect(plan.hypothesis("H3")?.neuronSet == .shared)
    #expect(plan.hypothesis("H3")?.comparedWith == .routed)
    #expect(plan.design.doses == [0, 1, 2, 3])
    #expect(plan.design.seed == 7)
    #expect(plan.design.configurations[0].weightFormat == .gptqInt4)
    #expect(plan.design.benchmarks[0].decoding == .sampled)
    #expect(plan.design.benchmarks[0].itemCount == 300)
    #expect(plan.sampling.agreement == 8)
    #expect(plan.sampling.topP == 0.9)
    #expect(plan.classifier.costs == [0.01, 0.1, 1])
    #expect(plan.classifier.selection == .auroc)
    #expect(plan.detection?.randomSetCount == 100)
    #expect(plan.hypotheses(inFamily: "main").count == 3)
    #expect(plan.authors[0].orcid == "0000-0002-1825-0097")
  }

  @Test(arguments: [
    ("alphas: [0, 1, 2, 3]", "alphas: [0, 2, 1, 3]", "design.alphas is not ascending"),
    ("alphas: [0, 1, 2, 3]", "alphas: [0, 2, 3]", "the no-op dose 1 is not among design.alphas"),
    (
      "configurations: [A]\n    neuron_set: shared", "configurations: [B]\n    neuron_set: shared",
      "unknown name \"B\""
    ),
    (
      "neuron_sets: [all, shared, routed]", "neuron_sets: [all, shared]",
      "H3 needs the neuron set routed, which A does not run"
    ),
    ("compared_with: routed\n", "\n", "the analysis set-difference of H3 needs compared_with"),
    (
      "family: main\n    interpretation: {supported: It",
      "family: man\n    interpretation: {supported: It",
      "unknown name \"man\""
    ),
    ("agreement: 8", "agreement: 5", "agreement 5 of 10 responses"),
    ("agreement: 8", "agreement: 11", "agreement 11 of 10 responses"),
    ("- id: H2", "- id: H1", "hypotheses names \"H1\" twice"),
    ("detection_sets: [in-domain]", "detection_sets: [elsewhere]", "unknown name \"elsewhere\""),
    ("analysis: detection\n", "analysis: detektion\n", "cannot be \"detektion\""),
    ("limits: One small model.", "", "the document has no limits"),
    ("  seed: 7", "  sead: 7", "unknown key \"sead\""),
  ])
  func `a mistake is named with its place`(old: String, new: String, message: String) throws {
    #expect(Self.complete.contains(old), "\(old)")
    let check = try Self.check(Self.complete.replacingOccurrences(of: old, with: new))
    #expect(check.plan == nil)
    let problem = try #require(
      check.problems.first { $0.message.contains(message) },
      "\(check.problems.map(\.description))")
    #expect(problem.file == "study.yaml")
    #expect(problem.line ?? 0 > 0)
    #expect(!problem.remedy.isEmpty)
  }

  @Test func `defaults are those of the study page`() throws {
    let text = Self.complete
      .replacingOccurrences(
        of: "classifier: {rows: 3-vs-1, c_grid: [0.01, 0.1, 1], selection: auroc}\n", with: ""
      )
      .replacingOccurrences(of: ", agreement: 8", with: "")
    let plan = try #require(try Self.check(text).plan)
    #expect(plan.classifier.costs == [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1])
    #expect(plan.classifier.rows == .threeVersusOne)
    #expect(plan.classifier.includesGate)
    #expect(plan.sampling.agreement == 10)
    #expect(plan.sampling.topK == 50)
    #expect(plan.analysis.permutationCount == 9_999)
  }
}
