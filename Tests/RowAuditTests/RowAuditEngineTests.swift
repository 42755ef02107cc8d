import Audit
import CanonicalJSON
import RawStore
import RowAudit
import Statistics
import Testing

@Suite struct RowAuditEngineTests {
  /// One of everything.
  private func table(_ name: String = "h-neurons") -> RawTable {
    let rates = [0.60, 0.62, 0.64, 0.66, 0.68, 0.70, 0.72]
    return RowFixture.table(
      [
        RowFixture.matrix(RowFixture.arm(name), rates: rates, items: 200),
        RowFixture.matrix(RowFixture.arm(name, configuration: "b"), rates: rates, items: 200),
        RowFixture.matrix(
          RowFixture.arm("random-1", isControl: true), rates: rates.reversed(), items: 200,
          seed: 3, unscored: [0, 1, 2, 3, 4, 5, 6]),
      ],
      identical: [
        IdenticalResponses(
          benchmark: "quiz", judge: "rule", item: "q0000001", responseHash: "x", trueCount: 1,
          falseCount: 1, unscoredCount: 0)
      ],
      detection: [
        RowFixture.detection(set: "a", lengths: (0..<300).map { Optional($0 % 17) }),
        RowFixture.detection(set: "b", separation: 0.3, seed: 8),
      ],
      samples: [
        SampledItem(
          benchmark: "consistency", item: "q1", responseHashes: ["a", "a"],
          judgements: [true, nil])
      ],
      neurons: (0..<8).map {
        NeuronRow(
          detector: name, layer: $0, expert: nil, isShared: false, index: $0, weight: 1, count: 1)
      }, splits: ["train": RowFixture.names(30), "test": RowFixture.names(40)],
      classifierRows: [
        ClassifierRowCount(detector: name, split: "train", rowCount: 400, positiveCount: 100)
      ])
  }

  private var settings: RowAuditSettings {
    var settings = RowAuditSettings()
    settings.permutationCount = 299
    settings.resampleCount = 200
    return settings
  }

  @Test func `every place of every sentence is filled, and no forbidden word is said`() throws {
    let result = try RowAuditEngine.audit(table(), settings: settings)
    var texts = result.findings.flatMap { [$0.titleText, $0.sentenceText, $0.remedyText] }
    texts += result.analyses.flatMap { [$0.statement, $0.sentenceText] }
    for text in texts {
      #expect(!text.contains("{"), "\(text)")
      #expect(!text.lowercased().contains("significan"), "\(text)")
      #expect(!text.lowercased().contains("nan"), "\(text)")
    }
    #expect(result.findings.count > 20)
  }

  @Test func `ids are unique and rules are described`() throws {
    let result = try RowAuditEngine.audit(table(), settings: settings)
    let findings = result.findings.map(\.id)
    #expect(Set(findings).count == findings.count)
    let analyses = result.analyses.map(\.id)
    #expect(Set(analyses).count == analyses.count)
    let described = Set(RowRules.descriptions.map(\.id))
    for finding in result.findings { #expect(described.contains(finding.rule)) }
    #expect(described.count == RowRules.descriptions.count)
  }

  @Test func `the same rows give the same bytes`() throws {
    let first = try RowAuditEngine.audit(table(), settings: settings).json.prettyText()
    let second = try RowAuditEngine.audit(table(), settings: settings).json.prettyText()
    #expect(first == second)
  }

  @Test func `without a plan nothing has a verdict, with one the named analysis has`() throws {
    let plain = try RowAuditEngine.audit(table(), settings: settings)
    #expect(plain.analyses.allSatisfy { $0.registration == .exploratory && $0.verdict == nil })
    let id = "dose-response/quiz/a/h-neurons"
    let plan = RowRegistration { analysis in
      analysis.id == id
        ? AnalysisRegistration(
          status: .deviation, verdict: .supported, deviations: ["one dose less"])
        : .exploratory
    }
    let planned = try RowAuditEngine.audit(table(), settings: settings, registration: plan)
    let judged = try #require(planned.analyses.first { $0.id == id })
    #expect(judged.verdict == .supported)
    #expect(judged.deviations == ["one dose less"])
    #expect(planned.analyses.count { $0.registration != .exploratory } == 1)
    #expect(judged.evidence == plain.analyses.first { $0.id == id }?.evidence)
  }

  @Test func `an empty table, one question and one class are ordinary input`() throws {
    let empty = try RowAuditEngine.audit(RowFixture.table(), settings: settings)
    #expect(empty.analyses.isEmpty)
    #expect(empty.findings.allSatisfy { if case .notRun = $0.status { true } else { false } })
    let one = RowFixture.matrix(
      RowFixture.arm(), rates: [1, 1, 1, 1, 1, 1, 1], items: 1)
    let single = DetectionScores(
      set: "s", detector: "d", items: ["a"], labels: [true], scores: [0.5], predictions: [nil],
      spanLengths: [nil], responseLengths: [nil], contentHash: "x")
    let result = try RowAuditEngine.audit(
      RowFixture.table([one], detection: [single]), settings: settings)
    #expect(result.curves[0].test?.slopeInterval.value == nil)
    let slope = try #require(
      result.analyses.first { $0.id == "dose-response/" + result.curves[0].id }?.evidence["slope"])
    #expect(slope.text.hasSuffix(" [no interval]") && !slope.estimateText.contains("["))
    #expect(slope.method?.hasPrefix("no interval: ") == true)
    #expect(result.detection[0].auroc.value == nil)
    _ = try result.json.prettyText()
  }

  @Test func `clean studies seldom have a finding above information`() throws {
    // Rules that test something; those that ask for material (random detectors) are not chance.
    let tested: Set<RuleID> = [
      .noOpOffCurve, .unscoredTrend, .hiddenShape, .controlSpecificity, .configurationInteraction,
    ]
    var fired = 0
    let studies = 40
    for study in 0..<studies {
      let rates = [Double](repeating: 0.6, count: 4)
      func matrix(_ set: String, _ configuration: String, _ seed: Int) -> OutcomeMatrix {
        RowFixture.matrix(
          RowFixture.arm(set, configuration: configuration, isControl: set != "h-neurons"),
          rates: rates, items: 150, doses: [0, 1, 2, 3], seed: UInt64(study * 10 + seed),
          noise: 0.3)
      }
      let result = try RowAuditEngine.audit(
        RowFixture.table([
          matrix("h-neurons", "a", 1), matrix("random-1", "a", 2), matrix("h-neurons", "b", 3),
          matrix("random-1", "b", 4),
        ]), settings: settings)
      if result.findings.contains(where: {
        tested.contains($0.rule) && ($0.severity ?? .info) > .info
      }) {
        fired += 1
      }
    }
    // 5% of 40 plus four standard errors.
    #expect(fired <= 7)
  }
}
