import CanonicalJSON
import Statistics

extension ComputeRegistry {
  private static let layerInputs: [ComputeInput] = [
    .required("counts", "selected neurons in each layer"),
    .optional("exposures", "eligible neurons or activation in each layer; equal when absent"),
  ]

  private static func layers(_ input: ComputeArguments) throws -> LayerCounts {
    let counts = try input.counts("counts")
    let exposures =
      input.has("exposures") ? try input.numbers("exposures") : counts.map { _ in 1.0 }
    return try LayerCounts(counts: counts, exposures: exposures)
  }

  /// Families of tests, layers, and what a declared random baseline says.
  static let multiplicity: [ComputeFunction] = [
    ComputeFunction(
      "permutation_maxt", summary: "Dose trends of several benchmarks adjusted by one permutation",
      inputs: [
        .required("benchmarks", "array of matrices item x dose; null for an item without answers"),
        .required("scores", "doses, one per column"), permutationInput(9_999), seedInput,
      ],
      outputs: ["statistics", "p", "p_adjusted"],
      reference: "Westfall & Young (1993), algorithm 4.1, step-down"
    ) { input in
      var benchmarks: [[[Bool]?]] = []
      for (index, value) in try ComputeArguments.elements(
        input["benchmarks"] ?? .null, "benchmarks"
      ).enumerated() {
        let path = "benchmarks[\(index)]"
        var items: [[Bool]?] = []
        for (item, row) in try ComputeArguments.elements(value, path).enumerated() {
          items.append(row.isNull ? nil : try flags(row, "\(path)[\(item)]"))
        }
        benchmarks.append(items)
      }
      let scores = try input.numbers("scores")
      let cells = benchmarks.reduce(0) { $0 + $1.count * max(1, scores.count) }
      let result = try PermutationMaxT.test(
        doses: scores, benchmarks: benchmarks,
        permutationCount: permutations(input, cells: 4 * cells), seed: input.seed("seed"),
        analysis: "compute/maxt")
      var output = ComputeOutput()
      output.set("statistics", result.statistics)
      output.set("p", result.pValues)
      output.set("p_adjusted", result.adjustedPValues)
      return output
    },
    ComputeFunction(
      "gatekeeping", summary: "Serial gatekeeping: Holm within gates, gates in order",
      inputs: [.required("gates", "arrays of p-values, in the order of the gates")],
      outputs: ["p_adjusted"], reference: "Westfall & Krishen (2001)"
    ) { input in
      var output = ComputeOutput()
      output.set("p_adjusted", try PValueAdjustment.gatekept(input.matrix("gates")))
      return output
    },
    ComputeFunction(
      "layer_permutation", summary: "Concentration of neurons in a declared set of layers",
      inputs: layerInputs + [
        .required("set", "indices of the layers, from 0"),
        .optional("strata", "stratum of each layer; labels move within strata"),
        .optional("permutations", "count in 1...1,000,000", default: 99_999), seedInput,
      ],
      outputs: [
        "count", "total", "exposure_share", "p_binomial", "overdispersion",
        "binomial_anticonservative", "p_permutation", "p_shift", "smallest_p_shift",
      ],
      reference: "Permuted layer labels, Good (2005); circular shifts"
    ) { input in
      let layers = try layers(input)
      let strata =
        input.has("strata") ? try input.counts("strata") : nil
      let count = try input.integer("permutations", in: 1...1_000_000)
      guard layers.counts.count <= permutedCellLimit / count else {
        throw StatisticsError.tooLarge(
          what: "the number of layers", found: layers.counts.count,
          limit: permutedCellLimit / count)
      }
      let set = try input.counts("set")
      let result = try LayerConcentration.test(
        layers, set: set, strata: strata, permutationCount: count, seed: input.seed("seed"),
        analysis: "compute/layers")
      var output = ComputeOutput()
      output.set("count", result.count)
      output.set("total", result.total)
      output.set("exposure_share", result.exposureShare)
      output.set("p_binomial", result.binomialPValue)
      output.set("overdispersion", result.overdispersion)
      output.set("binomial_anticonservative", result.isBinomialAntiConservative)
      output.set("p_permutation", result.permutationPValue)
      output.set("p_shift", result.shiftPValue)
      output.set(
        "smallest_p_shift",
        LayerConcentration.smallestShiftPValue(set: set, layerCount: layers.counts.count))
      return output
    },
    ComputeFunction(
      "layer_hotspots", summary: "Single layers above their exposure, all layers at once",
      inputs: layerInputs + [
        .optional("draws", "count in 1...100,000", default: 9_999), seedInput,
      ],
      outputs: ["statistics", "p_adjusted"],
      reference: "Westfall & Young (1993), single-step maxT by multinomial draws"
    ) { input in
      let layers = try layers(input)
      let draws = try input.integer("draws", in: 1...100_000)
      guard max(layers.total, layers.counts.count) <= permutedCellLimit / draws else {
        throw StatisticsError.tooLarge(
          what: "draws × neurons", found: layers.total, limit: permutedCellLimit / draws)
      }
      let result = LayerHotspots.test(
        layers, drawCount: draws, seed: try input.seed("seed"), analysis: "compute/hotspots")
      var output = ComputeOutput()
      switch result {
      case .defined(let hotspots):
        output.set("statistics", hotspots.statistics)
        output.set("p_adjusted", hotspots.adjustedPValues)
      case .undefined(let reason):
        output.setUndefined("statistics", reason)
        output.setUndefined("p_adjusted", reason)
      }
      return output
    },
    ComputeFunction(
      "layer_maximum", summary: "Exact p of the largest count over layers",
      inputs: layerInputs, outputs: ["maximum", "p"],
      reference: "The exponential generating function, exact"
    ) { input in
      let test = try LayerMaximumTest(
        counts: input.counts("counts"),
        exposures: input.has("exposures") ? input.numbers("exposures") : nil)
      var output = ComputeOutput()
      output.set("maximum", test.maximum)
      output.set("p", test.pValue)
      return output
    },
    ComputeFunction(
      "range_permutation", summary: "Exact p of the largest difference between any two arms",
      inputs: [
        .required("x", "counts of successes, one per arm"),
        .required("n", "counts of trials, one per arm"),
      ],
      outputs: ["range", "p"], reference: "Multivariate hypergeometric, exact"
    ) { input in
      let successes = try input.counts("x")
      let test = RangePermutationTest(
        try DoseArm.arms(
          successes: successes, trials: input.counts("n"),
          scores: successes.indices.map(Double.init)
        ).map(\.outcomes))
      var output = ComputeOutput()
      output.set("range", test.range)
      output.set("p", test.pValue)
      return output
    },
    ComputeFunction(
      "random_baseline", summary: "A statistic beside the same of matched random neuron sets",
      inputs: [
        .required("observed", "the statistic of the selected neurons"),
        .required("random", "the statistic of each random set"),
      ],
      outputs: ["sets", "p_greater", "p_less", "mean", "smallest", "largest"],
      reference: "Davison & Hinkley (1997), section 4.2: (1 + #) / (B + 1)"
    ) { input in
      let baseline = try RandomSetBaseline(
        observed: input.number("observed"), random: input.numbers("random"))
      var output = ComputeOutput()
      output.set("sets", baseline.setCount)
      output.set("p_greater", baseline.pValueGreater)
      output.set("p_less", baseline.pValueLess)
      output.set("mean", baseline.mean)
      output.set("smallest", baseline.smallest)
      output.set("largest", baseline.largest)
      return output
    },
    ComputeFunction(
      "order_probability",
      summary: "How often equal or given rates look monotone, reversed, spread",
      inputs: [
        .required("n", "count of trials at each dose, up to 1,000,000"),
        .required("p", "true rate at each dose"),
      ],
      outputs: [
        "strictly_rising", "strictly_monotone", "reversal", "range_mean", "range_percentile95",
      ],
      reference: "Exact enumeration of independent binomials"
    ) { input in
      let trials = try input.count("n", upTo: OrderProbability.maximumTrials)
      let rates = try input.numbers("p")
      guard trials <= 50_000_000 / max(1, rates.count) else {
        throw StatisticsError.tooLarge(
          what: "trials × doses", found: trials, limit: 50_000_000 / max(1, rates.count))
      }
      var output = ComputeOutput()
      output.set(
        "strictly_rising",
        try OrderProbability.strictlyRising(trials: trials, probabilities: rates))
      output.set(
        "strictly_monotone",
        try OrderProbability.strictlyMonotone(trials: trials, probabilities: rates))
      output.set(
        "reversal", try OrderProbability.reversal(trials: trials, probabilities: rates))
      let limit = OrderProbability.maximumRangeTrials
      if trials <= limit, rates.count <= 64 {
        let range = try OrderProbability.range(trials: trials, probabilities: rates)
        output.set("range_mean", range.mean)
        output.set("range_percentile95", range.percentile95)
      } else {
        let reason = UndefinedReason(.tooLarge, "\(trials) trials, above the limit of \(limit)")
        output.setUndefined("range_mean", reason)
        output.setUndefined("range_percentile95", reason)
      }
      return output
    },
  ]

  /// A row of 0 and 1.
  static func flags(_ value: JSONValue, _ field: String) throws(ComputeError) -> [Bool] {
    var flags: [Bool] = []
    for (index, cell) in try ComputeArguments.elements(value, field).enumerated() {
      flags.append(try ComputeArguments.integer(cell, "\(field)[\(index)]", in: 0...1) == 1)
    }
    return flags
  }
}
