import RawStore
public import Statistics

/// One detector on two question sets: did its behaviour within the classes change, or can a change
/// of prevalence explain the results?
public struct InvarianceComparison: Hashable, Sendable, Identifiable {
  public let detector: String
  public let source: String
  public let target: String
  /// Questions that are in both sets: the comparison is of dependent samples where there are any.
  public let sharedItemCount: Int
  public let gate: InvarianceGate
  /// Prevalence of the target that a prior shift alone would imply; only where the gate is open.
  public let impliedPrevalence: Measured<Double>
  public let observedPrevalence: Measured<Double>

  public var id: String { "\(detector)/\(source)/\(target)" }

  /// - Returns: `nil` without recorded predictions in both.
  init?(
    _ source: DetectionScores, _ sourceAnalysis: DetectionAnalysis, _ target: DetectionScores,
    _ targetAnalysis: DetectionAnalysis, settings: RowAuditSettings
  ) throws(StatisticsError) {
    guard let from = sourceAnalysis.confusion, let to = targetAnalysis.confusion else { return nil }
    detector = source.detector
    self.source = source.set
    self.target = target.set
    sharedItemCount = Set(source.items).intersection(target.items).count
    gate = try InvarianceGate(
      source: from.gateCounts, target: to.gateCounts, confidenceLevel: settings.confidenceLevel)
    observedPrevalence = try Proportion(
      successes: targetAnalysis.positiveCount, trials: targetAnalysis.count
    ).estimate
    let prior = try Proportion(
      successes: sourceAnalysis.positiveCount, trials: sourceAnalysis.count
    ).estimate
    guard gate.outcome == .compatible else {
      impliedPrevalence = .undefined(
        UndefinedReason(
          .notApplicable,
          gate.outcome == .refuted
            ? "prior shift is refuted: the rates within the classes differ"
            : "a class is empty in one of the sets"))
      return
    }
    guard target.forecast != nil, let prior = prior.value, prior > 0, prior < 1 else {
      impliedPrevalence = .undefined(
        UndefinedReason(.notApplicable, "the scores are no probabilities"))
      return
    }
    impliedPrevalence = try PriorShift(
      posteriors: target.scores, trainingPrevalence: prior
    ).maximumLikelihoodPrevalence
  }
}

extension DetectionAnalysis.Confusion {
  fileprivate var gateCounts: InvarianceGate.Counts {
    InvarianceGate.Counts(
      truePositives: truePositives, positives: truePositives + falseNegatives,
      trueNegatives: trueNegatives, negatives: trueNegatives + falsePositives)
  }
}
