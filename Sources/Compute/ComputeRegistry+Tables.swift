import CanonicalJSON
import Statistics

extension ComputeRegistry {
  private static let tableInput: [ComputeInput] = [
    .required("table", "matrix of counts, row by row")
  ]

  private static func twoByTwo(_ input: ComputeArguments) throws -> (Proportion, Proportion) {
    let table = try input.countMatrix("table")
    guard table.count == 2, table.allSatisfy({ $0.count == 2 }) else {
      throw ComputeError.outOfRange(
        field: "table", expected: "two rows of two counts",
        found: "\(table.count) rows of \(table.map(\.count).max() ?? 0)")
    }
    return (
      try Proportion(successes: table[0][0], trials: table[0][0] + table[0][1]),
      try Proportion(successes: table[1][0], trials: table[1][0] + table[1][1])
    )
  }

  /// Tests of homogeneity in contingency tables.
  static let tables: [ComputeFunction] = [
    ComputeFunction(
      "fisher_exact", summary: "Fisher's exact test of a 2 x 2 table", inputs: tableInput,
      outputs: ["p_two", "p_less", "p_greater", "p_mid_two", "odds_ratio_sample"],
      reference: "R fisher.test; scipy.stats.fisher_exact"
    ) { input in
      let (first, second) = try twoByTwo(input)
      let test = FisherExactTest(first, second)
      var output = ComputeOutput()
      output.set("p_two", test.pValueTwoSided)
      output.set("p_less", test.pValueLess)
      output.set("p_greater", test.pValueGreater)
      output.set("p_mid_two", test.midPValueTwoSided)
      output.set("odds_ratio_sample", test.oddsRatio)
      return output
    },
    ComputeFunction(
      "fisher_rxc", summary: "Fisher-Freeman-Halton and Pearson tests of an r x c table",
      inputs: tableInput, outputs: ["p_fisher", "chi2", "df", "p_chi2"],
      reference: "Freeman & Halton (1951); R fisher.test, chisq.test(correct = FALSE)"
    ) { input in
      let table = try ContingencyTable(input.countMatrix("table"))
      let pearson = PearsonChiSquaredTest(table)
      var output = ComputeOutput()
      output.set("p_fisher", FreemanHaltonTest(table).pValue)
      output.set("chi2", pearson.statistic)
      output.set("df", pearson.degreesOfFreedom)
      output.set("p_chi2", pearson.pValue)
      return output
    },
    ComputeFunction(
      "boschloo", summary: "Boschloo's exact unconditional test of a 2 x 2 table",
      inputs: tableInput, outputs: ["p_two", "p_less", "p_greater"],
      reference: "Boschloo (1970); scipy.stats.boschloo_exact"
    ) { input in
      let (first, second) = try twoByTwo(input)
      let test = BoschlooTest(first, second)
      var output = ComputeOutput()
      output.set("p_two", test.pValueTwoSided)
      output.set("p_less", test.pValueLess)
      output.set("p_greater", test.pValueGreater)
      return output
    },
  ]
}
