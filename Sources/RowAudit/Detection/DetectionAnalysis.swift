public import Statistics

/// One detector on one question set: does its score rank, does its threshold decide, do its
/// probabilities mean what they say, and is it more than the length of the answer?
public struct DetectionAnalysis: Hashable, Sendable, Identifiable {
  /// Counts at the frozen threshold.
  public struct Confusion: Hashable, Sendable {
    public let truePositives: Int
    public let falsePositives: Int
    public let trueNegatives: Int
    public let falseNegatives: Int

    public var count: Int { truePositives + falsePositives + trueNegatives + falseNegatives }
    public var correct: Int { truePositives + trueNegatives }
  }

  /// Set and detector.
  public let id: String
  public let set: String
  public let detector: String
  public let isControl: Bool
  public let count: Int
  public let positiveCount: Int
  public let auroc: Measured<Double>
  /// DeLong on the logit scale, or Newcombe's method 5.
  public let aurocInterval: Measured<Interval>
  /// `nil` when no prediction was recorded.
  public let confusion: Confusion?
  public let decision: DecisionQuality
  public let forecast: ForecastQuality
  public let recalibration: ThresholdRecalibration?
  public let length: LengthCheck?
  /// (1 + random detectors of the set that rank at least as well) / (1 + random detectors).
  public var randomPValue: Measured<Double>
  public var randomCount: Int
  public let curves: DetectionCurves?
  public let contentHash: String

  public var negativeCount: Int { count - positiveCount }
}

/// How the recorded predictions decide.
public struct DecisionQuality: Hashable, Sendable {
  public let accuracy: Measured<Double>
  public let accuracyInterval: Measured<Interval>
  /// Share of the larger class among the items with a prediction.
  public let majority: Measured<Double>
  /// Accuracy minus majority, on the same items.
  public let difference: Measured<Double>
  public let differenceInterval: Measured<Interval>
  /// McNemar mid-p against always answering with the larger class.
  public let pValue: Measured<Double>
  public let sensitivity: Measured<Double>
  public let specificity: Measured<Double>
}

/// How the scores do as probabilities; all undefined when they are none.
public struct ForecastQuality: Hashable, Sendable {
  public let brier: Measured<Double>
  public let decomposition: Measured<ProbabilityForecast.BrierDecomposition>
  public let corp: Measured<CORPDecomposition>
  public let calibration: Measured<LogisticCalibration>
  /// 15 bins of equal mass; undefined below 100 items.
  public let calibrationError: Measured<Double>
  public let calibrationErrorNull: Measured<CalibrationErrorNull>
  public let debiasedError: Measured<Double>
}

/// What the threshold could do if it were chosen honestly: on other items than it is judged on.
public struct ThresholdRecalibration: Hashable, Sendable {
  public let youden: Measured<CrossFittedThreshold>
  /// Equal costs: the threshold with the highest accuracy.
  public let cheapest: Measured<CrossFittedThreshold>
}

/// Detection within strata of the answer's length, and by the length alone.
public struct LengthCheck: Hashable, Sendable {
  public struct Stratum: Hashable, Sendable {
    public let shortest: Int
    public let longest: Int
    public let count: Int
    public let positiveCount: Int
    public let auroc: Measured<Double>
    public let interval: Measured<Interval>
  }

  /// "answer span" or "response".
  public let measure: String
  public let recordedCount: Int
  public let strata: [Stratum]
  /// AUROC of the length as a score, turned so that it is at least one half.
  public let lengthAUROC: Measured<Double>
  public let lengthInterval: Measured<Interval>
  /// Detector minus length, paired DeLong.
  public let difference: Measured<Double>
  public let differenceInterval: Measured<Interval>
  public let pValue: Measured<Double>
}

/// What the charts draw.
public struct DetectionCurves: Hashable, Sendable {
  public struct ROCPoint: Hashable, Sendable {
    public let falsePositiveRate: Double
    public let truePositiveRate: Double
    public let threshold: Double
    public let band: Interval?
  }

  public let roc: [ROCPoint]
  /// The frozen threshold, between the scores that it separates; `nil` when predictions do not
  /// follow from a threshold on the score.
  public let operatingPoint: ROCPoint?
  /// As reported, and recalibrated out of fold; undefined for scores that are no probabilities.
  public let before: Measured<ReliabilityCurve>
  public let after: Measured<ReliabilityCurve>
  public let afterCORP: Measured<CORPDecomposition>
  public let afterBrier: Measured<Double>
  /// Ten bins over 0...1 of the reported and the recalibrated probabilities.
  public let histogramBefore: Histogram
  public let histogramAfter: Histogram

  public struct Histogram: Hashable, Sendable {
    public var negatives: [Int]
    public var positives: [Int]

    init(_ probabilities: [Double], _ labels: [Bool]) {
      negatives = [Int](repeating: 0, count: 10)
      positives = negatives
      for (probability, label) in zip(probabilities, labels) {
        let bin = min(9, max(0, Int(probability * 10)))
        if label { positives[bin] += 1 } else { negatives[bin] += 1 }
      }
    }
  }
}
