/// AUROC when several scored responses belong to one question, by Obuchowski's extension of DeLong.
///
/// ```
/// X_c, Y_c: sums of placements of the positives and negatives of cluster c; m_c, n_c their numbers
/// S₁₀ = I₁₀/((I₁₀ − 1) m) Σ (X_c − m_c A)²,    S₀₁ likewise with n
/// S₁₁ = I/(I − 1) Σ (X_c − m_c A)(Y_c − n_c A)
/// var = S₁₀/m + S₀₁/n + 2 S₁₁/(mn)
/// ```
/// I₁₀ and I₀₁ count the clusters with a positive and with a negative. With clusters of one row this
/// is DeLong's variance.
///
/// - Source: Obuchowski (1997), doi:10.2307/2533958. Oracle: the formula in numpy, see
///   `Oracles/extra/resampling_and_order.json`.
public struct ClusteredAUROC: Hashable, Sendable {
  public let estimate: Measured<Double>
  public let variance: Measured<Double>
  public let clusterCount: Int

  /// - Parameters:
  ///   - scores: [row].
  ///   - labels: [row], `true` for positives.
  ///   - clusters: [row], for example the question.
  public init<Identifier: Hashable>(
    scores: [Double], labels: [Bool], clusters: [Identifier]
  ) throws(StatisticsError) {
    for (name, count) in [("labels", labels.count), ("clusters", clusters.count)]
    where count != scores.count {
      throw .lengthMismatch(
        first: "scores", firstCount: scores.count, second: name, secondCount: count)
    }
    if let index = scores.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "scores", index: index)
    }
    let positiveRows = labels.indices.filter { labels[$0] }
    let negativeRows = labels.indices.filter { !labels[$0] }
    var slots: [Identifier: Int] = [:]
    for cluster in clusters where slots[cluster] == nil { slots[cluster] = slots.count }
    clusterCount = slots.count
    guard !positiveRows.isEmpty, !negativeRows.isEmpty else {
      let reason = UndefinedReason(
        .singleClass, "\(positiveRows.count) positives and \(negativeRows.count) negatives")
      estimate = .undefined(reason)
      variance = .undefined(reason)
      return
    }
    let placements = PlacementValues(
      positives: positiveRows.map { scores[$0] }, negatives: negativeRows.map { scores[$0] })
    let area = placements.mean
    estimate = .defined(area)
    var positiveDeviations = [Double](repeating: 0, count: clusterCount)
    var negativeDeviations = positiveDeviations
    var hasPositive = [Bool](repeating: false, count: clusterCount)
    var hasNegative = hasPositive
    for (row, value) in zip(positiveRows, placements.positives) {
      guard let slot = slots[clusters[row]] else { continue }
      positiveDeviations[slot] += value - area
      hasPositive[slot] = true
    }
    for (row, value) in zip(negativeRows, placements.negatives) {
      guard let slot = slots[clusters[row]] else { continue }
      negativeDeviations[slot] += value - area
      hasNegative[slot] = true
    }
    let withPositive = Double(hasPositive.filter { $0 }.count)
    let withNegative = Double(hasNegative.filter { $0 }.count)
    guard withPositive > 1, withNegative > 1 else {
      variance = .undefined(
        UndefinedReason(
          .tooFew,
          "\(Int(withPositive)) clusters have a positive and \(Int(withNegative)) a negative; two of each are needed"
        ))
      return
    }
    func sum(_ left: [Double], _ right: [Double]) -> Double {
      zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let m = Double(positiveRows.count)
    let n = Double(negativeRows.count)
    let all = Double(clusterCount)
    let positivePart =
      sum(positiveDeviations, positiveDeviations) * withPositive / (withPositive - 1) / (m * m)
    let negativePart =
      sum(negativeDeviations, negativeDeviations) * withNegative / (withNegative - 1) / (n * n)
    let crossPart = 2 * sum(positiveDeviations, negativeDeviations) * all / (all - 1) / (m * n)
    // The cross term can outweigh the others in tiny samples; a variance is then not estimable.
    let total = positivePart + negativePart + crossPart
    variance =
      total >= 0
      ? .defined(total)
      : .undefined(UndefinedReason(.tooFew, "the clustered variance is negative (\(total))"))
  }

  /// The logit interval with the clustered standard error.
  public func interval(confidenceLevel: Double) -> Measured<Interval> {
    estimate.flatMap { estimate in
      variance.flatMap { variance in
        AUROCInterval.logit(
          estimate: estimate, standardError: variance.squareRoot(),
          confidenceLevel: confidenceLevel, method: .obuchowskiLogit)
      }
    }
  }
}

extension IntervalMethod {
  public static let obuchowskiLogit = IntervalMethod(rawValue: "Obuchowski, logit")
}
