/// The mean AUROC over cross-validation folds with its influence-curve variance.
///
/// Scores are compared within a fold only: each fold has its own classifier, and pooling scores
/// over folds compares numbers of different scales.
/// ```
/// A = mean_v A_v
/// var = mean_v σ̂²_v / N,   σ̂²_v = mean over the rows i of fold v of
///   [ 1{y=1}/π₁ (placement⁺_i − A_v) + 1{y=0}/π₀ (placement⁻_i − A_v) ]²
/// ```
/// π₁ and π₀ are the class shares of the whole sample.
///
/// - Source: LeDell, Petersen & van der Laan (2015), doi:10.1214/15-EJS1035, eq. 6. Oracle: the
///   formula in numpy, see `Oracles/extra/resampling_and_order.json`.
public struct CrossValidatedAUROC: Hashable, Sendable {
  public let estimate: Measured<Double>
  public let variance: Measured<Double>
  /// AUROC of each fold, by ascending fold number; undefined for folds of one class.
  public let folds: [Measured<Double>]

  /// - Parameters:
  ///   - scores: [row], out-of-fold scores.
  ///   - labels: [row].
  ///   - folds: [row], the fold in which the row was held out.
  public init(scores: [Double], labels: [Bool], folds: [Int]) throws(StatisticsError) {
    for (name, count) in [("labels", labels.count), ("folds", folds.count)]
    where count != scores.count {
      throw .lengthMismatch(
        first: "scores", firstCount: scores.count, second: name, secondCount: count)
    }
    if let index = scores.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "scores", index: index)
    }
    let total = Double(labels.count)
    let positiveShare = Double(labels.filter { $0 }.count) / total
    var rowsByFold: [Int: [Int]] = [:]
    for (row, fold) in folds.enumerated() { rowsByFold[fold, default: []].append(row) }
    var areas: [Measured<Double>] = []
    var squares = 0.0
    for fold in rowsByFold.keys.sorted() {
      let rows = rowsByFold[fold] ?? []
      let placements = PlacementValues(
        positives: rows.filter { labels[$0] }.map { scores[$0] },
        negatives: rows.filter { !labels[$0] }.map { scores[$0] })
      guard !placements.positives.isEmpty else {
        areas.append(
          .undefined(
            UndefinedReason(.singleClass, "fold \(fold) of \(rows.count) rows has one class")))
        continue
      }
      let area = placements.mean
      areas.append(.defined(area))
      func influence(_ values: [Double], _ share: Double) -> Double {
        values.reduce(0) { $0 + ($1 - area) * ($1 - area) } / (share * share)
      }
      let sum =
        influence(placements.positives, positiveShare)
        + influence(placements.negatives, 1 - positiveShare)
      squares += sum / Double(rows.count)
    }
    self.folds = areas
    let defined = areas.compactMap(\.value)
    guard defined.count == areas.count, !defined.isEmpty else {
      let reason = UndefinedReason(
        .singleClass, "\(areas.count - defined.count) of \(areas.count) folds have one class only")
      estimate = .undefined(reason)
      variance = .undefined(reason)
      return
    }
    estimate = .defined(defined.reduce(0, +) / Double(defined.count))
    variance = .defined(squares / Double(defined.count) / total)
  }

  /// The logit interval with the influence-curve standard error.
  public func interval(confidenceLevel: Double) -> Measured<Interval> {
    estimate.flatMap { estimate in
      variance.flatMap { variance in
        AUROCInterval.logit(
          estimate: estimate, standardError: variance.squareRoot(),
          confidenceLevel: confidenceLevel, method: .ledellLogit)
      }
    }
  }
}

extension IntervalMethod {
  public static let ledellLogit = IntervalMethod(rawValue: "LeDell influence curve, logit")
}
