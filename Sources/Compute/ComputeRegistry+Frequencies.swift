import CanonicalJSON
import Statistics

extension ComputeRegistry {
  private static let counts: [ComputeInput] = [
    .required("x", "count of successes"), .required("n", "count of trials"),
  ]

  private static func proportion(_ input: ComputeArguments) throws -> Proportion {
    try Proportion(successes: input.count("x"), trials: input.count("n"))
  }

  private static func twoArms(_ input: ComputeArguments) throws -> UnpairedDifference {
    UnpairedDifference(
      try Proportion(successes: input.count("x1"), trials: input.count("n1")),
      try Proportion(successes: input.count("x2"), trials: input.count("n2")))
  }

  private static func paired(_ input: ComputeArguments) throws -> PairedTable {
    try PairedTable(
      both: input.count("a"), firstOnly: input.count("b"), secondOnly: input.count("c"),
      neither: input.count("d"))
  }

  private static let armCounts: [ComputeInput] = [
    .required("x1", "count of successes, first arm"), .required("n1", "count of trials, first arm"),
    .required("x2", "count of successes, second arm"),
    .required("n2", "count of trials, second arm"),
  ]

  private static let pairCounts: [ComputeInput] = [
    .required("a", "count: both"), .required("b", "count: first only"),
    .required("c", "count: second only"), .required("d", "count: neither"),
  ]

  /// Tests and intervals for one proportion and for the difference of two.
  static let frequencies: [ComputeFunction] = [
    ComputeFunction(
      "binom_test", summary: "Exact binomial test in its common variants",
      inputs: counts + [.required("p", "null probability in 0...1")],
      outputs: [
        "p_less", "p_greater", "p_two_minlike", "p_two_central", "p_mid_less", "p_mid_greater",
        "p_mid_two_central",
      ],
      reference: "R binom.test; scipy.stats.binomtest"
    ) { input in
      let test = try BinomialTest(proportion(input), nullValue: input.probability("p"))
      var output = ComputeOutput()
      output.set("p_less", test.pValueLess)
      output.set("p_greater", test.pValueGreater)
      output.set("p_two_minlike", test.pValueMinimumLikelihood)
      output.set("p_two_central", test.pValueCentral)
      output.set("p_mid_less", test.midPValueLess)
      output.set("p_mid_greater", test.midPValueGreater)
      output.set("p_mid_two_central", test.midPValueCentral)
      return output
    },
    ComputeFunction(
      "clopper_pearson", summary: "Exact equal-tailed interval of a proportion",
      inputs: counts + [.confidenceLevel], outputs: ["estimate", "lower", "upper"],
      reference: "Clopper & Pearson (1934); R binom.test"
    ) { input in
      let arm = try proportion(input)
      var output = ComputeOutput()
      output.set("estimate", arm.estimate)
      output.set(
        lower: "lower", upper: "upper",
        .defined(arm.clopperPearsonInterval(confidenceLevel: try input.level("conf"))))
      return output
    },
    ComputeFunction(
      "wilson", summary: "Wilson score interval of a proportion",
      inputs: counts + [.confidenceLevel], outputs: ["estimate", "lower", "upper"],
      reference: "Wilson (1927); R prop.test(correct = FALSE)"
    ) { input in
      let arm = try proportion(input)
      var output = ComputeOutput()
      output.set("estimate", arm.estimate)
      output.set(
        lower: "lower", upper: "upper",
        .defined(arm.wilsonInterval(confidenceLevel: try input.level("conf"))))
      return output
    },
    ComputeFunction(
      "jeffreys_midp", summary: "Jeffreys and mid-P intervals of a proportion",
      inputs: counts + [.confidenceLevel],
      outputs: ["jeffreys_lower", "jeffreys_upper", "midp_lower", "midp_upper"],
      reference: "Brown, Cai & DasGupta (2001); scipy.stats"
    ) { input in
      let arm = try proportion(input)
      let level = try input.level("conf")
      var output = ComputeOutput()
      output.set(
        lower: "jeffreys_lower", upper: "jeffreys_upper",
        .defined(arm.jeffreysInterval(confidenceLevel: level)))
      output.set(
        lower: "midp_lower", upper: "midp_upper",
        .defined(arm.midPInterval(confidenceLevel: level)))
      return output
    },
    ComputeFunction(
      "newcombe_unpaired", summary: "Newcombe interval for the difference of two arms",
      inputs: armCounts + [.confidenceLevel], outputs: ["estimate", "lower", "upper"],
      reference: "Newcombe (1998), method 10"
    ) { input in
      let arms = try twoArms(input)
      var output = ComputeOutput()
      output.set("estimate", arms.estimate)
      output.set(
        lower: "lower", upper: "upper",
        .defined(arms.newcombeInterval(confidenceLevel: try input.level("conf"))))
      return output
    },
    ComputeFunction(
      "miettinen_nurminen", summary: "Score and Agresti-Caffo intervals for two arms",
      inputs: armCounts + [.confidenceLevel],
      outputs: ["mn_lower", "mn_upper", "mee_lower", "mee_upper", "ac_lower", "ac_upper"],
      reference: "Miettinen & Nurminen (1985); R PropCIs diffscoreci"
    ) { input in
      let arms = try twoArms(input)
      let level = try input.level("conf")
      var output = ComputeOutput()
      output.set(
        lower: "mn_lower", upper: "mn_upper",
        .defined(arms.miettinenNurminenInterval(confidenceLevel: level)))
      output.set(
        lower: "mee_lower", upper: "mee_upper",
        .defined(arms.meeInterval(confidenceLevel: level)))
      output.set(
        lower: "ac_lower", upper: "ac_upper",
        .defined(arms.agrestiCaffoInterval(confidenceLevel: level)))
      return output
    },
    ComputeFunction(
      "paired_difference", summary: "Intervals for the difference on the same items",
      inputs: pairCounts + [.confidenceLevel],
      outputs: [
        "estimate", "tango_lower", "tango_upper", "newcombe10_lower", "newcombe10_upper",
        "bonett_price_lower", "bonett_price_upper",
      ],
      reference: "Tango (1998); Newcombe (1998c); Bonett & Price (2012)"
    ) { input in
      let table = try paired(input)
      let level = try input.level("conf")
      var output = ComputeOutput()
      output.set("estimate", table.difference)
      output.set(
        lower: "tango_lower", upper: "tango_upper",
        .defined(table.tangoInterval(confidenceLevel: level)))
      output.set(
        lower: "newcombe10_lower", upper: "newcombe10_upper",
        .defined(table.newcombeInterval(confidenceLevel: level)))
      output.set(
        lower: "bonett_price_lower", upper: "bonett_price_upper",
        .defined(table.bonettPriceInterval(confidenceLevel: level)))
      return output
    },
    ComputeFunction(
      "mcnemar", summary: "McNemar's test: exact, mid-P and chi-squared",
      inputs: [.required("b", "count: first only"), .required("c", "count: second only")],
      outputs: ["p_exact", "p_mid", "chi2", "p_chi2", "chi2_cc", "p_chi2_cc"],
      reference: "Fagerland, Lydersen & Laake (2013); R mcnemar.test"
    ) { input in
      let test = try McNemarTest(firstOnly: input.count("b"), secondOnly: input.count("c"))
      var output = ComputeOutput()
      output.set("p_exact", test.exactPValue)
      output.set("p_mid", test.midPValue)
      output.set("chi2", test.statistic)
      output.set("p_chi2", test.asymptoticPValue)
      output.set("chi2_cc", test.continuityCorrectedStatistic)
      output.set("p_chi2_cc", test.continuityCorrectedPValue)
      return output
    },
    ComputeFunction(
      "tost_difference", summary: "Equivalence of two proportions by interval inclusion",
      inputs: [.required("kind", "\"unpaired\" or \"paired\"")]
        + ["x1", "n1", "x2", "n2"].map { .optional($0, "count, when unpaired") }
        + ["a", "b", "c", "d"].map { .optional($0, "count, when paired") }
        + [
          .required("margin", "largest difference that counts as none"),
          .optional("alpha", "level of each one-sided test", default: 0.05),
        ],
      outputs: ["lower90", "upper90", "equivalent", "smallest_margin"],
      reference: "Schuirmann (1987); Newcombe or Tango interval at 1 - 2 alpha"
    ) { input in
      let margin = try input.number("margin")
      let alpha = try input.number("alpha")
      let test: EquivalenceTest
      switch try input.string("kind") {
      case "unpaired": test = try EquivalenceTest(twoArms(input), margin: margin, alpha: alpha)
      case "paired": test = try EquivalenceTest(paired(input), margin: margin, alpha: alpha)
      case let other:
        throw ComputeError.outOfRange(
          field: "kind", expected: "\"unpaired\" or \"paired\"", found: "\"\(other.prefix(40))\"")
      }
      var output = ComputeOutput()
      output.set("lower90", test.interval.lower)
      output.set("upper90", test.interval.upper)
      output.set("equivalent", test.isEquivalent)
      output.set("smallest_margin", test.smallestMargin)
      return output
    },
    ComputeFunction(
      "rogan_gladen", summary: "Proportion corrected for the errors of a judge",
      inputs: [
        .required("x", "count called positive"), .required("n", "count judged"),
        .required("tp", "count of true positives in validation"),
        .required("n_se", "count of validated positives"),
        .required("tn", "count of true negatives in validation"),
        .required("n_sp", "count of validated negatives"), .confidenceLevel,
      ],
      outputs: ["p_raw", "p", "se", "lr_lower", "lr_upper"],
      reference: "Rogan & Gladen (1978); Lang & Reiczigel (2014); R asht prevSeSp"
    ) { input in
      let corrected = JudgeCorrectedProportion(
        observed: try Proportion(successes: input.count("x"), trials: input.count("n")),
        sensitivity: try Proportion(successes: input.count("tp"), trials: input.count("n_se")),
        specificity: try Proportion(successes: input.count("tn"), trials: input.count("n_sp")),
        confidenceLevel: try input.level("conf"))
      var output = ComputeOutput()
      output.set("p_raw", corrected.rawEstimate)
      output.set("p", corrected.estimate)
      output.set("se", corrected.standardError)
      output.set(lower: "lr_lower", upper: "lr_upper", corrected.interval)
      return output
    },
  ]
}
