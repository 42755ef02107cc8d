import Audit
import Foundation
import RawStore
import RowAudit
import Statistics
import Study
import TestSupport
import Testing

/// Hypotheses of a plan, decided from rows whose truth is planted.
@Suite struct RegisteredHypothesesTests {
  private static func plan(
    _ hypotheses: [String], checks: String = "", items: Int = 400
  ) throws -> StudyPlan {
    var small = SmallPlan()
    small.items = items
    small.permutations = 999
    small.hypotheses = hypotheses
    small.model =
      "{path: m, layers: 40, full_attention_layers: [3, 7, 11, 15, 19, 23, 27, 31, 35, 39]}"
    small.doses = "[0, 0.5, 1, 1.5, 2, 2.5, 3]"
    small.configurations = [
      "{id: a, implementation: expert-loop, weight_format: as-stored, neuron_sets: [all, shared, routed]}",
      "{id: b, implementation: post-hoc, weight_format: as-stored, neuron_sets: [all]}",
    ]
    small.moreSections = checks
    let folder = NSTemporaryDirectory() + "referee-registered-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(small.text.utf8).write(to: URL(fileURLWithPath: folder + "/study.yaml"))
    return try StudyPlan.load(folder: folder)
  }

  private static func results(
    _ plan: StudyPlan, _ table: RawTable, isLocked: Bool = true
  ) throws -> [HypothesisResult] {
    let lock = try StudyLock(plan, at: UTCTime(seconds: 0), tool: "test")
    let registered = RegisteredPlan(
      PlanComparison(plan: plan, lock: isLocked ? lock : nil))
    return try RowAuditEngine.audit(table, settings: registered.settings, plan: registered)
      .hypotheses
  }

  private static func curve(
    _ set: String = "all", configuration: String = "a", rates: [Double], items: Int = 400,
    seed: UInt64 = 1, noise: Double = 0.05
  ) -> OutcomeMatrix {
    RowFixture.matrix(
      RowFixture.arm(set, configuration: configuration), rates: rates, items: items, seed: seed,
      noise: noise)
  }

  private static let monotone =
    "id: H1, analysis: monotone-dose-response, benchmarks: [quiz], configurations: [a], "
    + "smallest_effect_of_interest: 10, equivalence_margin: 5, family: main"
  private static let rising = [0.30, 0.34, 0.38, 0.42, 0.46, 0.50, 0.54]
  private static let flat = [Double](repeating: 0.4, count: 7)
  private static let hill = [0.30, 0.40, 0.50, 0.55, 0.50, 0.40, 0.30]

  @Test(arguments: [
    (rising, Verdict.supported), (Array(rising.reversed()), .refuted), (flat, .equivalent),
    // The slope of a hill is zero; that shows neither flatness nor the opposite direction.
    (hill, .inconclusive),
  ])
  func `a monotone hypothesis follows the planted curve`(
    rates: [Double], verdict: Verdict
  ) throws {
    let noise = rates == Self.flat ? 0.0 : 0.02
    let results = try Self.results(
      try Self.plan([Self.monotone]), RowFixture.table([Self.curve(rates: rates, noise: noise)]))
    #expect(results.map(\.verdict) == [verdict], "\(results.map(\.sentenceText))")
    #expect(results[0].registration == .registered)
  }

  @Test func `a hill is no flat trend either`() throws {
    let trend = Self.monotone.replacing("monotone-dose-response", with: "dose-trend")
    let results = try Self.results(
      try Self.plan([trend]), RowFixture.table([Self.curve(rates: Self.hill, noise: 0)]))
    #expect(results.map(\.verdict) == [.inconclusive])
  }

  @Test func `without a lock there is a shape and no verdict`() throws {
    let results = try Self.results(
      try Self.plan([Self.monotone]), RowFixture.table([Self.curve(rates: Self.rising)]),
      isLocked: false)
    #expect(results[0].registration == .exploratory)
    #expect(results[0].verdict == nil)
    #expect(results[0].evidence["verdict"] == nil && results[0].evidence["meaning"] == nil)
    #expect(!results[0].sentenceText.contains(": supported. "))
  }

  @Test func `fewer items or missing rows are not testable and stay in the family`() throws {
    let other = Self.monotone.replacing("H1", with: "H2").replacing("[a]", with: "[b]")
    let plan = try Self.plan([Self.monotone, other])
    let short = try Self.results(
      plan, RowFixture.table([Self.curve(rates: Self.rising, items: 300)]))
    #expect(short.map(\.verdict) == [.notTestable, .notTestable])
    #expect(short[0].sentenceText.contains("300 of 400 registered items"))
    let one = try Self.results(plan, RowFixture.table([Self.curve(rates: Self.rising)]))
    #expect(one.map(\.verdict) == [.supported, .notTestable])
    let (raw, adjusted) = (one[0].evidence["p"]?.number, one[0].evidence["p-adjusted"]?.number)
    #expect(abs(try #require(adjusted) - 2 * (try #require(raw))) < 1e-12)
  }

  @Test func `identical configurations agree, and different ones do not`() throws {
    let hypothesis =
      "id: C, analysis: configuration-agreement, benchmarks: [quiz], configurations: [a, b], "
      + "smallest_effect_of_interest: 10, equivalence_margin: 5, family: main"
    let plan = try Self.plan([hypothesis])
    let same = RowFixture.table([
      Self.curve(rates: Self.rising), Self.curve(configuration: "b", rates: Self.rising),
    ])
    #expect(try Self.results(plan, same).map(\.verdict) == [.supported])
    let apart = RowFixture.table([
      Self.curve(rates: Self.rising),
      Self.curve(configuration: "b", rates: Array(Self.rising.reversed())),
    ])
    #expect(try Self.results(plan, apart).map(\.verdict) == [.refuted])
  }

  @Test func `a detector is better than chance, or perfect`() throws {
    let hypothesis =
      "id: D, analysis: detection, detection_sets: [in-domain], smallest_effect_of_interest: 0.05, "
      + "family: main"
    let plan = try Self.plan([hypothesis])
    for (separation, verdict) in [(1.5, Verdict.supported), (-1.5, .refuted), (60, .supported)] {
      let rows = RowFixture.detection(separation: separation)
      let results = try Self.results(plan, RowFixture.table(detection: [rows]))
      #expect(results.map(\.verdict) == [verdict], "separation \(separation)")
    }
  }

  @Test(arguments: [
    ([3, 7, 11, 15, 19, 23, 27, 31, 35, 39], Verdict.refuted),
    (Array(0..<40).filter { $0 % 4 != 3 }, .supported), (Array(0..<40), .inconclusive),
  ])
  func `concentration has two honest tails`(layers: [Int], verdict: Verdict) throws {
    let hypothesis =
      "id: P, analysis: layer-concentration, layers: linear-attention, "
      + "smallest_effect_of_interest: 0.1, family: main"
    let neurons = layers.flatMap { layer in
      (0..<3).map {
        NeuronRow(
          detector: "h-neurons", layer: layer, expert: 0, isShared: false, index: $0, weight: 1)
      }
    }
    let results = try Self.results(
      try Self.plan([hypothesis]), RowFixture.table(neurons: neurons))
    #expect(results.map(\.verdict) == [verdict], "\(results.map(\.sentenceText))")
  }

  @Test func `a check that failed, or that nobody ran, withholds the verdict`() throws {
    let table = RowFixture.table([
      RowFixture.matrix(
        RowFixture.arm("all"), rates: Self.rising, items: 400,
        unscored: [0, 0, 100, 0, 0, 0, 0])
    ])
    func verdict(_ checks: String) throws -> (Verdict?, String) {
      let result = try Self.results(try Self.plan([Self.monotone], checks: checks), table)[0]
      return (result.verdict, result.sentenceText)
    }
    let loose = try verdict("checks: [{id: p, kind: unparsable-at-most, threshold: 0.3}]")
    #expect(loose.0 != .notTestable)
    let failed = try verdict("checks: [{id: p, kind: unparsable-at-most, threshold: 0.2}]")
    #expect(failed.0 == .notTestable)
    #expect(failed.1.contains("100 of 400 answers"))
    let unseen = try verdict("checks: [{id: no-op, kind: no-op-exact}]")
    #expect(unseen.0 == .notTestable)
    #expect(unseen.1.contains("has no result in the rows"))
  }
}
