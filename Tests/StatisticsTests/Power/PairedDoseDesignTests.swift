import Statistics
import Testing

@Suite struct PairedDoseDesignTests {
  struct Target: Sendable, CustomTestStringConvertible {
    let baseline: Double
    let effect: Double
    let items: Int
    /// Power of the studentised permutation: exchangeable 0.6, autoregressive 0.8; 1,000 runs.
    let exchangeable: Double
    let autoregressive: Double

    var testDescription: String { "\(baseline) + \(effect), n = \(items)" }
  }

  /// From an independent simulation in numpy (`validation_targets.json`).
  static let targets = [
    Target(baseline: 0.375, effect: 0.2, items: 40, exchangeable: 0.647, autoregressive: 0.586),
    Target(baseline: 0.375, effect: 0.2, items: 100, exchangeable: 0.976, autoregressive: 0.933),
    Target(baseline: 0.375, effect: 0.1, items: 40, exchangeable: 0.220, autoregressive: 0.196),
    Target(baseline: 0.375, effect: 0.1, items: 100, exchangeable: 0.496, autoregressive: 0.409),
    Target(baseline: 0.375, effect: 0.1, items: 300, exchangeable: 0.904, autoregressive: 0.832),
    Target(baseline: 0.15, effect: 0.1, items: 40, exchangeable: 0.288, autoregressive: 0.278),
    Target(baseline: 0.15, effect: 0.1, items: 100, exchangeable: 0.614, autoregressive: 0.561),
    Target(baseline: 0.15, effect: 0.1, items: 300, exchangeable: 0.984, autoregressive: 0.962),
  ]

  private static func designs(_ target: Target) throws -> [(PairedDoseDesign, Double)] {
    try [
      (LatentCorrelation.exchangeable(0.6), target.exchangeable),
      (.autoregressive(0.8), target.autoregressive),
    ].map { correlation, power in
      (
        try PairedDoseDesign(
          baseline: target.baseline, effect: target.effect, doses: [0, 1, 2, 3],
          correlation: correlation), power
      )
    }
  }

  @Test(arguments: targets)
  func `the formula is near the simulated targets`(_ target: Target) throws {
    for (design, power) in try Self.designs(target) {
      let found = try #require(design.power(items: target.items).value)
      // Monte Carlo error of the target (4 × .016) and what a normal approximation costs at n = 40.
      #expect(abs(found - power) < 0.064 + (target.items < 100 ? 0.02 : 0), "\(design.correlation)")
    }
  }

  @Test(arguments: targets.filter { $0.items <= 100 })
  func `the simulation agrees with the targets`(_ target: Target) throws {
    let runs = 300
    for (design, power) in try Self.designs(target) {
      let simulation = try design.simulated(
        items: target.items, runCount: runs, permutationCount: 299, seed: 11)
      let found = try #require(simulation.permutation.power.value)
      let error = (power * (1 - power) * (1 / Double(runs) + 1 / 1_000)).squareRoot()
      // 299 permutations lose a little power against the 999 of the targets.
      #expect(abs(found - power) <= 4 * error + 0.01, "\(design.correlation): \(found), \(power)")
    }
  }

  @Test func `threads change nothing and the seed does`() throws {
    let (design, _) = try Self.designs(Self.targets[0])[0]
    let one = try design.simulated(
      items: 30, runCount: 60, permutationCount: 99, seed: 1, threadCount: 1)
    let three = try design.simulated(
      items: 30, runCount: 60, permutationCount: 99, seed: 1, threadCount: 3)
    #expect(one == three)
    let other = try design.simulated(items: 30, runCount: 60, permutationCount: 99, seed: 2)
    #expect(other.permutation != one.permutation || other.robustT != one.robustT)
  }

  @Test func `power, size and detectable effect are inverse to each other`() throws {
    let correlation = LatentCorrelation.exchangeable(0.6)
    let doses = [0.0, 1, 2, 3]
    let design = try PairedDoseDesign(
      baseline: 0.375, effect: 0.1, doses: doses, correlation: correlation)
    let items = try #require(design.itemsNeeded(power: 0.8).value)
    #expect((design.power(items: items).value ?? 0) >= 0.8 - 1e-3)
    #expect((design.power(items: items - 2).value ?? 1) < 0.8)
    let effect = try #require(
      PairedDoseDesign.minimalDetectableEffect(
        baseline: 0.375, doses: doses, correlation: correlation, items: items
      ).value)
    #expect(abs(effect - 0.1) < 1e-3)
    let flat = try PairedDoseDesign(
      baseline: 0.375, effect: 0, doses: doses, correlation: correlation)
    #expect(flat.itemsNeeded(power: 0.8).reason?.code == .zeroDenominator)
    #expect(abs((flat.power(items: 100).value ?? 0) - 0.05) < 1e-12)
  }

  @Test func `covariance of indicators has its closed forms`() {
    // At h = k = 0 the covariance is asin(r) / 2π; the values are scipy 1.17 multivariate_normal.
    #expect(
      abs(LatentCorrelation.indicatorCovariance(0, 0, correlation: 0.5) - 1.0 / 12) < 1e-12)
    #expect(LatentCorrelation.indicatorCovariance(0.3, -1, correlation: 0) == 0)
    #expect(
      abs(
        LatentCorrelation.indicatorCovariance(-0.318_639_36, -0.318_639_36, correlation: 0.6)
          - Self.covarianceAt375) < 1e-7)
  }

  private static let covarianceAt375 = 0.094652829963

  @Test func `impossible designs are errors`() {
    let exchangeable = LatentCorrelation.exchangeable(0.6)
    for (baseline, effect, doses, correlation) in [
      (0.95, 0.1, [0.0, 1], exchangeable), (0.0, 0.1, [0, 1], exchangeable),
      (0.3, 0.1, [0, 0], exchangeable), (0.3, 0.1, [1], exchangeable),
      (0.3, 0.1, [0, .nan], exchangeable), (.nan, 0.1, [0, 1], exchangeable),
      (0.3, 0.1, [0, 1], .exchangeable(1)), (0.3, 0.1, [0, 1], .autoregressive(-0.1)),
    ] {
      #expect(throws: StatisticsError.self) {
        try PairedDoseDesign(
          baseline: baseline, effect: effect, doses: doses, correlation: correlation)
      }
    }
  }
}
