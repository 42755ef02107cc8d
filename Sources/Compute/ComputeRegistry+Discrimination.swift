import CanonicalJSON
import Statistics

extension ComputeRegistry {
  /// AUROC, its differences and bootstraps.
  static let discrimination: [ComputeFunction] = [aurocDelong, delongPaired, bcaBootstrap]

  private static let aurocDelong = ComputeFunction(
    "auroc_delong", summary: "AUROC with DeLong's variance and three intervals",
    inputs: [
      .required("pos", "scores of the positives"), .required("neg", "scores of the negatives"),
      .confidenceLevel,
    ],
    outputs: ["auc", "var", "se", "wald", "logit", "newcombe5", "newcombe5_open"],
    reference: "DeLong, DeLong & Clarke-Pearson (1988); Newcombe (2006) method 5; R pROC"
  ) { arguments in
    let level = try arguments.level("conf")
    let auroc = try AUROC(
      positives: arguments.numbers("pos"), negatives: arguments.numbers("neg"))
    var output = ComputeOutput()
    output.set("auc", auroc.estimate)
    output.set("var", auroc.variance)
    output.set("se", auroc.standardError)
    output.set("wald", auroc.waldInterval(confidenceLevel: level))
    output.set("logit", auroc.logitInterval(confidenceLevel: level))
    // At an AUROC of 0 or 1 the closed form keeps its degenerate root; the open one informs.
    output.set(
      "newcombe5",
      auroc.estimate.map {
        AUROCInterval.newcombe5(
          estimate: $0, positiveCount: auroc.positiveCount, negativeCount: auroc.negativeCount,
          confidenceLevel: level, boundaryIsOpen: false)
      })
    output.set("newcombe5_open", auroc.newcombeInterval(confidenceLevel: level))
    return output
  }

  private static let delongPaired = ComputeFunction(
    "delong_paired", summary: "difference of two AUROCs on the same items",
    inputs: [
      .required("y", "labels 0 or 1"), .required("score1", "scores"),
      .required("score2", "scores of the same items"), .confidenceLevel,
    ],
    outputs: ["auc1", "auc2", "diff", "var1", "var2", "cov", "var_diff", "z", "p_two", "ci"],
    reference: "DeLong, DeLong & Clarke-Pearson (1988); R pROC roc.test(paired = TRUE)"
  ) { arguments in
    let result = try PairedAUROC(
      labels: arguments.labels("y"), firstScores: arguments.numbers("score1"),
      secondScores: arguments.numbers("score2"))
    var output = ComputeOutput()
    output.set("auc1", result.first)
    output.set("auc2", result.second)
    output.set("diff", result.difference)
    output.set("var1", result.firstVariance)
    output.set("var2", result.secondVariance)
    output.set("cov", result.covariance)
    output.set("var_diff", result.differenceVariance)
    output.set("z", result.z)
    output.set("p_two", result.pValue)
    output.set("ci", result.interval(confidenceLevel: try arguments.level("conf")))
    return output
  }

  private static let bcaBootstrap = ComputeFunction(
    "bca_bootstrap", summary: "bootstrap intervals of given resamples",
    inputs: [
      .required("statistic", "\"mean\", \"median\" or \"auroc_stratified\""),
      .optional("data", "numbers, for mean and median"),
      .optional("indices", "matrix of 0-based resample indices"),
      .optional("pos", "scores, for auroc_stratified"),
      .optional("neg", "scores, for auroc_stratified"),
      .optional("indices_pos", "matrix of 0-based indices of positives"),
      .optional("indices_neg", "matrix of 0-based indices of negatives"),
      .confidenceLevel,
    ],
    outputs: [
      "theta", "boot_sd", "percentile", "basic", "z0", "a", "alpha1", "alpha2", "bca",
      "boot_first5", "boot_sum",
    ],
    reference: "Efron (1987); scipy.stats.bootstrap"
  ) { arguments in
    let level = try arguments.level("conf")
    let distribution = try bootstrapDistribution(arguments)
    var output = ComputeOutput()
    output.set("theta", distribution.estimate)
    output.set("boot_sd", distribution.standardError)
    output.set("percentile", distribution.percentileInterval(confidenceLevel: level))
    output.set("basic", distribution.basicInterval(confidenceLevel: level))
    let bca = distribution.biasCorrectedInterval(confidenceLevel: level)
    output.set("z0", bca.map(\.biasCorrection))
    output.set("a", bca.map(\.acceleration))
    output.set("alpha1", bca.map(\.lowerProbability))
    output.set("alpha2", bca.map(\.upperProbability))
    output.set("bca", bca.map(\.interval))
    output.set("boot_first5", Array(distribution.replicates.prefix(5)))
    output.set("boot_sum", distribution.replicates.reduce(0, +))
    return output
  }

  private static func bootstrapDistribution(
    _ arguments: ComputeArguments
  ) throws -> BootstrapDistribution {
    let statistic = try arguments.string("statistic")
    switch statistic {
    case "mean", "median":
      let data = try arguments.numbers("data")
      let indices = try resamples(arguments, "indices", bound: data.count)
      let design = ResamplingDesign.rows(count: data.count)
      func value(_ rows: [Int]) -> Double {
        statistic == "mean"
          ? rows.reduce(0) { $0 + data[$1] } / Double(rows.count) : median(rows.map { data[$0] })
      }
      return BootstrapDistribution(design: design, resamples: indices, statistic: value)
    case "auroc_stratified":
      let positives = try arguments.numbers("pos")
      let negatives = try arguments.numbers("neg")
      let first = try resamples(arguments, "indices_pos", bound: positives.count)
      let second = try resamples(arguments, "indices_neg", bound: negatives.count)
      guard first.count == second.count else {
        throw ComputeError.outOfRange(
          field: "indices_neg", expected: "as many rows as indices_pos (\(first.count))",
          found: "\(second.count)")
      }
      let offset = positives.count
      let scores = positives + negatives
      let rows = zip(first, second).map { $0 + $1.map { $0 + offset } }
      let design = ResamplingDesign.stratified([
        Array(0..<offset), Array(offset..<scores.count),
      ])
      return BootstrapDistribution(design: design, resamples: rows) { rows in
        let auroc = try? AUROC(
          positives: rows.filter { $0 < offset }.map { scores[$0] },
          negatives: rows.filter { $0 >= offset }.map { scores[$0] })
        return auroc?.estimate.value ?? .nan
      }
    default:
      throw ComputeError.outOfRange(
        field: "statistic", expected: "\"mean\", \"median\" or \"auroc_stratified\"",
        found: "\"\(statistic.prefix(40))\"")
    }
  }

  private static func resamples(
    _ arguments: ComputeArguments, _ field: String, bound: Int
  ) throws(ComputeError) -> [[Int]] {
    let rows = try arguments.countMatrix(field)
    for (index, row) in rows.enumerated() {
      if let wrong = row.first(where: { $0 >= bound }) {
        throw .outOfRange(
          field: "\(field)[\(index)]", expected: "indices below \(bound)", found: "\(wrong)")
      }
    }
    return rows
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
