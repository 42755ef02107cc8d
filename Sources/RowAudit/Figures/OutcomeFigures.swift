import RawStore
import Statistics
import Study

/// Figures of one arm, or of two arms on the same questions.
struct OutcomeFigures {
  let rows: FigureRows
  let figure: PublishedFigure

  func computation() throws(StatisticsError) -> FigureComputation {
    let matrix: OutcomeMatrix
    switch rows.matrix(figure.rows, neuronSet: figure.rows.neuronSet) {
    case .failed(let reason): return .missing(reason)
    case .found(let found): matrix = found
    }
    switch figure.statistic {
    case .questions: return .count(matrix.items.count)
    case .swingItems: return swing(matrix)
    case .rate, .trueCount, .unscoredCount: return try atDose(matrix)
    case .change: return try change(matrix)
    case .slope: return slope(matrix)
    case .slopeDifference: return difference(matrix)
    default: return .missing("the statistic is not one of an arm")
    }
  }

  private func column(_ dose: Double?, _ matrix: OutcomeMatrix) -> Int? {
    dose.flatMap { matrix.doses.firstIndex(of: $0) }
  }

  private func swing(_ matrix: OutcomeMatrix) -> FigureComputation {
    guard matrix.replicateCount == 1 else { return .missing("questions have several responses") }
    let swings = matrix.items.indices.count { item in
      let outcomes = Set(matrix.doses.indices.compactMap { matrix.outcome(item: item, column: $0) })
      return outcomes.count > 1
    }
    return .count(swings)
  }

  private func atDose(_ matrix: OutcomeMatrix) throws(StatisticsError) -> FigureComputation {
    guard let column = column(figure.rows.dose, matrix) else {
      return .missing("there are no rows at this dose")
    }
    let counts = matrix.columnCounts()[column]
    if figure.statistic == .trueCount { return .count(counts.isTrue) }
    if figure.statistic == .unscoredCount { return .count(counts.unscoredTotal) }
    let share = try Proportion(successes: counts.isTrue, trials: counts.scored)
    var result = FigureComputation(share.estimate)
    let all = counts.scored + counts.unscoredTotal
    if counts.unscoredTotal > 0 {
      result.variants = [
        ("unscored answers counted as false", Double(counts.isTrue) / Double(all)),
        (
          "unscored answers counted as true",
          Double(counts.isTrue + counts.unscoredTotal) / Double(all)
        ),
      ]
    }
    let values = matrix.items.indices.compactMap { matrix.value(item: $0, column: column) }
    result.methods = [.numpyPercentile, .wilson, .clopperPearson, .normal]
    result.interval = { method in
      switch method.name {
      case .numpyPercentile:
        return NumPyBootstrap(seed: method.seed, resampleCount: method.resampleCount)
          .mean(of: values).percentileInterval(confidenceLevel: method.confidenceLevel)
      case .wilson:
        return .defined(share.wilsonInterval(confidenceLevel: method.confidenceLevel))
      case .clopperPearson:
        return .defined(share.clopperPearsonInterval(confidenceLevel: method.confidenceLevel))
      case .normal:
        return share.estimate.flatMap { p in
          FigureComputation.wald(
            p, (p * (1 - p) / Double(share.trials)).squareRoot(), method.confidenceLevel)
        }
      default: return .undefined(FigureComputation.notApplicable)
      }
    }
    return result
  }

  private func change(_ matrix: OutcomeMatrix) throws(StatisticsError) -> FigureComputation {
    guard let from = column(figure.rows.from, matrix), let to = column(figure.rows.to, matrix)
    else { return .missing("there are no rows at one of the doses") }
    let pairs = matrix.items.indices.compactMap { item -> (Double, Double)? in
      guard let later = matrix.value(item: item, column: to),
        let earlier = matrix.value(item: item, column: from)
      else { return nil }
      return (later, earlier)
    }
    guard !pairs.isEmpty else { return .missing("no question is scored at both doses") }
    let n = Double(pairs.count)
    let changes = pairs.map { $0.0 - $0.1 }
    // Counts first, so that a difference of shares is as exact as they are.
    let estimate =
      (pairs.reduce(0) { $0 + $1.0 } - pairs.reduce(0) { $0 + $1.1 }) / n
    var result = FigureComputation(.defined(estimate))
    result.methods = [
      .numpyPercentile, .tango, .newcombePaired, .normalPaired, .clusterRobustT,
      .numpyPercentileUnpaired, .newcombeUnpaired, .normalUnpaired,
    ]
    let table = try PairedTable(
      first: pairs.map { $0.0 > 0.5 }, second: pairs.map { $0.1 > 0.5 })
    let first = try Proportion(
      successes: table.both + table.firstOnly, trials: table.pairs)
    let second = try Proportion(
      successes: table.both + table.secondOnly, trials: table.pairs)
    result.interval = { method in
      let level = method.confidenceLevel
      let numpy = NumPyBootstrap(seed: method.seed, resampleCount: method.resampleCount)
      switch method.name {
      case .numpyPercentile:
        return numpy.mean(of: changes).percentileInterval(confidenceLevel: level)
      case .numpyPercentileUnpaired:
        return numpy.unpairedDifference(pairs.map(\.0), pairs.map(\.1))
          .percentileInterval(confidenceLevel: level)
      case .tango: return .defined(table.tangoInterval(confidenceLevel: level))
      case .newcombePaired: return .defined(table.newcombeInterval(confidenceLevel: level))
      case .newcombeUnpaired:
        return .defined(
          UnpairedDifference(first, second).newcombeInterval(confidenceLevel: level))
      case .clusterRobustT: return ClusterMean(changes, confidenceLevel: level).interval
      case .normalPaired:
        return ClusterMean(changes, confidenceLevel: level).standardError.flatMap {
          FigureComputation.wald(estimate, $0, level)
        }
      case .normalUnpaired:
        let variance = [first, second].reduce(0.0) { sum, share in
          let p = share.estimate.value ?? 0
          return sum + p * (1 - p) / n
        }
        return FigureComputation.wald(estimate, variance.squareRoot(), level)
      default: return .undefined(FigureComputation.notApplicable)
      }
    }
    return result
  }

  private func slope(_ matrix: OutcomeMatrix) -> FigureComputation {
    guard matrix.doses.count > 1 else { return .missing("the arm has one dose") }
    let means = matrix.completeMeans()
    guard !means.isEmpty else { return .missing("no question is scored at every dose") }
    var result = mean(Self.slopes(means, matrix.doses))
    let rates = matrix.columnCounts().map { Double($0.isTrue) / Double(max(1, $0.scored)) }
    result.variants = [
      (
        "slope of rates rounded to 0.1%",
        Self.slope(rates.map { ($0 * 1_000).rounded() / 1_000 }, matrix.doses)
      ),
      ("slope of the rates of all scored answers", Self.slope(rates, matrix.doses)),
      (
        "change from the lowest to the highest dose by its length", Self.secant(rates, matrix.doses)
      ),
    ]
    return result
  }

  private func difference(_ matrix: OutcomeMatrix) -> FigureComputation {
    let other: OutcomeMatrix
    switch rows.matrix(figure.rows, neuronSet: figure.rows.against) {
    case .failed(let reason): return .missing(reason)
    case .found(let found): other = found
    }
    let common = CommonItems(matrix, other)
    guard common.doses.count > 1 else { return .missing("the arms share fewer than two doses") }
    let rows = common.items.compactMap { item -> [Double]? in
      let row = common.columns.compactMap { column -> Double? in
        guard let a = matrix.value(item: item.left, column: column.left),
          let b = other.value(item: item.right, column: column.right)
        else { return nil }
        return a - b
      }
      return row.count == common.columns.count ? row : nil
    }
    guard !rows.isEmpty else { return .missing("no question is complete in both arms") }
    return mean(Self.slopes(rows, common.doses))
  }

  /// A mean of one number a question.
  private func mean(_ values: [Double]) -> FigureComputation {
    let level = figure.method?.confidenceLevel ?? 0.95
    let moments = ClusterMean(values, confidenceLevel: level)
    var result = FigureComputation(moments.mean)
    result.methods = [.numpyPercentile, .clusterRobustT, .normalPaired]
    result.interval = { method in
      let moments = ClusterMean(values, confidenceLevel: method.confidenceLevel)
      switch method.name {
      case .numpyPercentile:
        return NumPyBootstrap(seed: method.seed, resampleCount: method.resampleCount)
          .mean(of: values).percentileInterval(confidenceLevel: method.confidenceLevel)
      case .clusterRobustT: return moments.interval
      case .normalPaired:
        return moments.mean.flatMap { mean in
          moments.standardError.flatMap {
            FigureComputation.wald(mean, $0, method.confidenceLevel)
          }
        }
      default: return .undefined(FigureComputation.notApplicable)
      }
    }
    return result
  }

  private static func slopes(_ rows: [[Double]], _ doses: [Double]) -> [Double] {
    rows.map { slope($0, doses) }
  }

  private static func slope(_ values: [Double], _ doses: [Double]) -> Double {
    let center = doses.reduce(0, +) / Double(doses.count)
    let squares = doses.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return zip(doses, values).reduce(0) { $0 + ($1.0 - center) * $1.1 } / squares
  }

  private static func secant(_ rates: [Double], _ doses: [Double]) -> Double {
    guard let first = rates.first, let last = rates.last, let low = doses.first,
      let high = doses.last, high > low
    else { return 0 }
    return (last - first) / (high - low)
  }
}
