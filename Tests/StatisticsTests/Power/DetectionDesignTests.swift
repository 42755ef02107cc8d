import Statistics
import Testing

@Suite struct DetectionDesignTests {
  @Test func `the standard error without signal has its closed form`() throws {
    let design = try DetectionDesign(auroc: 0.5, positiveShare: 0.3)
    // (m + n + 1) / (12 m n), the variance of the Mann-Whitney statistic.
    let expected = (101.0 / (12 * 30 * 70)).squareRoot()
    #expect(abs((design.standardError(items: 100, at: 0.5).value ?? 0) - expected) < 1e-12)
    #expect(design.split(items: 100) == (30, 70))
  }

  @Test(arguments: [(0.7, 0.5, 0.5), (0.8, 0.7, 0.3), (0.6, 0.75, 0.5)])
  func `the number of items reaches the power and not much less does`(
    _ auroc: Double, _ reference: Double, _ share: Double
  ) throws {
    let design = try DetectionDesign(auroc: auroc, positiveShare: share)
    let items = try #require(design.itemsNeeded(power: 0.8, reference: reference).value)
    #expect((design.power(items: items, reference: reference).value ?? 0) >= 0.8)
    #expect((design.power(items: items * 95 / 100, reference: reference).value ?? 1) < 0.8)
    let simulated = try design.simulated(
      items: items, reference: reference, runCount: 400, seed: 3)
    // Hanley and McNeil's variance overstates at high areas: DeLong may find more, never much less.
    let power = try #require(simulated.power.value)
    #expect(power > 0.8 - 4 * 0.02 - 0.03 && power < 0.95, "\(power)")
  }

  @Test func `the half-width falls to what was asked for`() throws {
    let design = try DetectionDesign(auroc: 0.77, positiveShare: 0.37)
    let items = try #require(design.itemsNeeded(halfWidth: 0.05).value)
    #expect((design.halfWidth(items: items).value ?? 1) <= 0.05)
    #expect((design.halfWidth(items: items - 10).value ?? 0) > 0.05)
  }

  @Test func `one item has no interval and no area outside 0 to 1 is taken`() throws {
    let design = try DetectionDesign(auroc: 0.7)
    #expect(design.halfWidth(items: 1).reason?.code == .singleClass)
    #expect(throws: StatisticsError.self) { try DetectionDesign(auroc: 1) }
    #expect(throws: StatisticsError.self) { try DetectionDesign(auroc: 0.7, positiveShare: 0) }
    #expect(design.itemsNeeded(power: 0.8, reference: 0.7).reason?.code == .tooLarge)
  }
}

@Suite struct PairedEquivalencePowerTests {
  @Test func `172 pairs at 20 percent discordance have power near 80 percent within 10 points`()
    throws
  {
    let power = try PairedEquivalencePower.power(pairs: 172, discordance: 0.2, margin: 0.1)
    #expect(abs(power - 0.8) < 0.04, "\(power)")
  }

  @Test func `power rises with pairs and margin, and certain agreement is enough`() throws {
    let small = try PairedEquivalencePower.power(pairs: 100, discordance: 0.2, margin: 0.1)
    let large = try PairedEquivalencePower.power(pairs: 300, discordance: 0.2, margin: 0.1)
    #expect(small < large && large <= 1)
    #expect(try PairedEquivalencePower.power(pairs: 300, discordance: 0, margin: 0.1) == 1)
    #expect(throws: StatisticsError.self) {
      try PairedEquivalencePower.power(pairs: 0, discordance: 0.2, margin: 0.1)
    }
    #expect(throws: StatisticsError.self) {
      try PairedEquivalencePower.power(pairs: 10, discordance: .nan, margin: 0.1)
    }
  }
}
