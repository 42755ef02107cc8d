/// How well scores separate and predict two classes.
public struct DetectorScores: Sendable, Hashable {
  public var rows: Int
  public var positives: Int
  /// Mean log loss in nats.
  public var logLoss: Double?
  public var accuracy: Double?
  /// Area under the receiver operating characteristic, ties count half; `nil` with one class.
  public var auroc: Double?

  /// - Parameters:
  ///   - scores: log odds.
  ///   - labels: ±1; rows with 0 are ignored.
  ///   - threshold: scores above it are called positive.
  public init(scores: [Double], labels: [Double], threshold: Double = 0) {
    let pairs = zip(scores, labels).filter { $0.1 != 0 }
    rows = pairs.count
    positives = pairs.reduce(0) { $0 + ($1.1 > 0 ? 1 : 0) }
    guard rows > 0 else { return }
    logLoss =
      pairs.reduce(0) { total, pair in
        let margin = pair.0 * pair.1
        return total + max(-margin, 0) + (-abs(margin)).exponential.logarithmOfOnePlus
      } / Double(rows)
    let hits = pairs.reduce(0) { $0 + (($1.0 > threshold) == ($1.1 > 0) ? 1 : 0) }
    accuracy = Double(hits) / Double(rows)
    guard positives > 0, positives < rows else { return }
    // Mann–Whitney with mid-ranks.
    let sorted = pairs.sorted { $0.0 < $1.0 }
    var rankSum = 0.0
    var first = 0
    while first < sorted.count {
      var last = first
      while last + 1 < sorted.count, sorted[last + 1].0 == sorted[first].0 { last += 1 }
      let rank = Double(first + last) / 2 + 1
      for position in first...last where sorted[position].1 > 0 { rankSum += rank }
      first = last + 1
    }
    let p = Double(positives)
    auroc = (rankSum - p * (p + 1) / 2) / (p * Double(rows - positives))
  }
}
