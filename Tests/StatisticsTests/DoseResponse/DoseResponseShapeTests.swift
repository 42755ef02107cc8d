import CanonicalJSON
import Randomness
import Statistics
import Testing

@Suite struct DoseResponseShapeTests {
  private static let doses: [Double] = [0, 1, 2, 3]

  /// Questions with a shared latent level, so that answers are paired.
  static func rows(_ rates: [Double], count: Int, seed: UInt64, noise: Double = 0.3)
    -> [[Bool?]]
  {
    (0..<count).map { question in
      var random = RandomStream(seed: seed, analysis: "shape test", index: UInt64(question))
      let level = random.uniform()
      return rates.map { rate in
        random.uniform() < noise ? random.uniform() < rate : level < rate
      }
    }
  }

  private static func shape(
    _ rates: [Double], count: Int, margin: Double? = 0.05, seed: UInt64 = 1
  ) throws -> DoseResponseShape {
    let rows = try DoseResponseRows(
      doses: doses, outcomes: rows(rates, count: count, seed: seed))
    return try DoseResponseShape.of(
      rows,
      settings: .init(margin: margin, permutationCount: 999, seed: 5, analysis: "test"))
  }

  @Test(
    arguments: [
      ([0.2, 0.35, 0.5, 0.65], 600, 0.05, DoseResponseShape.Verdict.monotoneIncreasing),
      ([0.65, 0.5, 0.35, 0.2], 600, 0.05, .monotoneDecreasing),
      ([0.2, 0.35, 0.5, 0.65], 600, nil, .increasingUnverified),
      ([0.65, 0.5, 0.35, 0.2], 600, nil, .decreasingUnverified),
      ([0.2, 0.5, 0.5, 0.2], 800, 0.05, .nonMonotone),
      ([0.4, 0.4, 0.4, 0.4], 4_000, 0.06, .equivalentToFlat),
    ] as [([Double], Int, Double?, DoseResponseShape.Verdict)])
  func `verdicts of clear shapes`(
    rates: [Double], count: Int, margin: Double?, verdict: DoseResponseShape.Verdict
  ) throws {
    let shape = try Self.shape(rates, count: count, margin: margin)
    #expect(shape.verdict == verdict)
    #expect(shape.isPaired)
    #expect(shape.minimalDetectableSlope == nil)
    #expect(shape.contrasts.count == 3)
  }

  @Test func `small samples end inconclusive with a detectable effect`() throws {
    let shape = try Self.shape([0.4, 0.42, 0.41, 0.43], count: 40)
    #expect(shape.verdict.isInconclusive)
    let detectable = try #require(shape.minimalDetectableSlope?.value)
    #expect(detectable > 0)
    #expect(shape.shapeCalibration == .permutation)
  }

  @Test func `unscored answers drop the question and are counted`() throws {
    var outcomes = Self.rows([0.2, 0.4, 0.6, 0.8], count: 50, seed: 2)
    outcomes[3][1] = nil
    outcomes[9][1] = nil
    outcomes[9][3] = nil
    let rows = try DoseResponseRows(doses: Self.doses, outcomes: outcomes)
    #expect(rows.questionCount == 48)
    #expect(rows.incompleteCount == 2)
    #expect(rows.unscoredCounts == [0, 2, 0, 1])
  }

  @Test func `columns are sorted by dose`() throws {
    let rows = try DoseResponseRows(doses: [3, 0], outcomes: [[true, false], [true, true]])
    #expect(rows.doses == [0, 3])
    #expect(rows.eventCounts == [1, 2])
  }

  @Test(arguments: [0, 1, 2])
  func `degenerate rows end without a crash`(count: Int) throws {
    for value in [true, false] {
      let rows = try DoseResponseRows(
        doses: Self.doses,
        outcomes: [[Bool?]](repeating: [value, value, value, value], count: count))
      let shape = try DoseResponseShape.of(
        rows, settings: .init(margin: 0.1, permutationCount: 99, seed: 1, analysis: "t"))
      #expect(shape.verdict.isInconclusive)
      #expect(shape.slopeInterval.reason?.code == .tooFew)
    }
    let noDose = try DoseResponseRows(doses: [], outcomes: [])
    let shape = try DoseResponseShape.of(
      noDose, settings: .init(margin: nil, seed: 1, analysis: "t"))
    #expect(shape.verdict == .inconclusive)
  }

  @Test func `margins give an unpaired verdict`() throws {
    let settings = DoseResponseShape.Settings(margin: 0.1, seed: 1, analysis: "t")
    let up = try DoseResponseShape.ofMargins(
      doses: Self.doses, successes: [40, 80, 120, 160], trials: [400, 400, 400, 400],
      settings: settings)
    #expect(up.verdict == .monotoneIncreasing)
    #expect(!up.isPaired)
    let uShaped = try DoseResponseShape.ofMargins(
      doses: Self.doses, successes: [200, 60, 60, 200], trials: [400, 400, 400, 400],
      settings: settings)
    #expect(uShaped.verdict == .nonMonotone)
    // The published FalseQA curve: 20, 15, 10, 15 of 100.
    let falseQA = try DoseResponseShape.ofMargins(
      doses: Self.doses, successes: [20, 15, 10, 15], trials: [100, 100, 100, 100],
      settings: settings)
    #expect(falseQA.verdict == .reversalNotTested)
    #expect(falseQA.minimalDetectableSlope?.value != nil)
    let empty = try DoseResponseShape.ofMargins(
      doses: Self.doses, successes: [0, 0, 0, 0], trials: [0, 0, 0, 0], settings: settings)
    #expect(empty.verdict == .inconclusive)
  }

  @Test func `permutation p against full enumeration`() throws {
    let cases = try ExtraOracle.load()["permutation"]?.arrayValue ?? []
    #expect(cases.count == 2)
    for item in cases {
      let rows = try DoseResponseRows(
        doses: item["doses"]?.doubles ?? [],
        outcomes: (item["rows"]?.boolRows ?? []).map { $0.map(Optional.some) })
      let test = try WithinQuestionPermutation.test(
        rows, permutationCount: 40_000, seed: 4, analysis: "enumeration")
      #expect(abs((test.statistic.value ?? 0) - (item["statistic"]?.doubleValue ?? 1)) < 1e-12)
      let exact = item["p"]?.doubleValue ?? 1
      #expect(abs(test.pValue - exact) < 4 * (exact * (1 - exact) / 40_000).squareRoot() + 1e-4)
      let again = try WithinQuestionPermutation.test(
        rows, permutationCount: 40_000, seed: 4, analysis: "enumeration", threadCount: 3)
      #expect(again == test)
    }
  }

  @Test func `slope and robust t of the fixture`() throws {
    for item in try ExtraOracle.load("within_question_trend")["cases"]?.arrayValue ?? [] {
      let matrix = item["input"]?["matrix"]?.boolRows ?? []
      let scores = item["input"]?["scores"]?.doubles ?? []
      guard let want = item["expected"]?["slope_lpm"]?.doubleValue, scores.count > 1 else {
        continue
      }
      let rows = try DoseResponseRows(
        doses: scores, outcomes: matrix.map { $0.map(Optional.some) })
      let trend = DoseTrend(rows)
      #expect(abs((trend.slope.value ?? 99) - want) < 1e-12)
      if let t = item["expected"]?["robust_t"]?.doubleValue,
        let error = trend.standardError.value, error > 0
      {
        #expect(abs(want / error - t) < 1e-9 * max(1, abs(t)))
      }
    }
  }

  @Test func `maxT adjusts over benchmarks and is at least the raw p`() throws {
    let up = Self.rows([0.2, 0.4, 0.6, 0.8], count: 60, seed: 3).map { $0.compactMap { $0 } }
    let flat = Self.rows([0.5, 0.5, 0.5, 0.5], count: 60, seed: 4).map { $0.compactMap { $0 } }
    let result = try PermutationMaxT.test(
      doses: Self.doses, benchmarks: [flat, up, flat], permutationCount: 499, seed: 1,
      analysis: "maxT")
    #expect(result.adjustedPValues[1] < 0.01)
    for (adjusted, raw) in zip(result.adjustedPValues, result.pValues) { #expect(adjusted >= raw) }
    let alone = try PermutationMaxT.test(
      doses: Self.doses, benchmarks: [up], permutationCount: 199, seed: 1, analysis: "maxT",
      threadCount: 1)
    #expect(alone.pValues == alone.adjustedPValues)
    let none = try PermutationMaxT.test(
      doses: Self.doses, benchmarks: [], permutationCount: 9, seed: 1, analysis: "maxT")
    #expect(none.adjustedPValues.isEmpty)
  }
}
