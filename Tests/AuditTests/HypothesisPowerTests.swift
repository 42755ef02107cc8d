import Audit
import Foundation
import Statistics
import Study
import Testing

/// Oracle: the formulas with scipy 1.17 `multivariate_normal` and `norm`.
@Suite struct HypothesisPowerTests {
  private static let head = """
    kind: plan
    schema_version: 1
    study: {id: power, title: Power}
    questions: [{id: Q, text: Does it rise?}]
    design:
      model: {path: model, layers: 8, full_attention_layers: [3, 7]}
      alphas: [0, 1, 2, 3]
      no_op_alpha: 1
      configurations:
        - {id: A, implementation: expert-loop, weight_format: as-stored, neuron_sets: [all, shared, routed]}
      benchmarks:
        - {id: premise, file: premise.jsonl, endpoint: compliance, items: 300}
        - {id: open, file: open.jsonl, endpoint: compliance}
      seed: 7
    sampling: {questions: train.jsonl, responses: 10}
    detection: {sets: [{id: held-out, file: held-out.jsonl, items: 200}], random_sets: 9}
    families: [{id: main, method: holm}, {id: side, method: none}]
    limits: None.

    """

  private static func power(_ hypotheses: [String]) throws -> [HypothesisPower] {
    let path = NSTemporaryDirectory() + "referee-power-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rest =
      "question: Q, statement: s, interpretation: {supported: a, refuted: b, inconclusive: c}"
    let list = hypotheses.map { "  - {\($0), \(rest)}" }.joined(separator: "\n")
    try Data((head + "hypotheses:\n" + list + "\n").utf8)
      .write(to: URL(fileURLWithPath: path + "/study.yaml"))
    return HypothesisPower.of(try StudyPlan.load(folder: path))
  }

  private static let trend =
    "id: H1, analysis: dose-trend, benchmarks: [premise], configurations: [A], "
    + "smallest_effect_of_interest: 10, family: "

  @Test func `trends, contrasts and set differences at the first Holm step`() throws {
    let rows = try Self.power([
      Self.trend + "main",
      "id: H2, analysis: set-difference, benchmarks: [premise], configurations: [A], "
        + "neuron_set: shared, compared_with: routed, smallest_effect_of_interest: 10, family: main",
      "id: H3, analysis: detection, detection_sets: [held-out], "
        + "smallest_effect_of_interest: 0.1, family: main",
      "id: H4, analysis: dose-contrast, benchmarks: [premise], configurations: [A], from_alpha: 0, "
        + "to_alpha: 3, smallest_effect_of_interest: 10, family: side",
    ])
    #expect(rows.map(\.familySize) == [3, 3, 3, 1])
    #expect(abs(rows[0].level - 0.05 / 3) < 1e-15 && rows[3].level == 0.05)
    for (row, power) in zip([rows[0], rows[1], rows[3]], [0.832_455, 0.492_185, 0.890_334]) {
      #expect(abs((row.power.value ?? 0) - power) < 1e-5, "\(row)")
    }
    #expect(rows[0].itemsNeeded.value == 279)
    #expect(rows[1].isWeak)
    #expect(rows[2].power.value.map { $0 > 0 && $0 < 1 } == true)
  }

  @Test func `what cannot be known says why`() throws {
    let rows = try Self.power([
      Self.trend.replacingOccurrences(of: "[premise]", with: "[open]") + "main",
      "id: H2, analysis: layer-concentration, layers: linear-attention, "
        + "smallest_effect_of_interest: 0.2, family: main",
      "id: H3, analysis: detection-above-random, detection_sets: [held-out], "
        + "smallest_effect_of_interest: 0.1, family: main",
    ])
    #expect(rows.map { $0.power.reason?.code } == [.notReported, .notReported, .tooFew])
    #expect(rows.allSatisfy { !$0.isWeak })
    #expect(rows[0].itemsNeeded.value != nil)
  }
}
