import CanonicalJSON
import Statistics

extension ComputeRegistry {
  private static let bootstrapKeys = [
    "theta", "boot_sd", "percentile", "basic", "bca", "z0", "a", "resamples",
  ]

  private static func set(
    _ distribution: BootstrapDistribution, level: Double, in output: inout ComputeOutput
  ) {
    output.set("theta", distribution.estimate)
    output.set("boot_sd", distribution.standardError)
    output.set("percentile", distribution.percentileInterval(confidenceLevel: level))
    output.set("basic", distribution.basicInterval(confidenceLevel: level))
    let corrected = distribution.biasCorrectedInterval(confidenceLevel: level)
    output.set("bca", corrected.map(\.interval))
    output.set("z0", corrected.map(\.biasCorrection))
    output.set("a", corrected.map(\.acceleration))
    output.set("resamples", distribution.replicates.count)
  }

  private static func resamples(
    _ input: ComputeArguments, cells: Int
  ) throws(ComputeError) -> Int {
    let count = try input.integer("resamples", in: 1...100_000)
    guard cells <= permutedCellLimit / count else {
      throw .statistics(
        .tooLarge(
          what: "the number of resampled values", found: cells, limit: permutedCellLimit / count))
    }
    return count
  }

  private static let resampleInput = ComputeInput.optional(
    "resamples", "count in 1...100,000", default: 10_000)

  /// Bootstraps that draw their own resamples, and AUROC with structure.
  static let resampling: [ComputeFunction] = [
    ComputeFunction(
      "bootstrap", summary: "Bootstrap of a mean, a stratified AUROC or a slope over doses",
      inputs: [
        .required("statistic", "\"mean\", \"auroc\" or \"slope\""),
        .optional("data", "numbers, for the mean"),
        .optional("pos", "scores of positives, for the AUROC"),
        .optional("neg", "scores of negatives, for the AUROC"),
        .optional("matrix", "rows of 0 and 1, for the slope"),
        .optional("scores", "doses, for the slope"), resampleInput, seedInput, .confidenceLevel,
      ],
      outputs: bootstrapKeys,
      reference: "Efron (1987); Philox4x64-10 addressed by seed and resample"
    ) { input in
      let level = try input.level("conf")
      let seed = try input.seed("seed")
      func plan(_ cells: Int) throws -> Bootstrap {
        Bootstrap(
          seed: seed, analysis: "compute/bootstrap",
          resampleCount: try resamples(input, cells: cells))
      }
      let distribution: BootstrapDistribution
      switch try input.string("statistic") {
      case "mean":
        let data = try input.numbers("data")
        distribution = try MeanResampler(values: data).distribution(plan(data.count))
      case "auroc":
        let (first, second) = (try input.numbers("pos"), try input.numbers("neg"))
        distribution = try AUROCResampler(positives: first, negatives: second)
          .distribution(plan(first.count + second.count))
      case "slope":
        let rows = try doseRows(input)
        distribution = try MeanResampler(slopesOf: rows).distribution(plan(rows.questionCount))
      case let other:
        throw ComputeError.outOfRange(
          field: "statistic", expected: "\"mean\", \"auroc\" or \"slope\"",
          found: "\"\(other.prefix(40))\"")
      }
      var output = ComputeOutput()
      set(distribution, level: level, in: &output)
      return output
    },
    ComputeFunction(
      "bootstrap_numpy", summary: "The mean's bootstrap as numpy's default_rng(seed) draws it",
      inputs: [
        .required("data", "numbers"), resampleInput,
        .optional("seed", "64-bit integer", default: 42), .confidenceLevel,
      ],
      outputs: bootstrapKeys,
      reference: "numpy default_rng(seed).integers, PCG64: published intervals bit for bit"
    ) { input in
      let data = try input.numbers("data")
      let count = try resamples(input, cells: data.count)
      let distribution = NumPyBootstrap(seed: try input.seed("seed"), resampleCount: count)
        .mean(of: data)
      var output = ComputeOutput()
      set(distribution, level: try input.level("conf"), in: &output)
      return output
    },
    ComputeFunction(
      "auroc_clustered", summary: "AUROC of several responses per question",
      inputs: [
        .required("score", "scores"), .required("y", "labels 0 or 1"),
        .required("cluster", "question of each response, an integer"), .confidenceLevel,
      ],
      outputs: ["auc", "var", "clusters", "ci"],
      reference: "Obuchowski (1997), doi:10.2307/2533958"
    ) { input in
      let result = try ClusteredAUROC(
        scores: input.numbers("score"), labels: input.labels("y"),
        clusters: input.counts("cluster"))
      var output = ComputeOutput()
      output.set("auc", result.estimate)
      output.set("var", result.variance)
      output.set("clusters", result.clusterCount)
      output.set("ci", result.interval(confidenceLevel: try input.level("conf")))
      return output
    },
    ComputeFunction(
      "auroc_cross_validated", summary: "AUROC averaged over folds, never pooled",
      inputs: [
        .required("score", "out-of-fold scores"), .required("y", "labels 0 or 1"),
        .required("fold", "fold of each item, an integer"), .confidenceLevel,
      ],
      outputs: ["auc", "var", "folds", "ci"],
      reference: "LeDell, Petersen & van der Laan (2015)"
    ) { input in
      let result = try CrossValidatedAUROC(
        scores: input.numbers("score"), labels: input.labels("y"), folds: input.counts("fold"))
      var output = ComputeOutput()
      output.set("auc", result.estimate)
      output.set("var", result.variance)
      output.set("folds", .array(result.folds.map(json)))
      output.set("ci", result.interval(confidenceLevel: try input.level("conf")))
      return output
    },
    ComputeFunction(
      "binormal", summary: "Accuracy that an AUROC allows at other prevalences",
      inputs: [
        .required("auc", "AUROC in (0, 1)"), .required("train_prior", "prevalence in training"),
        .required("prevalence", "prevalence in use"),
      ],
      outputs: ["separation", "sensitivity", "specificity", "accuracy"],
      reference: "Equal-variance binormal model; Green & Swets (1966)"
    ) { input in
      let area = try input.probability("auc")
      let (prior, prevalence) = (
        try input.level("train_prior"), try input.probability("prevalence")
      )
      var output = ComputeOutput()
      guard let model = BinormalClassifier(auroc: area) else {
        let reason = UndefinedReason(.boundary, "no binormal model has an AUROC of \(area)")
        for key in ["separation", "sensitivity", "specificity", "accuracy"] {
          output.setUndefined(key, reason)
        }
        return output
      }
      output.set("separation", model.separation)
      let rates = model.rates(trainingPrior: prior)
      let reason = UndefinedReason(.boundary, "an AUROC of one half has no threshold")
      output.set("sensitivity", rates.map { .defined($0.sensitivity) } ?? .undefined(reason))
      output.set("specificity", rates.map { .defined($0.specificity) } ?? .undefined(reason))
      output.set("accuracy", model.accuracy(prevalence: prevalence, trainingPrior: prior))
      return output
    },
  ]
}
