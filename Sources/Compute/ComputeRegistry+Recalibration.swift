import CanonicalJSON
import Statistics

extension ComputeRegistry {
  private static let scored: [ComputeInput] = [
    .required("score", "scores"), .required("y", "labels 0 or 1"),
  ]

  private static let forecastInputs: [ComputeInput] = [
    .required("p", "probabilities in 0...1"), .required("y", "outcomes 0 or 1"),
  ]

  private static func forecast(_ input: ComputeArguments) throws -> ProbabilityForecast {
    try ProbabilityForecast(probabilities: input.numbers("p"), outcomes: input.labels("y"))
  }

  private static func logistic(
    _ result: Measured<LogisticCalibration>, level: Double
  ) -> ComputeOutput {
    var output = ComputeOutput()
    output.set("slope", result.map(\.slope))
    output.set("intercept", result.map(\.intercept))
    output.set("slope_se", result.map(\.slopeError))
    output.set("intercept_se", result.map(\.interceptError))
    output.set("slope_ci", result.map { $0.slopeInterval(confidenceLevel: level) })
    output.set("intercept_ci", result.map { $0.interceptInterval(confidenceLevel: level) })
    return output
  }

  private static let logisticKeys = [
    "slope", "intercept", "slope_se", "intercept_se", "slope_ci", "intercept_ci",
  ]

  /// Recalibration, thresholds out of fold, and the gate before prior-shift corrections.
  static let recalibration: [ComputeFunction] = [
    ComputeFunction(
      "platt", summary: "Logistic recalibration of scores with smoothed targets",
      inputs: scored + [.confidenceLevel], outputs: logisticKeys,
      reference: "Platt (1999); Lin, Lin & Weng (2007)"
    ) { input in
      logistic(
        try LogisticCalibration.platt(
          scores: input.numbers("score"), labels: input.labels("y")),
        level: try input.level("conf"))
    },
    ComputeFunction(
      "calibration_slope", summary: "Slope and intercept of the outcome on the logit forecast",
      inputs: forecastInputs + [.confidenceLevel], outputs: logisticKeys, reference: "Cox (1958)"
    ) { input in
      logistic(
        LogisticCalibration.reliability(of: try forecast(input)), level: try input.level("conf"))
    },
    ComputeFunction(
      "temperature_scaling", summary: "Temperature with a bias, before prior-shift corrections",
      inputs: forecastInputs + [.confidenceLevel], outputs: logisticKeys,
      reference: "Guo et al. (2017); Alexandari, Kundaje & Shrikumar (2020)"
    ) { input in
      logistic(
        LogisticCalibration.temperature(of: try forecast(input)), level: try input.level("conf"))
    },
    ComputeFunction(
      "isotonic_calibration", summary: "Isotonic recalibration and the CORP decomposition",
      inputs: scored,
      outputs: ["scores", "probabilities", "miscalibration", "discrimination", "uncertainty"],
      reference: "Zadrozny & Elkan (2002); Dimitriadis, Gneiting & Jordan (2021)"
    ) { input in
      let (scores, labels) = (try input.numbers("score"), try input.labels("y"))
      var output = ComputeOutput()
      switch try IsotonicCalibration.fit(scores: scores, labels: labels) {
      case .undefined(let reason):
        output.setUndefined("scores", reason)
        output.setUndefined("probabilities", reason)
      case .defined(let fit):
        output.set("scores", fit.scores)
        output.set("probabilities", fit.probabilities)
      }
      let parts: Measured<CORPDecomposition>
      if scores.allSatisfy({ (0...1).contains($0) }) {
        parts = try ProbabilityForecast(probabilities: scores, outcomes: labels).corpDecomposition
      } else {
        parts = .undefined(
          UndefinedReason(.notApplicable, "the scores are no probabilities in 0...1"))
      }
      output.set("miscalibration", parts.map(\.miscalibration))
      output.set("discrimination", parts.map(\.discrimination))
      output.set("uncertainty", parts.map(\.uncertainty))
      return output
    },
    ComputeFunction(
      "ece_null", summary: "What ECE a perfectly calibrated model would show, and the debiased ECE",
      inputs: forecastInputs + [
        .optional("bins", "number of bins", default: 15),
        .optional("draws", "count in 1...10,000", default: 1_000), seedInput,
      ],
      outputs: ["ece_mass", "null_mean", "null_upper", "p", "debiased"],
      reference: "Bröcker & Smith (2007); Kumar, Liang & Ma (2019)"
    ) { input in
      let forecast = try forecast(input)
      let bins = try input.integer("bins", in: 1...10_000)
      let draws = try input.integer("draws", in: 1...10_000)
      guard forecast.count <= permutedCellLimit / 4 / draws else {
        throw StatisticsError.tooLarge(
          what: "the number of forecasts", found: forecast.count,
          limit: permutedCellLimit / 4 / draws)
      }
      let null = forecast.perfectCalibrationError(
        binCount: bins, drawCount: draws, seed: try input.seed("seed"), analysis: "compute/ece")
      var output = ComputeOutput()
      output.set("ece_mass", forecast.expectedCalibrationError(.equalMass, binCount: bins))
      output.set("null_mean", null.map(\.mean))
      output.set("null_upper", null.map(\.upperQuantile))
      output.set("p", null.map(\.pValue))
      output.set("debiased", forecast.debiasedCalibrationError(binCount: bins))
      return output
    },
    ComputeFunction(
      "threshold_cross_fitted", summary: "A threshold chosen on some folds, judged on the others",
      inputs: scored + [
        .optional("rule", "\"youden\" or \"cost\"", default: "youden"),
        .optional("c_fp", "cost of a false positive", default: 1),
        .optional("c_fn", "cost of a false negative", default: 1),
        .optional("folds", "count in 2...100", default: 5),
        .optional("repeats", "count in 1...200", default: 20), seedInput,
      ],
      outputs: [
        "accuracy", "sensitivity", "specificity", "cost", "threshold_min", "threshold_median",
        "threshold_max",
      ],
      reference: "Leeflang et al. (2008); stratified folds"
    ) { input in
      let scores = try input.numbers("score")
      let folds = try input.integer("folds", in: 2...100)
      let repeats = try input.integer("repeats", in: 1...200)
      guard scores.count <= 40_000_000 / (folds * repeats) else {
        throw StatisticsError.tooLarge(
          what: "the number of scores", found: scores.count,
          limit: 40_000_000 / (folds * repeats))
      }
      let rule: CrossFittedThreshold.Rule
      switch try input.string("rule") {
      case "youden": rule = .youden
      case "cost":
        rule = .cost(
          falsePositive: try input.number("c_fp"), falseNegative: try input.number("c_fn"))
      case let other:
        throw ComputeError.outOfRange(
          field: "rule", expected: "\"youden\" or \"cost\"", found: "\"\(other.prefix(40))\"")
      }
      let result = try CrossFittedThreshold.choose(
        scores: scores, labels: input.labels("y"), rule: rule, foldCount: folds,
        repeatCount: repeats, seed: input.seed("seed"), analysis: "compute/threshold")
      var output = ComputeOutput()
      output.set("accuracy", result.map(\.accuracy))
      output.set("sensitivity", result.map(\.sensitivity))
      output.set("specificity", result.map(\.specificity))
      output.set("cost", result.flatMap(\.costPerItem))
      let reason = UndefinedReason(.tooFew, "no fold has a finite threshold")
      func threshold(_ pick: @escaping ([Double]) -> Double?) -> Measured<Double> {
        result.flatMap { pick($0.thresholds).map(Measured.defined) ?? .undefined(reason) }
      }
      output.set("threshold_min", threshold(\.first))
      output.set("threshold_median", threshold { $0.isEmpty ? nil : $0[$0.count / 2] })
      output.set("threshold_max", threshold(\.last))
      return output
    },
    ComputeFunction(
      "invariance_gate", summary: "Whether error rates carry over before a prior-shift correction",
      inputs: ["source", "target"].flatMap { side in
        [
          .required("\(side)_tp", "count of true positives"),
          .required("\(side)_pos", "count of positives"),
          .required("\(side)_tn", "count of true negatives"),
          .required("\(side)_neg", "count of negatives"),
        ]
      } + [.confidenceLevel],
      outputs: ["outcome", "source_tpr", "target_tpr", "source_tnr", "target_tnr"],
      reference: "Label shift needs P(score | class) to stay: Saerens (2002), Lipton (2018)"
    ) { input in
      func counts(_ side: String) throws -> InvarianceGate.Counts {
        InvarianceGate.Counts(
          truePositives: try input.count("\(side)_tp"), positives: try input.count("\(side)_pos"),
          trueNegatives: try input.count("\(side)_tn"), negatives: try input.count("\(side)_neg"))
      }
      let gate = try InvarianceGate(
        source: counts("source"), target: counts("target"), confidenceLevel: input.level("conf"))
      var output = ComputeOutput()
      output.set("outcome", gate.outcome.rawValue)
      output.set("source_tpr", gate.sourceTruePositiveRate)
      output.set("target_tpr", gate.targetTruePositiveRate)
      output.set("source_tnr", gate.sourceTrueNegativeRate)
      output.set("target_tnr", gate.targetTrueNegativeRate)
      return output
    },
  ]
}
