import CanonicalJSON
import Statistics

extension ComputeRegistry {
  /// Bound on the counts that `grim` lists.
  private static let listedCounts = 100_000

  /// Checks of printed numbers, and summaries that need no raw data.
  static let reporting: [ComputeFunction] = [
    ComputeFunction(
      "grim", summary: "Whether a printed percentage is attainable with n items",
      inputs: [
        .required("pct", "the percentage as printed, a string such as \"77.5\""),
        .required("decimals", "decimals to which it was rounded, 0...9"),
        .required("n", "count of items"),
      ],
      outputs: ["consistent", "attainable_counts"],
      reference: "Brown & Heathers (2017), exact rational arithmetic"
    ) { input in
      let text: String
      if let number = input["pct"]?.doubleValue {
        text = JSONValue.canonicalNumber(number)
      } else {
        text = try input.string("pct")
      }
      guard let percentage = DecimalText(text) else {
        throw ComputeError.outOfRange(
          field: "pct", expected: "a decimal number with at most nine decimals",
          found: "\"\(text.prefix(40))\"")
      }
      let check = try GRIMCheck(
        percentage: percentage, decimals: input.integer("decimals", in: 0...9),
        denominator: input.count("n"))
      var output = ComputeOutput()
      output.set("consistent", check.isConsistent)
      if let range = check.attainable, range.count > listedCounts {
        output.setUndefined(
          "attainable_counts",
          UndefinedReason(.tooLarge, "\(range.count) counts, above the limit of \(listedCounts)"))
      } else {
        output.set("attainable_counts", check.attainable.map(Array.init) ?? [])
      }
      return output
    },
    ComputeFunction(
      "confusion_feasible", summary: "Confusion tables that a published accuracy and AUROC allow",
      inputs: [
        .required("n", "count of items"), .required("positives", "count of positives"),
        .required("correct", "count of correct predictions"), .required("auroc", "AUROC in 0...1"),
        .optional("half_width", "rounding of the AUROC", default: 0.0005),
      ],
      outputs: ["feasible", "count", "TP_min", "TP_max", "TN_min", "TN_max"],
      reference: "Rectangle bounds of a monotone ROC curve"
    ) { input in
      let result = try FeasibleConfusion(
        total: input.count("n"), positives: input.count("positives"),
        correct: input.count("correct"), auroc: input.number("auroc"),
        halfWidth: input.number("half_width"))
      var output = ComputeOutput()
      output.set("feasible", result.isFeasible)
      output.set("count", result.count)
      output.set("TP_min", result.truePositives.map { Double($0.lowerBound) })
      output.set("TP_max", result.truePositives.map { Double($0.upperBound) })
      output.set("TN_min", result.trueNegatives.map { Double($0.lowerBound) })
      output.set("TN_max", result.trueNegatives.map { Double($0.upperBound) })
      return output
    },
    ComputeFunction(
      "quantile_type7", summary: "Sample quantiles by linear interpolation",
      inputs: [
        .required("data", "numbers in any order"), .required("probs", "probabilities in 0...1"),
      ],
      outputs: ["quantiles"], reference: "Hyndman & Fan (1996), type 7; numpy.quantile; R quantile"
    ) { input in
      let quantiles = try Quantile.type7(
        input.numbers("data"), probabilities: input.numbers("probs"))
      var output = ComputeOutput()
      output.set("quantiles", quantiles.map { $0.value ?? .nan })
      return output
    },
    ComputeFunction(
      "p_adjust", summary: "Adjusted p-values of a family",
      inputs: [.required("p", "p-values, one per planned test")],
      outputs: ["bonferroni", "holm", "hochberg", "BH", "BY"], reference: "R p.adjust"
    ) { input in
      let family = try input.numbers("p")
      var output = ComputeOutput()
      for method in PValueAdjustment.allCases {
        output.set(method.rawValue, try method.adjusted(family))
      }
      return output
    },
    ComputeFunction(
      "hanley_mcneil", summary: "Intervals of an AUROC from its value and class sizes",
      inputs: [
        .required("auc", "AUROC in 0...1"), .required("n_pos", "count of positives"),
        .required("n_neg", "count of negatives"), .confidenceLevel,
        .optional("open_boundary", "true: informative Newcombe end at 0 and 1", default: false),
      ],
      outputs: ["Q1", "Q2", "var", "se", "wald", "logit", "newcombe5"],
      reference: "Hanley & McNeil (1982); Newcombe (2006)"
    ) { input in
      let level = try input.level("conf")
      let result = try HanleyMcNeil(
        auroc: input.number("auc"), positiveCount: input.count("n_pos"),
        negativeCount: input.count("n_neg"))
      var output = ComputeOutput()
      output.set("Q1", result.q1)
      output.set("Q2", result.q2)
      output.set("var", result.variance)
      output.set("se", result.standardError)
      output.set("wald", result.waldInterval(confidenceLevel: level))
      output.set("logit", result.logitInterval(confidenceLevel: level))
      output.set(
        "newcombe5",
        result.newcombeInterval(
          confidenceLevel: level, boundaryIsOpen: try input.bool("open_boundary")))
      return output
    },
    ComputeFunction(
      "meta_q_i2", summary: "Heterogeneity and pooled estimates: fixed, DL, REML, Hartung-Knapp",
      inputs: [
        .required("y", "estimates, one per study"),
        .required("v", "sampling variances, one per study"), .confidenceLevel,
      ],
      outputs: [
        "k", "Q", "df", "p_Q", "I2", "mu_fixed", "se_fixed", "tau2_DL", "mu_DL", "se_DL",
        "tau2_REML", "mu_REML", "se_REML", "hk_se", "pi_lower", "pi_upper",
      ],
      reference: "Viechtbauer (2005); R metafor rma"
    ) { input in
      let meta = try MetaAnalysis(estimates: input.numbers("y"), variances: input.numbers("v"))
      var output = ComputeOutput()
      output.set("k", meta.count)
      output.set("Q", meta.heterogeneity)
      output.set("df", meta.degreesOfFreedom)
      output.set("p_Q", meta.heterogeneityPValue)
      output.set("I2", meta.iSquaredPercent)
      output.set("mu_fixed", meta.fixed.estimate)
      output.set("se_fixed", meta.fixed.standardError)
      output.set("tau2_DL", meta.tauSquaredDL)
      output.set("mu_DL", meta.derSimonianLaird.estimate)
      output.set("se_DL", meta.derSimonianLaird.standardError)
      output.set("tau2_REML", meta.tauSquaredREML)
      output.set("mu_REML", meta.reml.estimate)
      output.set("se_REML", meta.reml.standardError)
      output.set("hk_se", meta.hartungKnappStandardError)
      output.set(
        lower: "pi_lower", upper: "pi_upper",
        meta.predictionInterval(confidenceLevel: try input.level("conf")))
      return output
    },
  ]
}
