import Audit
import RawStore
import Statistics

/// The shape that rules on one detector and question set share.
private func eachDetector(
  _ context: RowContext, _ rule: RuleID,
  _ finding: (DetectionAnalysis, HypothesisResult) -> Finding
) -> [Finding] {
  let calibration = context.calibrationPValues
  let analyses = context.targetDetection
  guard !analyses.isEmpty else {
    return [.absent(rule, "No detection scores", "the table has no detector")]
  }
  return analyses.enumerated().map { index, analysis in
    finding(
      analysis,
      DetectionResult(
        analysis: analysis, calibrationPValue: calibration[index], settings: context.settings
      ).result)
  }
}

/// R42: one random detector, or none, is no null distribution.
struct RandomDetectorsRule: RowRule {
  static let id = RuleID.randomDetectors
  static let question = "Is the detector compared with enough random detectors?"
  static let needs = "Scores of random detectors on the same question set."
  static let method = "(1 + random detectors at least as good) / (1 + random detectors)."
  private static let enough = 100

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    eachDetector(context, Self.id) { analysis, result in
      let evidence = result.evidence.filter {
        ["set", "detector", "auroc", "random-count", "p-random"].contains($0.key)
      }
      let p = analysis.randomPValue.value ?? 1
      let isBeaten = analysis.randomCount >= 19 && p >= context.settings.level
      let status: Finding.Status =
        isBeaten
        ? .fired(.major) : analysis.randomCount < Self.enough ? .fired(.minor) : .passed
      return Finding(
        rule: Self.id, subject: analysis.id, status: status,
        title: isBeaten
          ? "{detector} on {set} ranks no better than random detectors"
          : analysis.randomCount < Self.enough
            ? "{detector} on {set} stands beside {random-count} random detectors"
            : "{detector} on {set} ranks better than random detectors",
        sentence:
          "{detector} on {set}: AUROC {auroc}; {random-count} random detectors, {p-random}.",
        remedy: status == .passed
          ? "" : "Score at least 100 random detectors of the same size, matched by layer.",
        evidence: evidence)
    }
  }
}

/// R43: a detector that sees nothing but the length of the answer.
struct LengthConfoundRule: RowRule {
  static let id = RuleID.lengthConfound
  static let question = "Is detection more than the length of the answer?"
  static let needs = "Lengths of answers or responses beside the scores."
  static let method = "AUROC within thirds of the length; paired DeLong against the length alone."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    eachDetector(context, Self.id) { analysis, result in
      guard let length = analysis.length else {
        return Finding(
          rule: Self.id, subject: analysis.id,
          status: .notRun(UndefinedReason(.notReported, "no lengths were recorded")),
          title: "Lengths beside the scores of {detector} on {set} are not recorded",
          sentence: "Not checked: the rows hold no lengths of answers or responses.",
          evidence: result.evidence.filter { ["detector", "set"].contains($0.key) })
      }
      let isBetter =
        (length.pValue.value ?? 1) < context.settings.level && (length.difference.value ?? 0) > 0
      let lengthWorks = (length.lengthInterval.value?.lower ?? 0) > 0.5
      let fires = !isBetter && lengthWorks
      let strata = length.strata.indices.map {
        "{stratum-\($0 + 1)}: {stratum-auroc-\($0 + 1)}"
      }
      return Finding(
        rule: Self.id, subject: analysis.id, status: fires ? .fired(.major) : .passed,
        title: fires
          ? "{detector} on {set} is not told apart from the length of the {length-measure}"
          : "{detector} on {set} is more than the length of the {length-measure}",
        sentence: Prose(
          "{detector} on {set}: AUROC {auroc}, by the length of the {length-measure} alone "
            + "{length-auroc}, difference {length-difference}, {p-length}. Within lengths "
            + strata.joined(separator: "; ") + "."),
        remedy: fires ? "Match the classes by length, or report the AUROC within lengths." : "",
        evidence: result.evidence.filter {
          ["detector", "set", "auroc", "p-length"].contains($0.key)
            || $0.key.hasPrefix("length") || $0.key.hasPrefix("stratum")
        })
    }
  }
}

/// R44: a good ranking with a misplaced threshold.
struct ThresholdPlacementRule: RowRule {
  static let id = RuleID.thresholdPlacement
  static let question = "Do the recorded predictions beat always giving the larger class?"
  static let needs = "Predictions at the frozen threshold, with gold labels."
  static let method =
    "McNemar mid-p against the constant answer, Tango interval; the threshold chosen on other "
    + "folds beside it."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    eachDetector(context, Self.id) { analysis, result in
      let evidence = result.evidence.filter {
        [
          "detector", "set", "auroc", "accuracy", "majority", "difference", "p-majority",
          "threshold", "sensitivity", "specificity",
        ].contains($0.key) || $0.key.hasPrefix("cross") || $0.key.hasPrefix("youden")
      }
      guard let difference = analysis.decision.difference.value else {
        let reason =
          analysis.decision.difference.reason
          ?? UndefinedReason(.notReported, "no prediction was recorded")
        return Finding(
          rule: Self.id, subject: analysis.id, status: .notRun(reason),
          title: "{detector} on {set} has no recorded predictions",
          sentence: "Not checked: {detector} on {set} has no recorded predictions.",
          evidence: evidence)
      }
      let isBetter =
        difference > 0 && (analysis.decision.pValue.value ?? 1) < context.settings.level
      let numbers: Prose =
        "{detector} on {set}: accuracy {accuracy} against {majority}, difference {difference}, "
        + "{p-majority}; AUROC {auroc}; true positive rate {sensitivity}, true negative rate "
        + "{specificity}."
      return Finding(
        rule: Self.id, subject: analysis.id, status: isBetter ? .passed : .fired(.major),
        title: isBetter
          ? "{detector} on {set} decides better than always giving the larger class"
          : "{detector} on {set} does not decide better than always giving the larger class",
        sentence: analysis.recalibration?.cheapest.value == nil
          ? numbers
          : numbers
            + "Chosen on other folds, the most accurate threshold reaches {cross-accuracy}.",
        remedy: isBetter
          ? "" : "Choose the threshold on a calibration split by the costs of the use.",
        evidence: evidence)
    }
  }
}

/// R51: probabilities that do not mean what they say.
struct CalibrationRule: RowRule {
  static let id = RuleID.calibrationRows
  static let question = "Do the detector's probabilities mean what they say?"
  static let needs = "Scores in 0...1 and gold labels, both classes."
  static let method =
    "Calibration slope (Cox 1958) against 1, Holm over detectors and sets; ECE beside its value "
    + "for a calibrated model."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    eachDetector(context, Self.id) { analysis, result in
      let evidence = result.evidence.filter {
        ["detector", "set", "p-calibration", "threshold"].contains($0.key)
          || $0.key.hasPrefix("calibration") || $0.key.hasPrefix("ece")
          || $0.key.hasPrefix("brier") || $0.key.hasPrefix("corp")
      }
      guard let p = result.evidence["p-calibration"]?.number else {
        return Finding(
          rule: Self.id, subject: analysis.id,
          status: .notRun(
            result.evidence["p-calibration"]?.undefinedReason
              ?? UndefinedReason(.notApplicable, "the scores are no probabilities")),
          title: "Calibration of {detector} on {set} cannot be tested",
          sentence: "Not checked: the scores are no probabilities, or one class is missing.",
          evidence: evidence)
      }
      let fires = p < context.settings.level
      return Finding(
        rule: Self.id, subject: analysis.id, status: fires ? .fired(.minor) : .passed,
        title: fires
          ? "{detector} on {set}: calibration slope {calibration-slope.estimate}, not 1"
          : "{detector} on {set}: no miscalibration is shown by the slope",
        sentence: """
          {detector} on {set}: calibration slope {calibration-slope} ({p-calibration} against 1), \
          intercept {calibration-intercept}; Brier {brier}, of which {corp-miscalibration} is \
          miscalibration (CORP), {corp-after} after recalibration out of fold; ECE {ece}, {ece-null} \
          for a calibrated model.
          """,
        remedy: fires
          ? "Recalibrate on a split of its own, or do not use the scores as probabilities." : "",
        evidence: evidence)
    }
  }
}

/// R45: whether a change of prevalence may be blamed at all.
struct PriorShiftRule: RowRule {
  static let id = RuleID.priorShiftRows
  static let question = "Can a change of prevalence explain how a detector behaves on two sets?"
  static let needs = "Predictions of one detector on two question sets with gold labels."
  static let method =
    "Wilson intervals of the rates within the classes; intervals that do not overlap refute prior "
    + "shift. Only then would the prevalence be estimated by maximum likelihood (Saerens 2002)."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.invariance.isEmpty else {
      return [
        .absent(
          Self.id, "No second question set", "no detector has predictions on two question sets")
      ]
    }
    return context.invariance.map { comparison in
      let result = InstrumentResults.result(comparison, inputsHash: context.table.contentHash)
      let isRefuted = comparison.gate.outcome == .refuted
      return Finding(
        rule: Self.id, subject: comparison.id,
        status: isRefuted
          ? .fired(.minor)
          : comparison.gate.outcome == .notTestable
            ? .notRun(UndefinedReason(.emptyArm, "a class is empty")) : .passed,
        title: isRefuted
          ? "{detector}: a change of prevalence cannot explain {target} beside {source}"
          : "{detector}: rates within the classes agree on {source} and {target}",
        sentence: result.sentence,
        remedy: isRefuted
          ? "Do not correct for prevalence: the rates within the classes differ." : "",
        evidence: result.evidence)
    }
  }
}
