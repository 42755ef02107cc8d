import CanonicalJSON
import Randomness
import Statistics
import Testing

@Suite struct SequentialTests {
  @Test func `e-values`() throws {
    let item = try #require(try ExtraOracle.load()["anytime"])
    let test = AnytimePairedTest(gains: item["gains"]?.labels ?? [])
    let want = item["log_e"]?.doubles ?? []
    #expect(test.logEValues.count == want.count)
    for (got, value) in zip(test.logEValues, want) { #expect(abs(got - value) < 1e-11) }
    #expect(AnytimePairedTest(gains: []).pValue == 1)
  }

  @Test func `peeking after every pair keeps the size`() {
    var crossings = 0
    for run in 0..<2_000 {
      var random = RandomStream(seed: 6, analysis: "peek", index: UInt64(run))
      let gains = (0..<200).map { _ in random.uniform() < 0.5 }
      if AnytimePairedTest(gains: gains).pValue <= 0.05 { crossings += 1 }
    }
    // Ville's bound is .05; 4 Monte Carlo standard errors are .02.
    #expect(Double(crossings) / 2_000 <= 0.07)
  }

  @Test func `Lan-DeMets boundaries`() throws {
    for item in try ExtraOracle.load()["lanDeMets"]?.arrayValue ?? [] {
      let design = try GroupSequentialDesign(
        fractions: item["fractions"]?.doubles ?? [], level: item["level"]?.doubleValue ?? 0)
      for (got, want) in zip(design.boundaries, item["boundaries"]?.doubles ?? []) {
        #expect(abs(got - want) < 1e-6, "\(got) \(want)")
      }
    }
    // Five equal looks at .05: ldbounds prints 4.8769 3.3569 2.6803 2.2898 2.0310.
    let five = try GroupSequentialDesign(fractions: [0.2, 0.4, 0.6, 0.8, 1])
    for (got, want) in zip(five.boundaries, [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]) {
      #expect(abs(got - want) < 2e-4)
    }
  }

  @Test(arguments: [[], [0.5, 0.5], [0.0, 1], [0.5, 1.2], [.nan]])
  func `bad information fractions are refused`(fractions: [Double]) {
    #expect(throws: StatisticsError.self) { try GroupSequentialDesign(fractions: fractions) }
  }
}
