import Randomness

/// A threshold chosen on some folds and judged on the others, repeated over random splits.
///
/// The criterion measured on the sample that chose the threshold is optimistic (Leeflang et al.
/// 2008, doi:10.1373/clinchem.2007.096032). Here every item is judged by a threshold that did not
/// see it.
public struct CrossFittedThreshold: Hashable, Sendable {
  /// What a split minimises.
  public enum Rule: Hashable, Sendable {
    case youden
    case cost(falsePositive: Double, falseNegative: Double)
  }

  /// Mean over repeats of the out-of-fold accuracy, sensitivity and specificity.
  public let accuracy: Double
  public let sensitivity: Double
  public let specificity: Double
  /// Mean over repeats of the out-of-fold cost for one item; Youden's J for that rule is
  /// sensitivity + specificity − 1.
  public let costPerItem: Measured<Double>
  /// Finite thresholds of all folds and repeats, ascending: their spread shows how arbitrary the
  /// choice is.
  public let thresholds: [Double]
  public let foldCount: Int
  public let repeatCount: Int

  /// - Returns: Undefined when a class has fewer items than there are folds.
  public static func choose(
    scores: [Double], labels: [Bool], rule: Rule, foldCount: Int = 5, repeatCount: Int = 20,
    seed: UInt64, analysis: String
  ) throws(StatisticsError) -> Measured<CrossFittedThreshold> {
    let all = try DecisionThreshold(scores: scores, labels: labels)
    guard (2...1_000).contains(foldCount), (1...10_000).contains(repeatCount) else {
      throw .argumentOutOfRange(
        argument: "foldCount and repeatCount", found: "\(foldCount), \(repeatCount)",
        expected: "in 2...1000 and 1...10000")
    }
    guard min(all.positiveCount, all.negativeCount) >= foldCount else {
      return .undefined(
        UndefinedReason(
          .tooFew,
          "\(all.positiveCount) positives and \(all.negativeCount) negatives for \(foldCount) folds"
        ))
    }
    var thresholds: [Double] = []
    var hits = 0
    var rejections = 0
    for round in 0..<repeatCount {
      var random = RandomStream(seed: seed, analysis: analysis, index: UInt64(round))
      let folds = stratifiedFolds(labels, foldCount, &random)
      for fold in 0..<foldCount {
        let kept = labels.indices.filter { folds[$0] != fold }
        let chooser = try DecisionThreshold(
          scores: kept.map { scores[$0] }, labels: kept.map { labels[$0] })
        let choice: Measured<DecisionThreshold.Choice>
        switch rule {
        case .youden: choice = chooser.youden
        case .cost(let falsePositive, let falseNegative):
          choice = try chooser.cheapest(
            falsePositiveCost: falsePositive, falseNegativeCost: falseNegative)
        }
        guard let threshold = choice.value?.threshold else { continue }
        if threshold.isFinite { thresholds.append(threshold) }
        for item in labels.indices where folds[item] == fold {
          let isPredicted = scores[item] >= threshold
          if labels[item], isPredicted { hits += 1 }
          if !labels[item], !isPredicted { rejections += 1 }
        }
      }
    }
    let positives = Double(all.positiveCount * repeatCount)
    let negatives = Double(all.negativeCount * repeatCount)
    let cost: Measured<Double>
    if case .cost(let falsePositive, let falseNegative) = rule {
      let total =
        falsePositive * (negatives - Double(rejections)) + falseNegative
        * (positives - Double(hits))
      cost = .defined(total / (positives + negatives))
    } else {
      cost = .undefined(UndefinedReason(.notApplicable, "Youden's rule has no costs"))
    }
    return .defined(
      CrossFittedThreshold(
        accuracy: Double(hits + rejections) / (positives + negatives),
        sensitivity: Double(hits) / positives, specificity: Double(rejections) / negatives,
        costPerItem: cost, thresholds: thresholds.sorted(), foldCount: foldCount,
        repeatCount: repeatCount))
  }

  /// Folds that share out each class evenly, in random order.
  static func stratifiedFolds(
    _ labels: [Bool], _ count: Int, _ random: inout RandomStream
  ) -> [Int] {
    var folds = [Int](repeating: 0, count: labels.count)
    for label in [true, false] {
      var items = labels.indices.filter { labels[$0] == label }
      random.shuffle(&items)
      for (position, item) in items.enumerated() { folds[item] = position % count }
    }
    return folds
  }
}
