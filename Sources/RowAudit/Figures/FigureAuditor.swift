public import RawStore
public import Statistics
public import Study

/// Recomputes published figures from rows.
public enum FigureAuditor {
  /// Generators that scripts start with, tried after the stated one.
  static let seeds: [UInt64] = [42, 0, 1, 123, 1_234, 2_024, 2_025]
  static let resampleCounts = [10_000, 1_000, 2_000, 5_000]

  /// One result a figure, in their order.
  ///
  /// - Throws: ``StatisticsError`` for rows that no statistic can be computed from.
  public static func audit(
    _ figures: [PublishedFigure], table: RawTable
  ) throws(StatisticsError) -> [FigureResult] {
    var results: [FigureResult] = []
    for figure in figures {
      results.append(judge(figure, try computation(figure, table: table)))
    }
    return results
  }

  static func computation(
    _ figure: PublishedFigure, table: RawTable
  ) throws(StatisticsError) -> FigureComputation {
    let rows = FigureRows(table: table)
    switch figure.statistic {
    case .rate, .change, .slope, .slopeDifference, .questions, .trueCount, .unscoredCount,
      .swingItems:
      return try OutcomeFigures(rows: rows, figure: figure).computation()
    case .auroc, .accuracy, .precision, .recall, .f1, .items, .positives, .truePositives,
      .falsePositives, .trueNegatives, .falseNegatives:
      switch rows.scores(figure.rows) {
      case .failed(let reason): return .missing(reason)
      case .found(let scores):
        return try DetectionFigures(scores: scores, statistic: figure.statistic).computation()
      }
    case .sampled, .alwaysRight, .alwaysWrong, .mixed:
      let funnels = try ConsistencyFunnel.all(table.samples, confidenceLevel: 0.95)
        .filter { figure.rows.benchmark == nil || $0.id == figure.rows.benchmark }
      guard funnels.count == 1, let funnel = funnels.first else {
        return .missing(
          funnels.isEmpty
            ? "there are no sampled responses"
            : "\(funnels.count) sets of sampled responses fit; the figure must name the benchmark")
      }
      switch figure.statistic {
      case .alwaysRight: return .count(funnel.alwaysTrueCount)
      case .alwaysWrong: return .count(funnel.alwaysFalseCount)
      case .mixed: return .count(funnel.mixedCount)
      default: return .count(funnel.seenCount)
      }
    case .splitSize, .splitOverlap: return split(figure, table)
    case .neurons, .neuronsInLayers, .layersWithNeurons: return neurons(figure, rows)
    case .classifierRows, .classifierPositives:
      let matching = table.classifierRows.filter {
        $0.split == figure.rows.split
          && (figure.rows.detector == nil || $0.detector == figure.rows.detector)
      }
      guard matching.count == 1 else {
        return .missing("\(matching.count) row counts fit this split")
      }
      return .count(
        figure.statistic == .classifierRows ? matching[0].rowCount : matching[0].positiveCount)
    }
  }

  private static func split(_ figure: PublishedFigure, _ table: RawTable) -> FigureComputation {
    guard let items = figure.rows.split.flatMap({ table.splits[$0] }) else {
      return .missing("there is no split of this name")
    }
    let first = Set(items)
    if figure.statistic == .splitSize { return .count(first.count) }
    guard let others = figure.rows.otherSplit.flatMap({ table.splits[$0] }) else {
      return .missing("there is no second split of this name")
    }
    let second = Set(others)
    let shared = first.intersection(second).count
    guard figure.printed.unit == .percent else { return .count(shared) }
    guard !second.isEmpty else { return .missing("the second split is empty") }
    return FigureComputation(.defined(Double(shared) / Double(second.count)))
  }

  private static func neurons(
    _ figure: PublishedFigure, _ rows: FigureRows
  ) -> FigureComputation {
    let neurons: [NeuronRow]
    switch rows.neurons(figure.rows) {
    case .failed(let reason): return .missing(reason)
    case .found(let found): neurons = found
    }
    let total = neurons.reduce(0) { $0 + $1.count }
    switch figure.statistic {
    case .layersWithNeurons:
      return .count(Set(neurons.filter { $0.count > 0 }.map(\.layer)).count)
    case .neuronsInLayers:
      let first = figure.rows.firstLayer ?? 0
      let last = figure.rows.lastLayer ?? first
      let inside = neurons.filter { $0.layer >= first && $0.layer <= last }
        .reduce(0) { $0 + $1.count }
      guard figure.printed.unit == .percent else { return .count(inside) }
      guard total > 0 else { return .missing("no neuron is selected") }
      return FigureComputation(.defined(Double(inside) / Double(total)))
    default:
      return .count(total)
    }
  }
}
