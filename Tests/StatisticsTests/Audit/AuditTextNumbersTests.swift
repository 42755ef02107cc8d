import Statistics
import Testing

/// Figures that the audit states in prose, to the digits printed there.
@Suite struct AuditTextNumbersTests {
  func arms(_ counts: [Int], of n: Int) throws -> [DoseArm] {
    try DoseArm.arms(
      successes: counts, trials: counts.map { _ in n },
      scores: counts.indices.map(Double.init))
  }

  func isRounded(_ value: Double?, _ printed: Double, _ half: Double) -> Bool {
    value.map { abs($0 - printed) <= half * 1.02 } ?? false
  }

  @Test(arguments: [
    (BinomialTestVariant.minimumLikelihood, 0.0398, 5e-5), (.central, 0.0389, 5e-5),
    (.oneSided, 0.0194, 5e-5), (.oneSidedMidP, 0.0126, 5e-5), (.centralMidP, 0.0253, 5e-5),
    (.minimumLikelihoodMidP, 0.033, 5e-4), (.blaker, 0.028, 5e-4), (.score, 0.033, 5e-4),
    (.scoreContinuityCorrected, 0.052, 5e-4), (.likelihoodRatio, 0.020, 5e-4),
    (.wald, 0.0024, 5e-5),
  ])
  func `variants of 35 of 39`(
    _ variant: BinomialTestVariant, _ printed: Double, _ half: Double
  ) throws {
    let test = try BinomialTest(Proportion(successes: 35, trials: 39), nullValue: 0.75)
    #expect(isRounded(variant.pValue(test).value, printed, half), "\(variant.pValue(test))")
  }

  @Test func `35 of 39 from the finite pool and with clustering`() throws {
    let tail = HypergeometricDistribution.upperTail(
      35, successes: 3_932_160, failures: 1_310_720, draws: 39)
    #expect(isRounded(tail, 0.0194, 5e-5))
    let test = try BinomialTest(Proportion(successes: 35, trials: 39), nullValue: 0.75)
    #expect(isRounded(test.designEffectPValue(1.2).value, 0.052, 5e-4))
    #expect(isRounded(test.designEffectPValue(1.5).value, 0.083, 1e-3))
    #expect(isRounded(test.designEffectPValue(2).value, 0.13, 5e-3))
  }

  @Test func `five of 39 in one of 40 layers`() throws {
    let counts = [5] + [Int](repeating: 1, count: 34) + [Int](repeating: 0, count: 5)
    let p = try LayerMaximumTest(counts: counts).pValue.value
    #expect(isRounded(p, 0.11, 5e-3), "\(p ?? -1)")
  }

  @Test(arguments: [
    ([12, 27, 20], 100, 0.255, 0.180), ([20, 15, 10, 15], 100, -0.158, 0.126),
    ([13, 8, 6, 7], 100, -0.261, 0.164), ([31, 29, 27, 22], 40, -0.341, 0.157),
    ([14, 15, 15, 15], 40, 0.032, 0.147), ([20, 22, 22, 20], 40, 0.000, 0.142),
    ([6, 5, 6, 7], 60, 0.074, 0.193),
  ])
  func `logit slopes`(_ counts: [Int], _ n: Int, _ slope: Double, _ error: Double) throws {
    let fit = try DoseSlope.logistic(arms(counts, of: n)).value
    #expect(isRounded(fit?.slope, slope, 5.5e-4), "\(fit?.slope ?? .nan)")
    #expect(isRounded(fit?.standardError, error, 5.5e-4), "\(fit?.standardError ?? .nan)")
  }

  @Test func `a separated slope is undefined with a reason`() throws {
    let fit = try DoseSlope.logistic(arms([1, 0], of: 60))
    #expect(fit.value == nil)
  }

  @Test(arguments: [
    ([[12, 27, 20], [20, 15, 10, 15], [13, 8, 6, 7]], 100, 5.13, 0.077, 1.8e-4),
    ([[31, 29, 27, 22], [14, 15, 15, 15], [20, 22, 22, 20]], 40, 3.73, 0.155, 1.2e-7),
    ([[6, 5, 6, 7], [3, 3], [1, 0]], 60, 1.46, 0.48, 0.003),
  ])
  func `configuration by dose`(
    _ rows: [[Int]], _ n: Int, _ statistic: Double, _ p: Double, _ mainEffect: Double
  ) throws {
    let configurations = try rows.map { try arms($0, of: n) }
    let interaction = try ConfigurationDoseTest.interaction(configurations).value
    #expect(isRounded(interaction?.statistic, statistic, 5e-3), "\(interaction?.statistic ?? .nan)")
    #expect(isRounded(interaction?.pValue, p, p > 0.4 ? 5e-3 : 5e-4))
    let main = try ConfigurationDoseTest.mainEffect(configurations).value
    #expect(isRounded(main?.pValue, mainEffect, mainEffect * 0.17), "\(main?.pValue ?? .nan)")
  }

  @Test func `pooled slopes and heterogeneity`() throws {
    let slopes = try [[12, 27, 20], [20, 15, 10, 15], [13, 8, 6, 7]].map {
      try #require(try DoseSlope.logistic(arms($0, of: 100)).value)
    }
    let meta = try MetaAnalysis(
      estimates: slopes.map(\.slope), variances: slopes.map { $0.standardError * $0.standardError })
    #expect(isRounded(meta.heterogeneity, 5.06, 5e-3), "\(meta.heterogeneity)")
    #expect(isRounded(meta.heterogeneityPValue, 0.080, 5e-4))
    #expect(isRounded(meta.tauSquaredDL, 0.0369, 5e-4), "\(meta.tauSquaredDL)")
    #expect(isRounded(meta.tauSquaredREML, 0.0399, 5e-4), "\(meta.tauSquaredREML)")
    #expect(isRounded(meta.fixed.estimate, -0.089, 1e-3))
    let hartungKnapp = meta.hartungKnappInterval().value
    #expect(isRounded(hartungKnapp?.lower, -0.72, 6e-3), "\(hartungKnapp?.lower ?? .nan)")
    #expect(isRounded(hartungKnapp?.upper, 0.58, 6e-3), "\(hartungKnapp?.upper ?? .nan)")
  }

  @Test(arguments: [
    ([12, 27, 20], 100, 1.2, 1.6), ([20, 15, 10, 15], 100, 2.0, 102),
    ([13, 8, 6, 7], 100, 1.0, 278), ([31, 29, 27, 22], 40, 0.36, 7.2),
    ([14, 15, 15, 15], 40, 3.5, 74), ([20, 22, 22, 20], 40, 3.7, 57),
    ([6, 5, 6, 7], 60, 2.6, 464), ([3, 3], 60, 1.2, 9.9), ([1, 0], 60, 1.0, 15),
  ])
  func `Bayes factors under two priors`(
    _ counts: [Int], _ n: Int, _ slope: Double, _ saturated: Double
  ) throws {
    let factor = try SlopeBayesFactor(arms(counts, of: n))
    #expect(isRounded(factor.againstSaturated, saturated, saturated * 0.035), "\(factor)")
    #expect(isRounded(factor.againstNormalSlope, slope, max(0.055, slope * 0.03)), "\(factor)")
  }

  @Test func `small telescopes`() throws {
    let original = try #require(try DoseSlope.logistic(arms([31, 29, 27, 22], of: 40)).value)
    let replications = try [[14, 15, 15, 15], [20, 22, 22, 20]].map {
      try #require(try DoseSlope.logistic(arms($0, of: 40)).value)
    }
    for (replication, printed) in zip(replications, [0.032, 0.045]) {
      let pair = try OriginalAndReplication(
        original: original.slope, originalStandardError: original.standardError,
        replication: replication.slope, replicationStandardError: replication.standardError)
      #expect(
        isRounded(pair.smallTelescopesPValue(), printed, 6e-4), "\(pair.smallTelescopesPValue())")
    }
  }

  @Test func `pairing bounds from margins`() throws {
    func bounds(_ x1: Int, _ x2: Int, _ n: Int) throws -> ClosedRange<Double> {
      try McNemarTest.exactPValueBounds(
        first: Proportion(successes: x1, trials: n), second: Proportion(successes: x2, trials: n))
    }
    let falseQA = try bounds(12, 27, 100)
    #expect(isRounded(falseQA.lowerBound, 0.00006, 5e-6))
    #expect(isRounded(falseQA.upperBound, 0.024, 5e-4))
    let faithEval = try bounds(31, 22, 40)
    #expect(isRounded(faithEval.lowerBound, 0.004, 5e-4))
    #expect(isRounded(faithEval.upperBound, 0.12, 5e-3))
  }

  @Test func `maximal range and Boschloo`() throws {
    let range = RangePermutationTest(try arms([12, 27, 20], of: 100).map(\.outcomes))
    #expect(isRounded(range.pValue.value, 0.026, 5e-4), "\(range.pValue)")
    let boschloo = BoschlooTest(
      try Proportion(successes: 31, trials: 40), try Proportion(successes: 22, trials: 40))
    #expect(isRounded(boschloo.pValueTwoSided.value, 0.035, 1e-3), "\(boschloo)")
  }

  @Test func `Mantel-Haenszel differences`() throws {
    func pooled(_ rows: [([Int], Int)]) throws -> MantelHaenszelDifference {
      MantelHaenszelDifference(
        try rows.map { counts, n in
          UnpairedDifference(
            try Proportion(successes: counts[1], trials: n),
            try Proportion(successes: counts[0], trials: n))
        })
    }
    let falseQA = try pooled([([20, 15], 100), ([13, 7], 100)])
    #expect(isRounded(falseQA.estimate.value, -0.055, 5e-4))
    #expect(isRounded(falseQA.interval.value?.lower, -0.122, 1e-3), "\(falseQA.interval)")
    #expect(isRounded(falseQA.interval.value?.upper, 0.012, 1e-3))
    let faithEval = try pooled([([31, 22], 40), ([14, 15], 40), ([20, 20], 40)])
    #expect(isRounded(faithEval.estimate.value, -0.067, 5e-4))
    #expect(isRounded(faithEval.interval.value?.lower, -0.188, 1e-3), "\(faithEval.interval)")
  }
}
