import Statistics
import Testing

/// The small statistics that only the audit of published studies needs.
/// Oracle: scipy 1.17 `stats.betabinom`, `stats.norm`, `stats.binom`.
@Suite struct AuditStatisticsTests {
  @Test(
    arguments: [(0.5, 0.090_866_117_0), (1.0, 0.141_568_631_9), (2.0, 0.229_300_668_6)])
  func `varying layer rates inflate the size of a binomial test`(
    variance: Double, expected: Double
  ) throws {
    let size = ClusteredShare.sizeUnderVaryingRates(
      trials: 39, inside: 30, outside: 10, rateVariance: variance
    ) { $0 <= 23 || $0 >= 35 }
    #expect(abs(try #require(size.value) - expected) < 1e-9)
  }

  @Test func `a rejection of everything has size one and no variance none`() {
    let whole = ClusteredShare.sizeUnderVaryingRates(
      trials: 1000, inside: 7, outside: 3, rateVariance: 0.3
    ) { _ in true }
    #expect(abs((whole.value ?? 0) - 1) < 1e-9)
    let none = ClusteredShare.sizeUnderVaryingRates(
      trials: 39, inside: 30, outside: 10, rateVariance: 0
    ) { _ in true }
    #expect(none.reason?.code == .noVariance)
  }

  @Test(arguments: [(0.768, 0.21, 0.724_403_513), (0.860, 0.366, 0.784_133_139)])
  func `the binormal accuracy follows from AUROC and prior`(
    auroc: Double, prevalence: Double, expected: Double
  ) throws {
    let model = try #require(BinormalClassifier(auroc: auroc))
    let value = model.accuracy(prevalence: prevalence, trainingPrior: 864.0 / 1864.0).value
    #expect(abs(try #require(value) - expected) < 1e-8)
  }

  @Test(arguments: [0.5, 1.0, 0.3, .nan])
  func `no binormal model without separation and overlap`(auroc: Double) {
    #expect(BinormalClassifier(auroc: auroc) == nil)
  }

  @Test func `granularity, Bayes factor and slopes match a pencil`() throws {
    #expect(
      abs(GranularityLikelihood.ratio(smaller: 20, larger: 100, rateCount: 4) - 535.07) < 0.01)
    #expect(
      abs(GranularityLikelihood.coincidence(coarser: 20, total: 100, rateCount: 4) - 0.001_869)
        < 1e-6)
    let factor = UniformBayesFactor.share(successes: 35, trials: 39, nullShare: 0.75)
    #expect(abs(try #require(factor.value) - 1.836_092_550_3) < 1e-9)
    #expect(UniformBayesFactor.share(successes: 1, trials: 2, nullShare: 0).value == nil)
    let difference = try #require(EstimateDifference(0.255, 0.180, -0.196, 0.0999))
    #expect(abs(difference.z - 2.190_8) < 1e-3)
    #expect(EstimateDifference(1, 0, 0, 1) == nil)
    let paired = CorrelatedTrend.scenario(z: -2.2, withinItemCorrelation: 0.4).value
    #expect(abs(try #require(paired).z + 2.840_19) < 1e-4)
    #expect(CorrelatedTrend.scenario(z: 1, withinItemCorrelation: 1).value == nil)
  }

  @Test func `the logit carries errors by the delta method`() {
    #expect(abs(LogOdds.of(0.86) - 1.815_289_966_6) < 1e-9)
    #expect(abs(LogOdds.variance(of: 0.86, standardError: 0.018_754) - 0.155_76 * 0.155_76) < 1e-5)
  }
}
