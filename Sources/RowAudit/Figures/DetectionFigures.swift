import RawStore
import Statistics
import Study

/// Figures of one detector on one question set.
struct DetectionFigures {
  let scores: DetectionScores
  let statistic: FigureStatistic

  func computation() throws(StatisticsError) -> FigureComputation {
    switch statistic {
    case .items: return .count(scores.items.count)
    case .positives: return .count(scores.labels.count { $0 })
    case .auroc: return try auroc()
    default: break
    }
    guard scores.predictions.allSatisfy({ $0 != nil }), !scores.items.isEmpty else {
      return .missing("not every item has a recorded prediction")
    }
    let cells = Cells(scores.labels, scores.predictions)
    switch statistic {
    case .truePositives: return .count(cells.truePositives)
    case .falsePositives: return .count(cells.falsePositives)
    case .trueNegatives: return .count(cells.trueNegatives)
    case .falseNegatives: return .count(cells.falseNegatives)
    default: return try metric(cells)
    }
  }

  /// A confusion table.
  private struct Cells {
    var truePositives = 0
    var falsePositives = 0
    var trueNegatives = 0
    var falseNegatives = 0

    init(_ labels: some Sequence<Bool>, _ predictions: some Sequence<Bool?>) {
      for (label, prediction) in zip(labels, predictions) { add(label, prediction == true) }
    }

    mutating func add(_ label: Bool, _ prediction: Bool) {
      switch (label, prediction) {
      case (true, true): truePositives += 1
      case (false, true): falsePositives += 1
      case (false, false): trueNegatives += 1
      case (true, false): falseNegatives += 1
      }
    }

    /// Numerator and denominator; the F1 score is a share of twice the counts.
    func share(_ statistic: FigureStatistic) -> (Int, Int) {
      switch statistic {
      case .precision: (truePositives, truePositives + falsePositives)
      case .recall: (truePositives, truePositives + falseNegatives)
      case .f1: (2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
      default:
        (
          truePositives + trueNegatives,
          truePositives + trueNegatives + falsePositives + falseNegatives
        )
      }
    }

    func value(_ statistic: FigureStatistic) -> Double {
      let (part, whole) = share(statistic)
      return whole == 0 ? .nan : Double(part) / Double(whole)
    }
  }

  /// Items in the order of the method.
  private func order(_ method: FigureMethod) -> [Int] {
    method.order == .source && scores.sourceOrder.count == scores.items.count
      ? scores.items.indices.sorted { (scores.sourceOrder[$0], $0) < (scores.sourceOrder[$1], $1) }
      : Array(scores.items.indices)
  }

  private func metric(_ cells: Cells) throws(StatisticsError) -> FigureComputation {
    let (part, whole) = cells.share(statistic)
    let share = try Proportion(successes: part, trials: whole)
    var result = FigureComputation(share.estimate)
    result.methods =
      [.numpyPercentileStratified, .numpyPercentile]
      + (statistic == .f1 ? [] : [.wilson, .clopperPearson, .normal])
    let statistic = statistic
    result.interval = { method in
      switch method.name {
      case .numpyPercentile, .numpyPercentileStratified:
        return bootstrap(method, statistic)
      case .wilson where statistic != .f1:
        return .defined(share.wilsonInterval(confidenceLevel: method.confidenceLevel))
      case .clopperPearson where statistic != .f1:
        return .defined(share.clopperPearsonInterval(confidenceLevel: method.confidenceLevel))
      case .normal where statistic != .f1:
        return share.estimate.flatMap { p in
          FigureComputation.wald(
            p, (p * (1 - p) / Double(share.trials)).squareRoot(), method.confidenceLevel)
        }
      default: return .undefined(FigureComputation.notApplicable)
      }
    }
    return result
  }

  private func bootstrap(
    _ method: FigureMethod, _ statistic: FigureStatistic
  ) -> Measured<Interval> {
    let order = order(method)
    let labels = order.map { scores.labels[$0] }
    let predictions = order.map { scores.predictions[$0] == true }
    let strata =
      method.name == .numpyPercentileStratified
      ? [labels.indices.filter { labels[$0] }, labels.indices.filter { !labels[$0] }]
      : [Array(labels.indices)]
    return NumPyBootstrap(seed: method.seed, resampleCount: method.resampleCount)
      .distribution(strata: strata.map(\.count)) { draws in
        var cells = Cells([], [])
        for (stratum, rows) in zip(strata, draws) {
          for row in rows { cells.add(labels[stratum[row]], predictions[stratum[row]]) }
        }
        return cells.value(statistic)
      }
      .percentileInterval(confidenceLevel: method.confidenceLevel)
  }

  private func auroc() throws(StatisticsError) -> FigureComputation {
    let area = try AUROC(
      positives: zip(scores.scores, scores.labels).filter(\.1).map(\.0),
      negatives: zip(scores.scores, scores.labels).filter { !$0.1 }.map(\.0))
    var result = FigureComputation(area.estimate)
    result.methods = [
      .numpyPercentileStratified, .numpyPercentile, .delong, .delongLogit, .hanleyMcNeil,
      .hanleyMcNeilLogit, .newcombe5,
    ]
    result.interval = { method in
      let level = method.confidenceLevel
      switch method.name {
      case .numpyPercentile, .numpyPercentileStratified:
        let order = order(method)
        return NumPyBootstrap(seed: method.seed, resampleCount: method.resampleCount)
          .auroc(
            scores: order.map { scores.scores[$0] }, labels: order.map { scores.labels[$0] },
            isStratified: method.name == .numpyPercentileStratified
          )
          .percentileInterval(confidenceLevel: level)
      case .delong: return area.waldInterval(confidenceLevel: level)
      case .delongLogit: return area.logitInterval(confidenceLevel: level)
      case .newcombe5: return area.newcombeInterval(confidenceLevel: level)
      case .hanleyMcNeil, .hanleyMcNeilLogit:
        return area.estimate.flatMap { value in
          guard
            let summary = try? HanleyMcNeil(
              auroc: value, positiveCount: area.positiveCount, negativeCount: area.negativeCount)
          else { return .undefined(FigureComputation.notApplicable) }
          return method.name == .hanleyMcNeil
            ? summary.waldInterval(confidenceLevel: level)
            : summary.logitInterval(confidenceLevel: level)
        }
      default: return .undefined(FigureComputation.notApplicable)
      }
    }
    return result
  }
}
