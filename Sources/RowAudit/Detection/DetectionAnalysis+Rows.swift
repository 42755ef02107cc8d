import RawStore
import Statistics

extension DetectionAnalysis {
  /// - Parameter isDetailed: whether thresholds are recalibrated and curves computed; random
  ///   detectors need neither.
  /// - Throws: ``StatisticsError`` for scores that are not finite.
  init(
    _ rows: DetectionScores, isDetailed: Bool, settings: RowAuditSettings
  ) throws(StatisticsError) {
    id = rows.set + "/" + rows.detector
    set = rows.set
    detector = rows.detector
    isControl = rows.isControl
    count = rows.items.count
    positiveCount = rows.labels.count { $0 }
    contentHash = rows.contentHash
    let area = try AUROC(
      positives: zip(rows.scores, rows.labels).filter(\.1).map(\.0),
      negatives: zip(rows.scores, rows.labels).filter { !$0.1 }.map(\.0))
    auroc = area.estimate
    aurocInterval = area.interval(confidenceLevel: settings.confidenceLevel)
    confusion = Self.confusion(rows)
    decision = try DecisionQuality(confusion, confidenceLevel: settings.confidenceLevel)
    forecast = ForecastQuality(rows, settings: settings)
    recalibration =
      isDetailed ? try ThresholdRecalibration(rows, settings: settings) : nil
    length = isDetailed ? try LengthCheck(rows, settings: settings) : nil
    curves = isDetailed ? try DetectionCurves(rows, settings: settings) : nil
    randomPValue = .undefined(
      UndefinedReason(.notReported, "no random detector was scored on this set"))
    randomCount = 0
  }

  private static func confusion(_ rows: DetectionScores) -> Confusion? {
    var counts = [0, 0, 0, 0]
    for (prediction, label) in zip(rows.predictions, rows.labels) {
      guard let prediction else { continue }
      counts[(prediction ? 0 : 2) + (prediction == label ? 0 : 1)] += 1
    }
    guard counts.contains(where: { $0 > 0 }) else { return nil }
    return Confusion(
      truePositives: counts[0], falsePositives: counts[1], trueNegatives: counts[2],
      falseNegatives: counts[3])
  }
}

extension DecisionQuality {
  init(
    _ confusion: DetectionAnalysis.Confusion?, confidenceLevel: Double
  ) throws(StatisticsError) {
    guard let confusion else {
      let reason = UndefinedReason(.notReported, "no prediction was recorded")
      accuracy = .undefined(reason)
      accuracyInterval = .undefined(reason)
      majority = .undefined(reason)
      difference = .undefined(reason)
      differenceInterval = .undefined(reason)
      pValue = .undefined(reason)
      sensitivity = .undefined(reason)
      specificity = .undefined(reason)
      return
    }
    let share = try Proportion(successes: confusion.correct, trials: confusion.count)
    let positives = confusion.truePositives + confusion.falseNegatives
    let negatives = confusion.trueNegatives + confusion.falsePositives
    accuracy = share.estimate
    accuracyInterval = .defined(share.wilsonInterval(confidenceLevel: confidenceLevel))
    majority = try Proportion(
      successes: max(positives, negatives), trials: confusion.count
    ).estimate
    // The constant answer is right on the whole larger class and wrong on the other.
    let answersPositive = positives >= negatives
    let right = answersPositive ? confusion.truePositives : confusion.trueNegatives
    let gained = answersPositive ? confusion.trueNegatives : confusion.truePositives
    let lost = answersPositive ? confusion.falseNegatives : confusion.falsePositives
    let neither = answersPositive ? confusion.falsePositives : confusion.falseNegatives
    let table = try PairedTable(
      both: right, firstOnly: gained, secondOnly: lost, neither: neither)
    difference = table.difference
    differenceInterval = .defined(table.tangoInterval(confidenceLevel: confidenceLevel))
    if gained + lost > 0 {
      pValue = .defined(try McNemarTest(firstOnly: gained, secondOnly: lost).midPValue)
    } else {
      pValue = .undefined(
        UndefinedReason(.noDiscordance, "every prediction is that of the larger class"))
    }
    sensitivity = try Proportion(
      successes: confusion.truePositives, trials: positives
    ).estimate
    specificity = try Proportion(
      successes: confusion.trueNegatives, trials: negatives
    ).estimate
  }
}

extension ForecastQuality {
  init(_ rows: DetectionScores, settings: RowAuditSettings) {
    guard let forecast = rows.forecast else {
      let reason = UndefinedReason(
        .notApplicable, "the scores lie outside of 0...1: they are no probabilities")
      brier = .undefined(reason)
      decomposition = .undefined(reason)
      corp = .undefined(reason)
      calibration = .undefined(reason)
      calibrationError = .undefined(reason)
      calibrationErrorNull = .undefined(reason)
      debiasedError = .undefined(reason)
      return
    }
    brier = forecast.brierScore
    decomposition = forecast.brierDecomposition
    corp = forecast.corpDecomposition
    calibration = LogisticCalibration.reliability(of: forecast)
    let isEnough = forecast.count >= 100
    let tooFew = UndefinedReason(
      .tooFew, "\(forecast.count) items; an ECE is reported from 100 on")
    calibrationError =
      isEnough ? forecast.expectedCalibrationError(.equalMass) : .undefined(tooFew)
    debiasedError =
      isEnough ? forecast.debiasedCalibrationError(.equalMass) : .undefined(tooFew)
    calibrationErrorNull =
      rows.isControl
      ? .undefined(UndefinedReason(.notApplicable, "not computed for random detectors"))
      : forecast.perfectCalibrationError(
        seed: settings.seed, analysis: "calibration/\(rows.set)/\(rows.detector)")
  }
}

extension ThresholdRecalibration {
  init(_ rows: DetectionScores, settings: RowAuditSettings) throws(StatisticsError) {
    let analysis = "threshold/\(rows.set)/\(rows.detector)"
    youden = try CrossFittedThreshold.choose(
      scores: rows.scores, labels: rows.labels, rule: .youden, foldCount: settings.foldCount,
      repeatCount: settings.repeatCount, seed: settings.seed, analysis: analysis)
    cheapest = try CrossFittedThreshold.choose(
      scores: rows.scores, labels: rows.labels,
      rule: .cost(falsePositive: 1, falseNegative: 1), foldCount: settings.foldCount,
      repeatCount: settings.repeatCount, seed: settings.seed, analysis: analysis)
  }
}

extension DetectionScores {
  /// The scores as probabilities, or `nil` when they are none.
  var forecast: ProbabilityForecast? {
    try? ProbabilityForecast(probabilities: scores, outcomes: labels)
  }
}
