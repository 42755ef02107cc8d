import Audit
import RawStore
import RowAudit
import Testing

/// Routing and dilution from counts that can be added up by hand.
@Suite struct RoutingFiguresTests {
  private func record(_ rows: [String], schema: String = "referee/run-route/v1") -> RunRecord {
    RunRecord(
      path: "stages/route/rows.jsonl", sha256: "", status: "route", startedAt: nil,
      completedAt: nil,
      document: "{\"rows\":[\(rows.joined(separator: ","))],\"schema\":\"\(schema)\"}")
  }

  private static let model =
    #"{"kind":"model","layers":2,"routedExperts":4,"routedSize":8,"sharedSize":16}"#

  private static func expert(_ layer: Int, _ expert: Int, _ answer: Int, _ other: Int) -> String {
    """
    {"answer":{"selected":\(answer),"tokens":10,"weight":\(Double(answer) / 2)},"expert":\(expert),\
    "kind":"expert","layer":\(layer),"other":{"selected":\(other),"tokens":20,"weight":1}}
    """
  }

  /// Two of four experts a token: 10 answer tokens make 20 choices a layer, 20 others make 40.
  private static let experts = [
    expert(0, 0, 10, 10), expert(0, 1, 5, 10), expert(0, 2, 5, 10), expert(0, 3, 0, 10),
    expert(1, 0, 5, 10), expert(1, 1, 5, 10), expert(1, 2, 5, 10), expert(1, 3, 5, 10),
  ]

  private static let neurons = [
    """
    {"exposure-answer":0.5,"exposure-other":0.25,"expert":1,"index":3,"kind":"neuron","layer":0,\
    "weight":0.7}
    """,
    """
    {"exposure-answer":1,"exposure-other":1,"expert":"shared","index":2,"kind":"neuron","layer":1,\
    "weight":2}
    """,
  ]

  @Test func `counts give exposure and both denominators`() throws {
    let figures = try #require(
      RoutingFigures([record([Self.model] + Self.experts + Self.neurons)]))
    #expect(figures.neuronCount == 2 * (4 * 8 + 16))
    #expect(figures.chosenPerToken(.answer) == 2)
    // Two chosen experts of 8 neurons and the shared one of 16, in 2 layers.
    #expect(figures.livePerToken(.answer) == 64)
    #expect(figures.liveNeurons(.answer) == 1.5)
    #expect(figures.liveNeurons(.other, shared: false) == 0.25)
    #expect(figures.neurons.map(\.expert) == [nil, 1])
    // Shares .5 .25 .25 0 against .25 each: (.25 + 0 + 0 + .25) / 2.
    let loads = figures.layers[0].loads
    #expect(
      RoutingFigures.totalVariation(loads[.answer] ?? [], loads[.other] ?? []) == 0.25)
    #expect(RoutingFigures.totalVariation(loads[.answer] ?? [], []) == nil)
  }

  @Test func `a report says that nothing is routed in a dense model`() throws {
    let dense = #"{"kind":"model","layers":2,"routedExperts":0,"routedSize":0,"sharedSize":8}"#
    let figures = try #require(RoutingFigures([record([dense] + Self.neurons)]))
    #expect(figures.isDense && figures.livePerToken(.answer) == 16)
    let result = try RowAuditEngine.audit(
      RowFixture.table(runs: [record([dense] + Self.neurons)]))
    let dilution = try #require(result.analyses.first { $0.id == "dilution" })
    #expect(dilution.sentenceText.contains("do not apply"))
    #expect(dilution.evidence["share-of-all"]?.number == 12.5)
  }

  @Test func `a layer counts the routed experts that hold an H-neuron`() throws {
    let second = """
      {"exposure-answer":0.2,"exposure-other":0.2,"expert":1,"index":5,"kind":"neuron","layer":0,\
      "weight":0.1}
      """
    let result = try RowAuditEngine.audit(
      RowFixture.table(runs: [record([Self.model] + Self.experts + Self.neurons + [second])]))
    let layers = try (0..<2).map { index in
      try #require(result.analyses.first { $0.id == "routing/\(index)" })
    }
    // Two neurons of one expert count once; that of the shared expert in layer 1 does not.
    #expect(layers.map { $0.evidence["holding"]?.number } == [1, 0])
    #expect(layers[0].sentenceText.contains("1 of 4 experts hold an H-neuron."))
  }

  @Test func `records that state no model are none`() {
    #expect(RoutingFigures([]) == nil)
    #expect(RoutingFigures([record(Self.experts)]) == nil)
    #expect(RoutingFigures([record([Self.model], schema: "other/v1")]) == nil)
    #expect(RoutingFigures([record([#"{"kind":"model","layers":-4}"#])]) == nil)
    let first = record([Self.model] + Self.experts)
    #expect(RoutingFigures([first, first]) != nil)
    #expect(RoutingFigures([first, record([Self.model])]) == nil)
  }
}
