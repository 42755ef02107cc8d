import CanonicalJSON
import Statistics

extension ComputeRegistry {
  /// Judges, repeated answers and filters.
  static let judging: [ComputeFunction] = [
    ComputeFunction(
      "prediction_powered", summary: "A rate from many judged answers and some labels by hand",
      inputs: [
        .required("labels", "labels by hand"), .required("judged", "the judge on the same answers"),
        .required("unlabelled", "the judge on the other answers"), .confidenceLevel,
      ],
      outputs: ["estimate", "se", "lambda", "ci"],
      reference: "Angelopoulos, Duchi & Zrnic (2023), PPI++"
    ) { input in
      let level = try input.level("conf")
      let result = try PredictionPoweredMean.estimate(
        labels: input.numbers("labels"), judged: input.numbers("judged"),
        unlabelled: input.numbers("unlabelled"))
      var output = ComputeOutput()
      output.set("estimate", result.map(\.estimate))
      output.set("se", result.map(\.standardError))
      output.set("lambda", result.map(\.tuning))
      output.set("ci", result.map { $0.interval(confidenceLevel: level) })
      return output
    },
    ComputeFunction(
      "clustered_proportion", summary: "A rate from repeated answers; the unit is the question",
      inputs: [
        .required("x", "successes of each question"), .required("n", "answers of each question"),
        .confidenceLevel,
      ],
      outputs: ["estimate", "se", "design_effect", "questions", "ci"],
      reference: "Miller (2024); t over question means"
    ) { input in
      let (successes, answers) = (try input.counts("x"), try input.counts("n"))
      guard successes.count == answers.count else {
        throw StatisticsError.lengthMismatch(
          first: "x", firstCount: successes.count, second: "n", secondCount: answers.count)
      }
      let level = try input.level("conf")
      let result = ClusteredProportion.estimate(
        try zip(successes, answers).map { try Proportion(successes: $0, trials: $1) })
      var output = ComputeOutput()
      output.set("estimate", result.map(\.estimate))
      output.set("se", result.flatMap(\.standardError))
      output.set("design_effect", result.flatMap(\.designEffect))
      output.set("questions", result.value?.questionCount ?? 0)
      output.set("ci", result.flatMap { $0.interval(confidenceLevel: level) })
      return output
    },
    ComputeFunction(
      "consistency_filter", summary: "What keeping k-of-r consistent items does",
      inputs: [
        .required("r", "answers per item"), .required("k", "answers that must agree"),
        .required("p", "true rates of items"), .confidenceLevel,
      ],
      outputs: ["kept_right", "kept_wrong", "certified_rate"],
      reference: "Binomial; Clopper & Pearson (1934)"
    ) { input in
      let filter = try ConsistencyFilter(
        answers: input.integer("r", in: 1...1_000_000), required: input.count("k"),
        confidenceLevel: input.level("conf"))
      var right: [Double] = []
      var wrong: [Double] = []
      for (index, rate) in try input.numbers("p").enumerated() {
        guard (0...1).contains(rate) else {
          throw ComputeError.outOfRange(
            field: "p[\(index)]", expected: "in 0...1", found: "\(rate)")
        }
        let kept = filter.keptProbabilities(rate: rate)
        right.append(kept.right)
        wrong.append(kept.wrong)
      }
      var output = ComputeOutput()
      output.set("kept_right", right)
      output.set("kept_wrong", wrong)
      output.set("certified_rate", filter.certifiedRate)
      return output
    },
    ComputeFunction(
      "correlated_trend", summary: "An unpaired trend as it would be on the same items: a scenario",
      inputs: [
        .required("z", "z of the unpaired trend"),
        .required("correlation", "within-item correlation in 0..<1"),
      ],
      outputs: ["z", "p"], reference: "Diggle et al. (2002), section 2.4"
    ) { input in
      let result = CorrelatedTrend.scenario(
        z: try input.number("z"), withinItemCorrelation: try input.number("correlation"))
      var output = ComputeOutput()
      output.set("z", result.map(\.z))
      output.set("p", result.map(\.pValue))
      return output
    },
    ComputeFunction(
      "granularity", summary: "How likely coarse percentages are if the true n is larger",
      inputs: [
        .required("coarser", "n that explains the printed rates"),
        .required("n", "n that is claimed"), .required("rates", "count of printed rates"),
      ],
      outputs: ["likelihood_ratio", "coincidence"],
      reference: "Share of counts on the coarser grid, independent rates"
    ) { input in
      let coarser = try input.integer("coarser", in: 1...1_000_000_000)
      let total = try input.integer("n", in: 1...1_000_000_000)
      let rates = try input.integer("rates", in: 0...1_000_000)
      var output = ComputeOutput()
      output.set(
        "likelihood_ratio",
        GranularityLikelihood.ratio(smaller: coarser, larger: total, rateCount: rates))
      output.set(
        "coincidence",
        GranularityLikelihood.coincidence(coarser: coarser, total: total, rateCount: rates))
      return output
    },
  ]
}
