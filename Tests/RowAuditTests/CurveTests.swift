import Audit
import RawStore
import RowAudit
import Statistics
import Testing

@Suite struct CurveTests {
  private func audit(_ matrices: [OutcomeMatrix]) throws -> RowAuditResult {
    var settings = RowAuditSettings()
    settings.permutationCount = 999
    return try RowAuditEngine.audit(RowFixture.table(matrices), settings: settings)
  }

  private func finding(
    _ rule: RuleID, _ result: RowAuditResult, _ subject: String = "quiz/a/h-neurons"
  ) throws -> Finding {
    try #require(result.findings.first { $0.id == "\(rule.rawValue)/\(subject)" })
  }

  @Test func `an inverted U that a slope test calls null is found`() throws {
    let result = try audit([
      RowFixture.matrix(
        RowFixture.arm(), rates: [0.50, 0.57, 0.62, 0.64, 0.62, 0.57, 0.50], noise: 0.1)
    ])
    let test = try #require(result.curves[0].test)
    #expect(try #require(test.primaryPValue.value) > 0.2)
    #expect(test.shape == .nonMonotone)
    let found = try finding(.hiddenShape, result)
    #expect(found.severity == .major)
    #expect(found.titleText.contains("an inverted U"))
  }

  @Test func `a straight increase turns around nowhere`() throws {
    let result = try audit([
      RowFixture.matrix(
        RowFixture.arm(), rates: [0.60, 0.62, 0.64, 0.66, 0.68, 0.70, 0.72], noise: 0.1)
    ])
    let test = try #require(result.curves[0].test)
    #expect(test.shape == .monotoneIncreasing)
    #expect(try finding(.hiddenShape, result).status == .passed)
    let slope = try #require(test.slope.value)
    #expect(abs(slope - 0.04) < 1e-9)
  }

  @Test func `counts, swings and contrasts are those of the cells`() throws {
    // Six questions, three doses; ? is unscored, _ missing.
    let rows = ["001", "011", "111", "010", "0?1", "1_1"]
    let codes: [Character: UInt8] = ["0": 0, "1": 1, "?": 2, "_": 255]
    let matrix = OutcomeMatrix(
      arm: RowFixture.arm(), doses: [0, 1, 3], items: RowFixture.names(6), replicateCount: 1,
      cells: rows.joined().compactMap { codes[$0] }, unscoredClasses: ["parse-failure"],
      contentHash: "h")
    let result = try audit([matrix])
    let curve = result.curves[0]
    #expect(curve.points.map(\.trueCount) == [2, 3, 5])
    #expect(curve.points.map(\.scoredCount) == [6, 4, 6])
    #expect(curve.points.map(\.unscoredCount) == [0, 1, 0])
    #expect(curve.points.map(\.missingCount) == [0, 1, 0])
    let test = try #require(curve.test)
    #expect(test.completeCount == 4)
    #expect(test.incompleteCount == 2)
    #expect(test.swingCount == 3)
    #expect(test.contrasts.map { [$0.from, $0.to] } == [[0, 1], [1, 3], [0, 3]])
    #expect(test.contrasts.map(\.gains) == [2, 1, 2])
    #expect(test.contrasts.map(\.losses) == [0, 1, 0])
    // t = Σ (c − 4/3) y over 001, 011, 111, 010: 5/3, 4/3, 0, −1/3; Σ (c − 4/3)² = 14/3.
    let slope = try #require(test.slope.value)
    let expected: Double = 2.0 / 3 * 3.0 / 14
    #expect(abs(slope - expected) < 1e-12)
    #expect(try finding(.missingRows, result).severity == .major)
  }

  @Test func `the sign-flip of a difference of slopes is the enumeration of all signs`() throws {
    let left = ["0011", "0111", "0001", "1111", "0101", "0011", "1011", "0000", "0111"]
    let right = ["0010", "0000", "1000", "1101", "0101", "0001", "1011", "0100", "0110"]
    func matrix(_ rows: [String], _ name: String) -> OutcomeMatrix {
      OutcomeMatrix(
        arm: RowFixture.arm(name, isControl: name != "h-neurons"), doses: [0, 1, 2, 3],
        items: RowFixture.names(rows.count), replicateCount: 1,
        cells: rows.joined().map { $0 == "1" ? 1 : 0 }, unscoredClasses: [], contentHash: name)
    }
    let comparison = try SlopeComparison(
      matrix(left, "h-neurons"), named: "l", matrix(right, "random"), named: "r",
      settings: RowAuditSettings())
    let centred = [-1.5, -0.5, 0.5, 1.5]
    let scores = zip(left, right).map { a, b in
      zip(centred, zip(a, b)).reduce(0.0) { sum, item in
        sum + item.0 * ((item.1.0 == "1" ? 1 : 0) - (item.1.1 == "1" ? 1 : 0))
      }
    }
    let observed = abs(scores.reduce(0, +))
    var extreme = 0
    for mask in 0..<(1 << scores.count) {
      let sum = scores.enumerated().reduce(0.0) { $0 + (mask >> $1.0 & 1 == 1 ? -$1.1 : $1.1) }
      if abs(sum) >= observed - 1e-9 { extreme += 1 }
    }
    let exact = Double(extreme) / Double(1 << scores.count)
    #expect(abs(try #require(comparison.signFlipPValue.value) - exact) < 1e-12)
    let slope = scores.reduce(0, +) / Double(scores.count) / 5
    #expect(abs(try #require(comparison.difference.value) - slope) < 1e-12)
  }

  @Test func `a target that random sets follow is not specific`() throws {
    let rates = [0.60, 0.62, 0.64, 0.66, 0.68, 0.70, 0.72]
    let flat = [Double](repeating: 0.64, count: 7)
    let specific = try audit([
      RowFixture.matrix(RowFixture.arm(), rates: rates),
      RowFixture.matrix(RowFixture.arm("random-1", isControl: true), rates: flat, seed: 2),
    ])
    #expect(try finding(.controlSpecificity, specific).severity == .info)
    #expect(specific.envelopes[0].isOutside == true)
    #expect(specific.envelopes[0].rankPValue.value == 0.5)
    let common = try audit([
      RowFixture.matrix(RowFixture.arm(), rates: rates),
      RowFixture.matrix(RowFixture.arm("random-1", isControl: true), rates: rates, seed: 2),
    ])
    #expect(try finding(.controlSpecificity, common).severity == .major)
    let alone = try audit([RowFixture.matrix(RowFixture.arm(), rates: rates)])
    #expect(try finding(.controlSpecificity, alone).severity == .minor)
  }

  @Test func `unscored answers that follow the dose are found`() throws {
    let flat = [Double](repeating: 0.6, count: 7)
    let rising = try audit([
      RowFixture.matrix(RowFixture.arm(), rates: flat, unscored: [0, 4, 8, 15, 25, 40, 60])
    ])
    #expect(try finding(.unscoredTrend, rising).severity == .major)
    #expect(rising.curves[0].points.map(\.unscoredCount) == [0, 4, 8, 15, 25, 40, 60])
    let none = try audit([RowFixture.matrix(RowFixture.arm(), rates: flat)])
    #expect(try finding(.unscoredTrend, none).status == .passed)
  }

  @Test func `repeated answers are clusters, not trials`() throws {
    // Two questions, ten answers each: all true and all false.
    let cells = [UInt8](repeating: 1, count: 20) + [UInt8](repeating: 0, count: 20)
    let matrix = OutcomeMatrix(
      arm: RowFixture.arm(), doses: [0, 1], items: RowFixture.names(2), replicateCount: 10,
      cells: cells, unscoredClasses: [], contentHash: "h")
    let result = try audit([matrix])
    let point = result.curves[0].points[0]
    #expect(point.rate.value == 0.5)
    let interval = try #require(point.interval.value)
    // t with one degree of freedom: ± 12.7 · 0.5, where 20 trials would give ± 0.2.
    #expect(abs(interval.width - 2 * 0.5 * 12.706_204_736_174_7) < 1e-6)
  }

  @Test func `an interaction of configuration and dose is found, and agreement is not claimed`()
    throws
  {
    let rising = [0.55, 0.59, 0.63, 0.67, 0.71, 0.75, 0.79]
    let flat = [Double](repeating: 0.63, count: 7)
    let apart = try audit([
      RowFixture.matrix(RowFixture.arm(configuration: "a"), rates: rising),
      RowFixture.matrix(RowFixture.arm(configuration: "b"), rates: flat, seed: 3),
    ])
    #expect(try finding(.configurationInteraction, apart, "quiz/h-neurons").severity == .major)
    let alike = try audit([
      RowFixture.matrix(RowFixture.arm(configuration: "a"), rates: flat),
      RowFixture.matrix(RowFixture.arm(configuration: "b"), rates: flat, seed: 3),
    ])
    let passed = try finding(.configurationInteraction, alike, "quiz/h-neurons")
    #expect(passed.status == .passed)
    #expect(passed.sentenceText.contains("does not show that they agree"))
    #expect(passed.evidence["equivalence-pair-1"]?.text == "shown equivalent")
  }
}
