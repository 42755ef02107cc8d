/// Thresholds of a score against labels: predict positive if score ≥ t.
///
/// A threshold chosen on the sample it is judged on is optimistic (Leeflang et al. 2008): choose
/// with ``CrossFittedThreshold``.
///
/// - Source: Youden (1950); Vickers & Elkin (2006), doi:10.1177/0272989X06295361. Oracle:
///   `threshold_choice.json`.
public struct DecisionThreshold: Hashable, Sendable {
  /// A threshold and the value of its criterion; +∞ predicts nothing positive.
  public struct Choice: Hashable, Sendable {
    public let threshold: Double
    public let criterion: Double
  }

  /// Distinct scores, descending, with the positives and negatives at or above each.
  private let steps: [(score: Double, truePositives: Int, falsePositives: Int)]
  public let positiveCount: Int
  public let negativeCount: Int

  public static func == (left: Self, right: Self) -> Bool {
    left.positiveCount == right.positiveCount && left.negativeCount == right.negativeCount
      && left.steps.elementsEqual(right.steps) { $0 == $1 }
  }

  public func hash(into hasher: inout Hasher) {
    for step in steps {
      hasher.combine(step.score)
      hasher.combine(step.truePositives)
    }
  }

  public init(scores: [Double], labels: [Bool]) throws(StatisticsError) {
    guard scores.count == labels.count else {
      throw .lengthMismatch(
        first: "scores", firstCount: scores.count, second: "labels", secondCount: labels.count)
    }
    if let index = scores.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "scores", index: index)
    }
    var steps: [(score: Double, truePositives: Int, falsePositives: Int)] = []
    var hits = 0
    var alarms = 0
    for item in scores.indices.sorted(by: { (scores[$0], $0) > (scores[$1], $1) }) {
      if labels[item] { hits += 1 } else { alarms += 1 }
      if steps.last?.score == scores[item] { steps.removeLast() }
      steps.append((scores[item], hits, alarms))
    }
    self.steps = steps
    positiveCount = hits
    negativeCount = alarms
  }

  /// Maximises TPR − FPR; ties take the largest threshold.
  public var youden: Measured<Choice> {
    guard positiveCount > 0, negativeCount > 0 else {
      return .undefined(
        UndefinedReason(.singleClass, "\(positiveCount) positives and \(negativeCount) negatives"))
    }
    // Compared as integers, so that equal criteria tie exactly.
    var best = (numerator: 0, threshold: Double.infinity)
    for step in steps {
      let numerator = step.truePositives * negativeCount - step.falsePositives * positiveCount
      if numerator > best.numerator { best = (numerator, step.score) }
    }
    let criterion = Double(best.numerator) / Double(positiveCount) / Double(negativeCount)
    return .defined(Choice(threshold: best.threshold, criterion: criterion))
  }

  /// Minimises cost_fp · FP + cost_fn · FN; ties take the largest threshold.
  public func cheapest(
    falsePositiveCost: Double, falseNegativeCost: Double
  ) throws(StatisticsError) -> Measured<Choice> {
    for (name, cost) in [
      ("falsePositiveCost", falsePositiveCost), ("falseNegativeCost", falseNegativeCost),
    ] where !(cost >= 0 && cost.isFinite) {
      throw .argumentOutOfRange(argument: name, found: "\(cost)", expected: "0 or more")
    }
    guard positiveCount + negativeCount > 0 else {
      return .undefined(UndefinedReason(.emptyInput, "there are no items"))
    }
    var best = Choice(
      threshold: .infinity, criterion: falseNegativeCost * Double(positiveCount))
    for step in steps {
      let cost =
        falsePositiveCost * Double(step.falsePositives)
        + falseNegativeCost * Double(positiveCount - step.truePositives)
      if cost < best.criterion { best = Choice(threshold: step.score, criterion: cost) }
    }
    return .defined(best)
  }

  /// Net benefit at a threshold probability: TP/n − FP/n · pt/(1 − pt), with the lines of treating
  /// all and none (0).
  public func netBenefit(
    at probability: Double
  ) throws(StatisticsError) -> Measured<(model: Double, treatAll: Double)> {
    guard probability > 0, probability < 1 else {
      throw .argumentOutOfRange(
        argument: "probability", found: "\(probability)",
        expected: "between 0 and 1, both excluded")
    }
    let count = Double(positiveCount + negativeCount)
    guard count > 0 else {
      return .undefined(UndefinedReason(.emptyInput, "there are no items"))
    }
    let odds = probability / (1 - probability)
    let last = steps.last { $0.score >= probability }
    let model =
      Double(last?.truePositives ?? 0) / count - Double(last?.falsePositives ?? 0) / count * odds
    let prevalence = Double(positiveCount) / count
    return .defined((model, prevalence - (1 - prevalence) * odds))
  }
}
