import CanonicalJSON
import Statistics

extension ComputeRegistry {
  /// Calibration, thresholds, prior shift and rater agreement.
  static let calibration: [ComputeFunction] = [brierECE, saerensEM, thresholdChoice, cohenKappa]

  private static let brierECE = ComputeFunction(
    "brier_ece", summary: "Brier score with Murphy's decomposition, ECE, log loss",
    inputs: [
      .required("p", "probabilities in 0...1"), .required("y", "outcomes 0 or 1"),
      .optional("bins", "number of bins", default: 15),
    ],
    outputs: [
      "brier", "ece_width", "mce_width", "ece_mass", "bins_width", "reliability", "resolution",
      "uncertainty", "skill", "logloss",
    ],
    reference: "Brier (1950); Murphy (1973); Naeini et al. (2015)"
  ) { arguments in
    let forecast = try ProbabilityForecast(
      probabilities: arguments.numbers("p"), outcomes: arguments.labels("y"))
    let bins = try arguments.integer("bins", in: 1...100_000)
    var output = ComputeOutput()
    output.set("brier", forecast.brierScore)
    output.set("ece_width", forecast.expectedCalibrationError(.equalWidth, binCount: bins))
    output.set("mce_width", forecast.maximumCalibrationError(.equalWidth, binCount: bins))
    output.set("ece_mass", forecast.expectedCalibrationError(.equalMass, binCount: bins))
    output.set(
      "bins_width",
      .array(
        forecast.bins(.equalWidth, count: bins).map { bin in
          [
            "bin": .integer(Int64(bin.index)), "n": .integer(Int64(bin.count)),
            "conf": .number(bin.meanProbability), "acc": .number(bin.observedRate),
          ]
        }))
    let parts = forecast.brierDecomposition
    output.set("reliability", parts.map(\.reliability))
    output.set("resolution", parts.map(\.resolution))
    output.set("uncertainty", parts.map(\.uncertainty))
    output.set("skill", forecast.brierSkill)
    output.set("logloss", forecast.logLoss)
    return output
  }

  private static let saerensEM = ComputeFunction(
    "saerens_em", summary: "prevalence of a new sample from calibrated posteriors",
    inputs: [
      .required("posterior", "probabilities in 0...1"),
      .required("train_prior", "prevalence in (0, 1)"),
    ],
    outputs: [
      "prior_after_1", "prior_after_2", "prior_after_10", "prior_mle", "adjusted_first3",
    ],
    reference: "Saerens, Latinne & Decaestecker (2002)"
  ) { arguments in
    let shift = try PriorShift(
      posteriors: arguments.numbers("posterior"),
      trainingPrevalence: arguments.level("train_prior"))
    var output = ComputeOutput()
    for updates in [1, 2, 10] {
      output.set("prior_after_\(updates)", shift.prevalence(afterUpdates: updates))
    }
    output.set("prior_mle", shift.maximumLikelihoodPrevalence)
    switch shift.adjustedPosteriors {
    case .defined(let values): output.set("adjusted_first3", Array(values.prefix(3)))
    case .undefined(let reason): output.setUndefined("adjusted_first3", reason)
    }
    return output
  }

  private static let thresholdChoice = ComputeFunction(
    "threshold_choice", summary: "Youden's, the cheapest threshold, and net benefit",
    inputs: [
      .required("score", "scores"), .required("y", "labels 0 or 1"),
      .optional("c_fp", "cost of a false positive", default: 1),
      .optional("c_fn", "cost of a false negative", default: 1),
      .optional("pt", "threshold probabilities in (0, 1)", default: [0.1, 0.25, 0.5]),
    ],
    outputs: ["youden_J", "youden_t", "cost_min", "cost_t", "net_benefit"],
    reference: "Youden (1950); Vickers & Elkin (2006)"
  ) { arguments in
    let thresholds = try DecisionThreshold(
      scores: arguments.numbers("score"), labels: arguments.labels("y"))
    var output = ComputeOutput()
    output.set("youden_J", thresholds.youden.map(\.criterion))
    output.set("youden_t", thresholds.youden.map(\.threshold))
    let cheapest = try thresholds.cheapest(
      falsePositiveCost: arguments.number("c_fp"), falseNegativeCost: arguments.number("c_fn"))
    output.set("cost_min", cheapest.map(\.criterion))
    output.set("cost_t", cheapest.map(\.threshold))
    var benefits: [String: JSONValue] = [:]
    for probability in try arguments.numbers("pt") {
      let benefit = try thresholds.netBenefit(at: probability)
      switch benefit {
      case .defined(let (model, treatAll)):
        benefits[JSONValue.canonicalNumber(probability)] = [
          "model": .number(model), "treat_all": .number(treatAll),
        ]
      case .undefined(let reason):
        output.setUndefined("net_benefit", reason)
        return output
      }
    }
    output.set("net_benefit", .object(benefits))
    return output
  }

  private static let cohenKappa = ComputeFunction(
    "cohen_kappa", summary: "agreement of two raters: kappa, AC1, PABAK",
    inputs: [.required("table", "square matrix of counts, rows for rater 1"), .confidenceLevel],
    outputs: [
      "po", "pe", "kappa", "se", "se0", "ci", "linear", "quadratic", "ac1", "ac1_pe", "ac1_se",
      "pabak", "prevalence_index", "bias_index",
    ],
    reference: "Fleiss, Cohen & Everitt (1969); Gwet (2008)"
  ) { arguments in
    let level = try arguments.level("conf")
    var output = ComputeOutput()
    let agreement: RaterAgreement
    switch try RaterAgreement.of(table: arguments.countMatrix("table")) {
    case .defined(let value): agreement = value
    case .undefined(let reason):
      for key in ["po", "pe", "kappa", "se", "se0", "ac1", "ac1_pe", "ac1_se"] {
        output.setUndefined(key, reason)
      }
      return output
    }
    let kappa = agreement.kappa()
    output.set("po", agreement.observedAgreement)
    output.set("pe", kappa.expected)
    output.set("kappa", kappa.estimate)
    output.set("se", kappa.standardError)
    output.set("se0", kappa.nullStandardError)
    output.set("ci", kappa.interval(confidenceLevel: level))
    if agreement.categoryCount > 2 {
      for (key, weighting) in [
        ("linear", RaterAgreement.Weighting.linear), ("quadratic", .quadratic),
      ] {
        let weighted = agreement.kappa(weighting)
        output.set(
          key,
          [
            "po": .number(weighted.observed), "pe": .number(weighted.expected),
            "kappa": weighted.estimate.value.map(JSONValue.number) ?? .null,
            "se": weighted.standardError.value.map(JSONValue.number) ?? .null,
            "se0": weighted.nullStandardError.value.map(JSONValue.number) ?? .null,
          ])
      }
    }
    output.set("ac1", agreement.ac1.estimate)
    output.set("ac1_pe", agreement.ac1.expected)
    output.set("ac1_se", agreement.ac1.standardError)
    output.set("pabak", agreement.prevalenceAdjustedKappa)
    output.set("prevalence_index", agreement.prevalenceIndex)
    output.set("bias_index", agreement.biasIndex)
    return output
  }
}
