import Audit
import RawStore
import RowAudit
import Statistics
import Testing

@Suite struct InstrumentTests {
  private func audit(_ table: RawTable) throws -> RowAuditResult {
    var settings = RowAuditSettings()
    settings.permutationCount = 499
    settings.resampleCount = 200
    return try RowAuditEngine.audit(table, settings: settings)
  }

  private func finding(_ rule: RuleID, _ result: RowAuditResult) throws -> Finding {
    try #require(result.findings.first { $0.rule == rule })
  }

  @Test func `conflicting judgements of identical responses are counted`() throws {
    func group(_ item: Int, _ counts: (Int, Int, Int)) -> IdenticalResponses {
      IdenticalResponses(
        benchmark: "quiz", judge: "llm", item: "q\(item)", responseHash: "h\(item)",
        trueCount: counts.0, falseCount: counts.1, unscoredCount: counts.2)
    }
    let result = try audit(
      RowFixture.table(identical: [
        group(1, (3, 0, 0)), group(2, (2, 1, 0)), group(3, (0, 2, 0)), group(4, (1, 0, 1)),
      ]))
    let retest = try #require(result.retests.first)
    #expect(retest.groupCount == 4)
    #expect(retest.responseCount == 10)
    #expect(retest.conflictCount == 2)
    // Ordered pairs: 3·2 + 2·1 true–true, 2·1 each way, 2·1 false–false, 1·1 each way.
    #expect(retest.pairs == [[8, 2, 1], [2, 2, 0], [1, 0, 0]])
    #expect(try finding(.judgeRetest, result).severity == .major)
  }

  @Test func `a funnel counts each question once and certifies what it can`() throws {
    func sample(_ item: String, _ judgements: [Bool?]) -> SampledItem {
      SampledItem(
        benchmark: "consistency", item: item, responseHashes: judgements.map { _ in "x" },
        judgements: judgements)
    }
    let all = [Bool?](repeating: true, count: 10)
    let result = try audit(
      RowFixture.table(samples: [
        sample("a", all), sample("b", all.map { _ in false }),
        sample("c", [true] + all.dropLast(2) + [false]),
        sample("d", [nil] + all.dropLast()),
      ]))
    let funnel = try #require(result.funnels.first)
    #expect(funnel.alwaysTrueCount == 1)
    #expect(funnel.alwaysFalseCount == 1)
    #expect(funnel.mixedCount == 1)
    #expect(funnel.unscoredCount == 1)
    // 0.025^(1/10): ten of ten certify no more than 69%.
    #expect(abs(try #require(funnel.certifiedProbability.value) - 0.691_502_9) < 1e-6)
  }

  @Test func `training questions in a test split are leakage, other overlap is noted`() throws {
    let names = RowFixture.names(100)
    let result = try audit(
      RowFixture.table(splits: [
        "train": Array(names[..<60]), "test": Array(names[40...]), "other": Array(names[90...]),
      ]))
    let leak = try #require(result.findings.first { $0.id == "R39/test/train" })
    #expect(leak.severity == .major)
    #expect(leak.evidence["shared"]?.number == 20)
    #expect(result.findings.first { $0.id == "R39/other/train" }?.status == .passed)
    #expect(result.findings.first { $0.id == "R39/other/test" }?.severity == .info)
  }

  @Test func `a detector is measured against random ones, length and the larger class`() throws {
    let random = (0..<120).map {
      RowFixture.detection(
        detector: "random-\($0)", isControl: true, separation: 0, seed: UInt64(100 + $0))
    }
    let result = try audit(
      RowFixture.table(detection: [RowFixture.detection()] + random))
    let analysis = try #require(result.detection.first { !$0.isControl })
    #expect(analysis.randomCount == 120)
    #expect(analysis.randomPValue.value == 1.0 / 121)
    #expect(try finding(.randomDetectors, result).status == .passed)
    #expect(try finding(.thresholdPlacement, result).status == .passed)
    // Brute force over pairs.
    let rows = RowFixture.detection()
    var wins = 0.0
    for (i, a) in rows.labels.enumerated() where a {
      for (j, b) in rows.labels.enumerated() where !b {
        wins += rows.scores[i] > rows.scores[j] ? 1 : rows.scores[i] == rows.scores[j] ? 0.5 : 0
      }
    }
    #expect(abs(try #require(analysis.auroc.value) - wins / 22_500) < 1e-12)
  }

  @Test func `a misplaced threshold is told from a bad ranking`() throws {
    let result = try audit(
      RowFixture.table(detection: [RowFixture.detection(separation: 2, threshold: 0.99)]))
    let found = try finding(.thresholdPlacement, result)
    #expect(found.severity == .major)
    let honest = try #require(found.evidence["cross-accuracy"]?.number)
    #expect(honest > 0.75)
  }

  @Test func `a detector of nothing but length is found`() throws {
    let plain = RowFixture.detection(separation: 1.5)
    let lengths = plain.scores.map { Optional(Int($0 * 1_000)) }
    let copy = try audit(
      RowFixture.table(detection: [RowFixture.detection(separation: 1.5, lengths: lengths)]))
    #expect(try finding(.lengthConfound, copy).severity == .major)
    let other = try audit(
      RowFixture.table(detection: [
        RowFixture.detection(
          separation: 1.5, lengths: (0..<300).map { Optional($0 * 7 % 31) })
      ]))
    #expect(try finding(.lengthConfound, other).status == .passed)
    #expect(other.detection[0].length?.strata.map(\.count).reduce(0, +) == 300)
  }

  @Test func `prior shift is refused where the rates within the classes differ`() throws {
    let result = try audit(
      RowFixture.table(detection: [
        RowFixture.detection(set: "a", separation: 2),
        RowFixture.detection(set: "b", separation: 0.2, seed: 9),
      ]))
    let found = try finding(.priorShiftRows, result)
    #expect(found.severity == .minor)
    #expect(found.evidence["implied"]?.number == nil)
  }

  @Test func `neurons of one layer stand out, and published counts count`() throws {
    let neurons = (0..<12).map { layer in
      NeuronRow(
        detector: "h", layer: layer, expert: nil, isShared: false, index: nil, weight: nil,
        count: layer == 3 ? 12 : 1, eligibleCount: 100)
    }
    let result = try audit(RowFixture.table(neurons: neurons))
    let profile = try #require(result.layers.first)
    #expect(profile.total == 23)
    #expect(profile.eligibleCount == 1_200)
    #expect(try #require(profile.hotspots.value).adjustedPValues[3] < 0.01)
  }

  @Test func `two judges of the same answers are compared`() throws {
    let rates = [Double](repeating: 0.6, count: 7)
    let result = try audit(
      RowFixture.table([
        RowFixture.matrix(RowFixture.arm(judge: "rule"), rates: rates),
        RowFixture.matrix(RowFixture.arm(judge: "model"), rates: rates),
      ]))
    let judges = try #require(result.judges.first)
    #expect(judges.count == 7_000)
    #expect(judges.agreement.value?.observedAgreement == 1)
  }
}
