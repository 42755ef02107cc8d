import CanonicalJSON
import Statistics
import Testing

@Suite struct LayerConcentrationTests {
  @Test func `against full enumeration`() throws {
    let cases = try ExtraOracle.load()["layers"]?.arrayValue ?? []
    #expect(cases.count == 3)
    for item in cases {
      let layers = try LayerCounts(
        counts: item["counts"]?.integers ?? [], exposures: item["exposures"]?.doubles ?? [])
      let result = try LayerConcentration.test(
        layers, set: item["set"]?.integers ?? [], strata: item["strata"]?.integers,
        permutationCount: 40_000, seed: 1, analysis: "test")
      #expect(abs(result.binomialPValue - (item["binomial"]?.doubleValue ?? 0)) < 1e-12)
      #expect(
        abs((result.overdispersion.value ?? 0) - (item["phi"]?.doubleValue ?? 1)) < 1e-12)
      #expect(abs((result.shiftPValue.value ?? 0) - (item["shift"]?.doubleValue ?? 1)) < 1e-12)
      let exact = item["permutation"]?.doubleValue ?? 1
      let error = 4 * (exact * (1 - exact) / 40_000).squareRoot() + 1e-4
      #expect(abs((result.permutationPValue.value ?? 0) - exact) < error)
    }
  }

  @Test func `hotspots hold the family and find the planted layer`() throws {
    var counts = [Int](repeating: 4, count: 30)
    counts[17] = 25
    let layers = try LayerCounts(counts: counts, exposures: [Double](repeating: 1, count: 30))
    let result = try #require(LayerHotspots.test(layers, seed: 3, analysis: "test").value)
    #expect(result.adjustedPValues[17] < 0.001)
    #expect(result.adjustedPValues[3] > 0.5)
  }

  @Test func `periodic sets cannot be tested below one over the period`() {
    #expect(
      LayerConcentration.smallestShiftPValue(set: [0, 4, 8], layerCount: 12).value == 0.25)
    #expect(LayerConcentration.smallestShiftPValue(set: [0, 1], layerCount: 5).value == 0.2)
  }

  @Test func `degenerate layers are undefined`() throws {
    let none = try LayerCounts(counts: [0, 0], exposures: [1, 1])
    let result = try LayerConcentration.test(none, set: [0], seed: 1, analysis: "t")
    #expect(result.permutationPValue.reason?.code == .emptyInput)
    let all = try LayerConcentration.test(
      LayerCounts(counts: [1, 2], exposures: [1, 1]), set: [0, 1], seed: 1, analysis: "t")
    #expect(all.permutationPValue.reason?.code == .notApplicable)
    #expect(throws: StatisticsError.self) { try LayerCounts(counts: [], exposures: []) }
    #expect(throws: StatisticsError.self) {
      try LayerCounts(counts: [.max, .max], exposures: [1, 1])
    }
    let single = try LayerCounts(counts: [4], exposures: [1])
    #expect(single.overdispersion.reason?.code == .tooFew)
  }
}
