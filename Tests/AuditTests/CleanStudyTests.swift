import Audit
import Foundation
import Randomness
import Study
import StudyFixtures
import Testing

/// Seeded studies without a fault must mostly be found without a fault.
///
/// Clean and well powered by the rules' own definitions: n is stated, every dose is reported, the
/// same items are used, configurations on the same weights share their true rates, a claimed effect
/// is there, and a claimed null is true and has the items to show it at the margin.
@Suite struct CleanStudyTests {
  @Test func `at most one clean study in twenty has a finding above info`() {
    let isSlow = ProcessInfo.processInfo.environment["REFEREE_SLOW"] == "1"
    let count = isSlow ? 1000 : 60
    var flagged: [String: Int] = [:]
    var studies = 0
    for index in 0..<count {
      let result = AuditEngine.audit(Self.study(index))
      let grave = result.findings.filter { ($0.severity ?? .info) > .info }
      if !grave.isEmpty { studies += 1 }
      for id in Set(grave.map(\.rule.rawValue)) { flagged[id, default: 0] += 1 }
    }
    let limit = 0.05 + 4 * (0.05 * 0.95 / Double(count)).squareRoot()
    let rules = flagged.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    #expect(Double(studies) / Double(count) <= limit, "\(studies) of \(count): \(rules)")
  }

  /// A binomial count as a sum of n independent draws: slow, plain, and not the code under test.
  private static func count(
    _ total: Int, _ rate: Double, _ random: inout RandomStream
  ) -> Int {
    (0..<total).reduce(0) { sum, _ in sum + (random.uniform() < rate ? 1 : 0) }
  }

  private static func study(_ index: Int) -> PublishedStudy {
    var random = RandomStream(seed: 20_260_101, analysis: "clean-study", index: UInt64(index))
    let total = 1200
    var fixture = StudyFixture()
      .configuration("A", weights: "int4").configuration("B", weights: "int4")
      .configuration("C", weights: "mlx")
    for benchmark in ["Null", "Flat", "Rising"] {
      let base = 0.1 + 0.35 * random.uniform()
      for configuration in ["A", "B", "C"] {
        // Another weight format may have another level; the change with the dose is the same.
        let level = base + (configuration == "C" ? 0.05 : 0)
        let counts = (0..<4).map { dose in
          let rate = level + (benchmark == "Rising" ? 0.12 * Double(dose) : 0)
          return count(total, rate, &random)
        }
        fixture = fixture.rates(benchmark, configuration, n: total, counts, decimals: 2)
      }
    }
    let right = 1000
    return
      fixture
      .with {
        $0.sameItemsAtEveryDose = true
        $0.smallestEffectOfInterest = 10
        $0.isPreregistered = true
      }
      .sampling(responses: 10, seen: 2600, right: right, wrong: right)
      .claim(.noEffect, id: "null", benchmarks: ["Null", "Flat"])
      .claim(.monotoneIncreasing, id: "rising", benchmarks: ["Rising"])
      .claim(.effect, id: "effect", benchmarks: ["Rising"])
      .claim(.sameOperation, id: "same", configurations: ["A", "B"])
      .claim(.fullDoseRange, id: "range")
      .arithmetic("kept", "1000+1000", "2,000")
      .build()
  }
}
