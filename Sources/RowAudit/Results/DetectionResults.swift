import Audit
import Notation
import Statistics

/// The analysis of one target detector on one question set.
struct DetectionResult {
  let analysis: DetectionAnalysis
  let calibrationPValue: Measured<Double>
  let settings: RowAuditSettings

  static func id(_ analysis: DetectionAnalysis) -> String { "detection/" + analysis.id }

  var result: HypothesisResult {
    var set = EvidenceSet()
    addRanking(&set)
    addDecision(&set)
    addForecast(&set)
    addThreshold(&set)
    addLength(&set)
    return HypothesisResult(
      id: Self.id(analysis),
      statement: "\(RowText.literal(analysis.detector)) ranks and decides on "
        + RowText.literal(analysis.set),
      registration: .exploratory, evidence: set.items, sentence: sentence,
      inputsHash: analysis.contentHash)
  }

  private var sentence: Prose {
    var text =
      "{detector} on {set}: {n} items, {positives} positive; AUROC {auroc}; accuracy {accuracy} "
      + "against {majority} by always giving the larger class, difference {difference}, "
      + "{p-majority}."
    if analysis.forecast.brier.value != nil {
      text +=
        " Brier {brier} = {corp-miscalibration} − {corp-discrimination} + {uncertainty} (CORP); "
        + "calibration slope {calibration-slope}; ECE {ece}, where a calibrated model of this size has {ece-null}."
    }
    if analysis.recalibration?.cheapest.value != nil {
      text += " With the threshold chosen on other folds accuracy is {cross-accuracy}."
    }
    if analysis.randomCount > 0 {
      text += " {random-count} random detectors: {p-random}."
    }
    return Prose(text)
  }

  private func addRanking(_ set: inout EvidenceSet) {
    set.text("set", analysis.set, "question set")
    set.text("detector", analysis.detector, "detector")
    set.count("n", analysis.count, "items")
    set.count("positives", analysis.positiveCount, "items of the positive class")
    set.estimate(
      "auroc", analysis.auroc, analysis.aurocInterval, .decimal(3), "AUROC")
    set.count("random-count", analysis.randomCount, "random detectors")
    set.p(
      "p-random", analysis.randomPValue, "AUROC among random detectors",
      method: "(1 + random detectors at least as good) / (1 + random detectors)")
  }

  private func addDecision(_ set: inout EvidenceSet) {
    let decision = analysis.decision
    set.estimate(
      "accuracy", decision.accuracy, decision.accuracyInterval, .percent,
      "accuracy at the frozen threshold")
    set.number("majority", decision.majority, .percent, "share of the larger class")
    set.estimate(
      "difference", decision.difference, decision.differenceInterval, .percentagePoints,
      "accuracy minus share of the larger class")
    set.p(
      "p-majority", decision.pValue, "accuracy against the larger class", method: "McNemar mid-p")
    set.number("sensitivity", decision.sensitivity, .percent, "true positive rate")
    set.number("specificity", decision.specificity, .percent, "true negative rate")
    if let confusion = analysis.confusion {
      set.count("tp", confusion.truePositives, "true positives")
      set.count("fp", confusion.falsePositives, "false positives")
      set.count("tn", confusion.trueNegatives, "true negatives")
      set.count("fn", confusion.falseNegatives, "false negatives")
    }
  }

  private func addForecast(_ set: inout EvidenceSet) {
    let forecast = analysis.forecast
    set.number("brier", forecast.brier, .decimal(3), "Brier score")
    set.number(
      "reliability", forecast.decomposition.map(\.reliability), .decimal(3),
      "reliability, Murphy's decomposition by distinct forecasts")
    set.number(
      "resolution", forecast.decomposition.map(\.resolution), .decimal(3), "resolution")
    set.number(
      "uncertainty", forecast.decomposition.map(\.uncertainty), .decimal(3), "uncertainty")
    set.number(
      "corp-miscalibration", forecast.corp.map(\.miscalibration), .decimal(3),
      "miscalibration, CORP")
    set.number(
      "corp-discrimination", forecast.corp.map(\.discrimination), .decimal(3),
      "discrimination, CORP")
    set.estimate(
      "calibration-slope", forecast.calibration.map(\.slope),
      forecast.calibration.map {
        $0.slopeInterval(confidenceLevel: settings.confidenceLevel)
      }, .decimal(2), "calibration slope, 1 when calibrated")
    set.estimate(
      "calibration-intercept", forecast.calibration.map(\.intercept),
      forecast.calibration.map {
        $0.interceptInterval(confidenceLevel: settings.confidenceLevel)
      }, .signed(2), "calibration intercept, 0 when calibrated")
    set.p(
      "p-calibration", calibrationPValue, "calibration slope against 1", method: "Wald, Holm")
    set.number(
      "ece", forecast.calibrationError, .decimal(3), "ECE, 15 bins of equal mass",
      method: "biased upwards: see the value of a calibrated model")
    set.number(
      "ece-null", forecast.calibrationErrorNull.map(\.mean), .decimal(3),
      "mean ECE of a calibrated model with these forecasts")
    set.number(
      "ece-upper", forecast.calibrationErrorNull.map(\.upperQuantile), .decimal(3),
      "95th percentile of the ECE of a calibrated model")
    set.number(
      "ece-debiased", forecast.debiasedError, .decimal(3),
      "calibration error with the sampling variance subtracted")
    if let curves = analysis.curves {
      set.number("brier-after", curves.afterBrier, .decimal(3), "Brier, recalibrated out of fold")
      set.number(
        "corp-after", curves.afterCORP.map(\.miscalibration), .decimal(3),
        "miscalibration, CORP, recalibrated out of fold")
      if let point = curves.operatingPoint {
        set.number("threshold", .defined(point.threshold), .decimal(3), "threshold in use")
      }
    }
  }

  private func addThreshold(_ set: inout EvidenceSet) {
    guard let recalibration = analysis.recalibration else { return }
    let folds = "\(settings.foldCount) folds, \(settings.repeatCount) repeats"
    for (key, words, threshold) in [
      ("cross", "most accurate threshold", recalibration.cheapest),
      ("youden", "Youden's threshold", recalibration.youden),
    ] {
      set.number(
        key + "-accuracy", threshold.map(\.accuracy), .percent,
        "accuracy out of fold, \(words)", method: folds)
      set.number(
        key + "-sensitivity", threshold.map(\.sensitivity), .percent,
        "true positive rate out of fold, \(words)", method: folds)
      set.number(
        key + "-specificity", threshold.map(\.specificity), .percent,
        "true negative rate out of fold, \(words)", method: folds)
      set.text(
        key + "-spread", threshold.value.map(Self.spread) ?? NumberText.absent,
        "range of the chosen thresholds, \(words)")
    }
  }

  private static func spread(_ threshold: CrossFittedThreshold) -> String {
    guard let low = threshold.thresholds.first, let high = threshold.thresholds.last else {
      return NumberText.absent
    }
    return NumberText.decimal(low, digits: 3) + " … " + NumberText.decimal(high, digits: 3)
  }

  private func addLength(_ set: inout EvidenceSet) {
    guard let length = analysis.length else { return }
    set.text("length-measure", length.measure, "length of")
    set.count("length-recorded", length.recordedCount, "items with a recorded length")
    set.estimate(
      "length-auroc", length.lengthAUROC, length.lengthInterval, .decimal(3),
      "AUROC of the length alone, in its better direction")
    set.estimate(
      "length-difference", length.difference, length.differenceInterval, .signed(3),
      "AUROC of the detector minus that of the length", method: "paired DeLong")
    set.p(
      "p-length", length.pValue, "detector against length", method: "paired DeLong")
    for (index, stratum) in length.strata.enumerated() {
      let place = "\(index + 1)"
      set.text(
        "stratum-" + place, "\(stratum.shortest) … \(stratum.longest)", "lengths of the stratum")
      set.count("stratum-n-" + place, stratum.count, "items of the stratum")
      set.count("stratum-positives-" + place, stratum.positiveCount, "positive items")
      set.estimate(
        "stratum-auroc-" + place, stratum.auroc, stratum.interval, .decimal(3),
        "AUROC within the stratum")
    }
  }
}
