import CanonicalJSON
import Statistics

extension ComputeRegistry {
  private static let armInputs: [ComputeInput] = [
    .required("x", "counts of successes, one per dose"),
    .required("n", "counts of trials, one per dose"),
    .required("scores", "doses, one per arm"),
  ]

  private static func arms(_ input: ComputeArguments) throws -> [DoseArm] {
    try DoseArm.arms(
      successes: input.counts("x"), trials: input.counts("n"), scores: input.numbers("scores"))
  }

  private static func questions(_ input: ComputeArguments) throws -> QuestionMatrix {
    var rows: [[Bool]] = []
    for (index, row) in try input.matrix("matrix").enumerated() {
      if let column = row.firstIndex(where: { $0 != 0 && $0 != 1 }) {
        throw ComputeError.outOfRange(
          field: "matrix[\(index)][\(column)]", expected: "0 or 1", found: "\(row[column])")
      }
      rows.append(row.map { $0 == 1 })
    }
    return try QuestionMatrix(rows, scores: input.numbers("scores"))
  }

  private static let questionInputs: [ComputeInput] = [
    .required("matrix", "rows of 0 and 1: question x dose"),
    .required("scores", "doses, one per column"),
  ]

  /// Trends over doses.
  static let trends: [ComputeFunction] = [
    ComputeFunction(
      "cochran_armitage", summary: "Cochran-Armitage trend test of independent arms",
      inputs: armInputs,
      outputs: [
        "z", "chi2", "p_two", "U", "V", "exact_T", "exact_E", "exact_p_greater", "exact_p_less",
        "exact_p_two_dist", "exact_p_two_mid", "exact_p_two_central",
      ],
      reference: "Armitage (1955); R prop.trend.test; coin independence_test (exact)"
    ) { input in
      let test = CochranArmitageTest(try arms(input))
      var output = ComputeOutput()
      output.set("z", test.z)
      output.set("chi2", test.z.map { $0 * $0 })
      output.set("p_two", test.pValue)
      output.set("U", test.score)
      output.set("V", test.variance)
      output.set("exact_T", test.exact.map(\.statistic))
      output.set("exact_E", test.exact.map(\.expectation))
      output.set("exact_p_greater", test.exact.map(\.pValueGreater))
      output.set("exact_p_less", test.exact.map(\.pValueLess))
      output.set("exact_p_two_dist", test.exact.map(\.pValueTwoSided))
      output.set("exact_p_two_mid", test.exact.map(\.midPValueTwoSided))
      output.set("exact_p_two_central", test.exact.map(\.pValueCentral))
      return output
    },
    ComputeFunction(
      "stratified_trend", summary: "Mantel's trend test over strata",
      inputs: [.required("strata", "object of strata, each with x, n and scores")],
      outputs: ["z_Nm1", "p_two_Nm1", "z_N", "exact_p_two_dist"],
      reference: "Mantel (1963); R mantelhaen.test"
    ) { input in
      let strata = try input.named("strata", declared: armInputs).map { try arms($0.arguments) }
      let test = StratifiedTrendTest(strata)
      var output = ComputeOutput()
      output.set("z_Nm1", test.z)
      output.set("p_two_Nm1", test.pValue)
      output.set("z_N", test.zWithoutFactor)
      output.set("exact_p_two_dist", test.exactPValue)
      return output
    },
    ComputeFunction(
      "jonckheere", summary: "Jonckheere-Terpstra test of ordered groups",
      inputs: [.required("groups", "arrays of values, in the expected order")],
      outputs: [
        "JT", "E", "V", "z", "p_two", "p_inc", "p_dec", "exact_p_inc", "exact_p_dec",
        "exact_p_two_central",
      ],
      reference: "Jonckheere (1954); Hollander & Wolfe (1999), eq. 6.19; R cor.test"
    ) { input in
      let test = try JonckheereTest(input.matrix("groups"))
      var output = ComputeOutput()
      output.set("JT", test.statistic)
      output.set("E", test.expectation)
      output.set("V", test.variance)
      output.set("z", test.z)
      output.set("p_two", test.pValue)
      output.set("p_inc", test.pValueIncreasing)
      output.set("p_dec", test.pValueDecreasing)
      output.set("exact_p_inc", test.exact.map(\.pValueIncreasing))
      output.set("exact_p_dec", test.exact.map(\.pValueDecreasing))
      output.set("exact_p_two_central", test.exact.map(\.pValueCentral))
      return output
    },
    ComputeFunction(
      "page", summary: "Page's test of ordered columns within rows",
      inputs: [.required("matrix", "rows of values: question x dose")],
      outputs: [
        "L", "E", "V_noties", "V_ties", "z_noties", "z_ties", "p_inc_ties", "p_two_ties",
        "exact_p_inc", "exact_p_dec", "exact_p_two_dist",
      ],
      reference: "Page (1963); scipy.stats.page_trend_test; R coin"
    ) { input in
      let test = try PageTest(input.matrix("matrix"))
      var output = ComputeOutput()
      output.set("L", test.statistic)
      output.set("E", test.expectation)
      output.set("V_noties", test.varianceWithoutTies)
      output.set("V_ties", test.varianceWithTies)
      output.set("z_noties", test.zWithoutTies)
      output.set("z_ties", test.zWithTies)
      output.set("p_inc_ties", test.pValueIncreasing)
      output.set("p_two_ties", test.pValueTwoSided)
      output.set("exact_p_inc", test.exact.map(\.pValueIncreasing))
      output.set("exact_p_dec", test.exact.map(\.pValueDecreasing))
      output.set("exact_p_two_dist", test.exact.map(\.pValueTwoSided))
      return output
    },
    ComputeFunction(
      "within_question_trend", summary: "Trend over doses on the same questions",
      inputs: questionInputs,
      outputs: [
        "T", "E", "V", "z", "p_asym_two", "p_exact_two_dist", "p_exact_greater", "p_exact_less",
        "mean_t", "sd_t", "robust_t", "robust_p_two", "signflip_p_two", "slope_lpm",
      ],
      reference: "R mantelhaen.test; Hemerik, Goeman & Finos (2020)"
    ) { input in
      let trend = WithinQuestionTrend(try questions(input))
      var output = ComputeOutput()
      output.set("T", trend.statistic)
      output.set("E", trend.expectation)
      output.set("V", trend.variance)
      output.set("z", trend.z)
      output.set("p_asym_two", trend.pValueAsymptotic)
      output.set("p_exact_two_dist", trend.permutation.map(\.pValueTwoSided))
      output.set("p_exact_greater", trend.permutation.map(\.pValueGreater))
      output.set("p_exact_less", trend.permutation.map(\.pValueLess))
      output.set("mean_t", trend.meanContribution)
      output.set("sd_t", trend.standardDeviation)
      output.set("robust_t", trend.robustT)
      output.set("robust_p_two", trend.robustPValue)
      output.set("signflip_p_two", trend.signFlipPValue)
      output.set("slope_lpm", trend.slope)
      return output
    },
  ]
}
