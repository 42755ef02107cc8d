import CanonicalJSON
import Statistics

extension ComputeRegistry {
  private static let pairInputs: [ComputeInput] = [
    .required("original", "estimate of the original"),
    .required("original_se", "its standard error"),
    .required("replication", "estimate of the replication"),
    .required("replication_se", "its standard error"),
  ]

  private static func pair(_ input: ComputeArguments) throws -> OriginalAndReplication {
    try OriginalAndReplication(
      original: input.number("original"), originalStandardError: input.number("original_se"),
      replication: input.number("replication"),
      replicationStandardError: input.number("replication_se"))
  }

  private static let strataInput = ComputeInput.required(
    "strata", "object of configurations, each with x, n and scores")

  private static func strata(
    _ input: ComputeArguments
  ) throws -> [(successes: [Int], totals: [Int], doses: [Double])] {
    try input.named(
      "strata",
      declared: [
        .required("x", "counts of successes"), .required("n", "counts of trials"),
        .required("scores", "doses"),
      ]
    ).map {
      (
        try $0.arguments.counts("x"), try $0.arguments.counts("n"),
        try $0.arguments.numbers("scores")
      )
    }
  }

  /// Originals, replications and configurations.
  static let replication: [ComputeFunction] = [
    ComputeFunction(
      "replication", summary: "One replication beside its original",
      inputs: pairInputs + [
        .optional("alpha", "two-sided level", default: 0.05), .confidenceLevel,
      ],
      outputs: [
        "prediction_interval", "d33", "p_small_telescopes", "p_sceptical", "difference",
        "difference_se", "z", "p_difference",
      ],
      reference: "Patil, Peng & Leek (2016); Simonsohn (2015); Held (2020)"
    ) { input in
      let pair = try pair(input)
      let alpha = try input.level("alpha")
      let interval = pair.predictionInterval(confidenceLevel: try input.level("conf"))
      var output = ComputeOutput()
      output.set("prediction_interval", [interval.lower, interval.upper])
      output.set("d33", pair.smallestDetectable(alpha: alpha))
      output.set("p_small_telescopes", pair.smallTelescopesPValue(alpha: alpha))
      output.set("p_sceptical", pair.scepticalPValue())
      let difference = EstimateDifference(
        pair.replication, pair.replicationStandardError, pair.original,
        pair.originalStandardError)
      let missing = Measured<Double>.undefined(
        UndefinedReason(.outOfDomain, "the difference is not a finite number"))
      output.set("difference", difference.map { .defined($0.difference) } ?? missing)
      output.set("difference_se", difference.map { .defined($0.standardError) } ?? missing)
      output.set("z", difference.map { .defined($0.z) } ?? missing)
      output.set("p_difference", difference.map { .defined($0.pValue) } ?? missing)
      return output
    },
    ComputeFunction(
      "meta_intervals", summary: "Intervals of a meta-analysis: Hartung-Knapp, tau2 and I2",
      inputs: [
        .required("y", "estimates, one per study"),
        .required("v", "sampling variances, one per study"),
        .optional("safeguarded", "true: max(1, q) in Hartung-Knapp", default: true),
        .confidenceLevel,
      ],
      outputs: ["hartung_knapp", "prediction", "tau2", "I2"],
      reference: "Hartung & Knapp (2001); Viechtbauer (2007), Q-profile; R metafor confint"
    ) { input in
      let meta = try MetaAnalysis(estimates: input.numbers("y"), variances: input.numbers("v"))
      let level = try input.level("conf")
      var output = ComputeOutput()
      output.set(
        "hartung_knapp",
        meta.hartungKnappInterval(
          confidenceLevel: level, safeguarded: try input.bool("safeguarded")))
      output.set("prediction", meta.predictionInterval(confidenceLevel: level))
      output.set("tau2", meta.tauSquaredInterval(confidenceLevel: level))
      output.set("I2", meta.iSquaredInterval(confidenceLevel: level))
      return output
    },
    ComputeFunction(
      "logistic_trend", summary: "Log odds per dose on margins, independent arms",
      inputs: [
        .required("x", "counts of successes, one per dose"),
        .required("n", "counts of trials, one per dose"),
        .required("scores", "doses, one per arm"),
      ],
      outputs: ["slope", "se", "loglik"], reference: "R glm(family = binomial)"
    ) { input in
      let trend = try LogisticTrend(
        successes: input.counts("x"), totals: input.counts("n"), doses: input.numbers("scores"))
      var output = ComputeOutput()
      output.set("slope", trend.slope)
      output.set("se", trend.standardError)
      output.set("loglik", trend.logLikelihood)
      return output
    },
    ComputeFunction(
      "logistic_interaction", summary: "Do configurations differ in their slope over doses?",
      inputs: [strataInput], outputs: ["chi2", "df", "p"],
      reference: "Likelihood ratio; R anova(glm) of configuration x dose"
    ) { input in
      let test = try LogisticInteraction.test(strata(input))
      var output = ComputeOutput()
      output.set("chi2", test.map(\.statistic))
      output.set("df", test.map { Double($0.degreesOfFreedom) })
      output.set("p", test.map(\.pValue))
      return output
    },
    ComputeFunction(
      "mantel_haenszel", summary: "Risk difference pooled over strata",
      inputs: [
        .required("x1", "successes of the first arm in each stratum"),
        .required("n1", "trials of the first arm"),
        .required("x2", "successes of the second arm"),
        .required("n2", "trials of the second arm"), .confidenceLevel,
      ],
      outputs: ["estimate", "se", "se_sato", "ci"],
      reference: "Mantel & Haenszel (1959); Greenland & Robins (1985); Sato (1989)"
    ) { input in
      let columns = try ["x1", "n1", "x2", "n2"].map { try input.counts($0) }
      for (index, name) in ["n1", "x2", "n2"].enumerated()
      where columns[index + 1].count != columns[0].count {
        throw StatisticsError.lengthMismatch(
          first: "x1", firstCount: columns[0].count, second: name,
          secondCount: columns[index + 1].count)
      }
      let result = MantelHaenszelDifference(
        try columns[0].indices.map {
          UnpairedDifference(
            try Proportion(successes: columns[0][$0], trials: columns[1][$0]),
            try Proportion(successes: columns[2][$0], trials: columns[3][$0]))
        }, confidenceLevel: try input.level("conf"))
      var output = ComputeOutput()
      output.set("estimate", result.estimate)
      output.set("se", result.standardError)
      output.set("se_sato", result.satoStandardError)
      output.set("ci", result.interval)
      return output
    },
    ComputeFunction(
      "slope_bayes_factor", summary: "Bayes factors for a flat dose curve",
      inputs: [
        .required("x", "counts of successes, one per dose"),
        .required("n", "counts of trials, one per dose"),
        .required("scores", "doses, one per arm"),
        .optional("prior_sd", "standard deviation of the log-odds slope", default: 0.5),
      ],
      outputs: ["bf01_normal", "bf01_saturated"],
      reference: "Gronau, Raj & Wagenmakers (2021), by quadrature; sensitivity only"
    ) { input in
      let factor = try SlopeBayesFactor(
        DoseArm.arms(
          successes: input.counts("x"), trials: input.counts("n"),
          scores: input.numbers("scores")),
        priorStandardDeviation: input.number("prior_sd"))
      var output = ComputeOutput()
      output.set("bf01_normal", factor.againstNormalSlope)
      output.set("bf01_saturated", factor.againstSaturated)
      return output
    },
    ComputeFunction(
      "share_bayes_factor", summary: "Bayes factor for a share, uniform prior otherwise",
      inputs: [
        .required("x", "count of successes"), .required("n", "count of trials"),
        .required("p", "share under the null"),
      ],
      outputs: ["bf01"], reference: "Beta-binomial with a uniform prior, closed form"
    ) { input in
      let arm = try Proportion(successes: input.count("x"), trials: input.count("n"))
      var output = ComputeOutput()
      output.set(
        "bf01",
        UniformBayesFactor.share(
          successes: arm.successes, trials: arm.trials, nullShare: try input.probability("p")))
      return output
    },
  ]
}
