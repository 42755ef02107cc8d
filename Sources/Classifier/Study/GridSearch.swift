/// How C is chosen from held-out folds. The plan names the rule before the data are seen.
public enum SelectionRule: String, Sendable, CaseIterable {
  case logLoss = "log-loss"
  case auroc
  case accuracy
  /// The smallest C within one standard error (over folds) of the best mean log loss.
  case oneStandardError = "one-standard-error"
}

/// One C of the grid, with its held-out figures.
public struct GridPoint: Sendable {
  public var cost: Double
  public var folds: [DetectorScores]
  /// Mean over folds with a value.
  public var meanLogLoss: Double?
  public var logLossStandardError: Double?
  public var meanAccuracy: Double?
  public var meanAUROC: Double?
  public var isConverged: Bool
}

/// The grid, the choice and the refit on all rows.
public struct GridResult: Sendable {
  public var points: [GridPoint]
  public var chosen: Double
  /// Steps by which the grid grew because the best C lay at its edge.
  public var extensions: Int
  /// The best C is still at an edge: the extension limit was reached.
  public var isAtEdge: Bool
  /// Fits of every C on all rows, by C; ``chosen`` is among them.
  public var fits: [CertifiedFit]
}

/// Cross-validated choice of C: all C × folds × the refits share every pass.
public struct GridSearch {
  public let solver: PathSolver
  public let splits: ItemSplits
  /// `[row]`, ±1 or 0 (left out).
  public let labels: [Double]
  public let classWeight: ClassWeight
  public let rule: SelectionRule
  /// `[row]`, before class weights. They weigh the fits; held-out scores count every row once.
  public var sampleWeights: [Double]?
  /// Hold out the first fold only: one split and the refit.
  public var isSingleSplit = false
  /// The grid grows at most this often.
  public var maximumExtensions = 6

  public init(
    solver: PathSolver, splits: ItemSplits, labels: [Double], classWeight: ClassWeight,
    rule: SelectionRule
  ) {
    self.solver = solver
    self.splits = splits
    self.labels = labels
    self.classWeight = classWeight
    self.rule = rule
  }

  public func run(costs: [Double]) throws -> GridResult {
    guard !costs.isEmpty else {
      throw ClassifierError.invalidArgument(name: "C", message: "the grid is empty")
    }
    var points: [GridPoint] = []
    var fits: [CertifiedFit] = []
    var pending = Array(Set(costs)).sorted()
    let ratio = pending.count > 1 ? pending[pending.count - 1] / pending[pending.count - 2] : 2
    var extensions = 0
    while true {
      let (newPoints, newFits) = try evaluate(pending)
      points = (points + newPoints).sorted { $0.cost < $1.cost }
      fits = (fits + newFits).sorted { $0.problem.cost < $1.problem.cost }
      let best = try choose(points)
      let edge = points.count > 1 && (best == 0 || best == points.count - 1)
      // At the lower edge a null model is the end of the path: smaller C cannot differ.
      let isNull = best == 0 && fits[0].weights.isEmpty
      guard edge, !isNull, extensions < maximumExtensions else {
        return GridResult(
          points: points, chosen: points[best].cost, extensions: extensions,
          isAtEdge: edge && !isNull, fits: fits)
      }
      extensions += 1
      pending = [best == 0 ? points[0].cost / ratio : points[best].cost * ratio]
    }
  }

  private func evaluate(_ costs: [Double]) throws -> ([GridPoint], [CertifiedFit]) {
    var problems: [LogisticProblem] = []
    let foldCount = isSingleSplit ? 1 : splits.count
    for cost in costs {
      // The last problem of each C is the fit on all rows.
      for fold in (0..<foldCount).map({ $0 }) + [-1] {
        let weights = classWeight.rowWeights(
          labels: labels,
          sampleWeights: labels.indices.map {
            labels[$0] == 0 || splits.fold[$0] == fold ? 0 : sampleWeights?[$0] ?? 1
          })
        problems.append(
          LogisticProblem(
            name: fold < 0 ? "C = \(cost)" : "C = \(cost), fold \(fold + 1)", cost: cost,
            rowWeights: weights))
      }
    }
    let solved = try solver.solve(problems)
    var points: [GridPoint] = []
    var refits: [CertifiedFit] = []
    let stride = foldCount + 1
    for (index, cost) in costs.enumerated() {
      let part = Array(solved[index * stride..<(index + 1) * stride])
      refits.append(part[foldCount])
      let folds = try (0..<foldCount).map { fold in
        let scores = try FrozenDetector(part[fold]).scores(on: solver.store)
        let heldOut = labels.indices.map { splits.fold[$0] == fold ? labels[$0] : 0 }
        return DetectorScores(scores: scores, labels: heldOut)
      }
      let losses = folds.compactMap(\.logLoss)
      points.append(
        GridPoint(
          cost: cost, folds: folds, meanLogLoss: Self.mean(losses),
          logLossStandardError: Self.standardError(losses),
          meanAccuracy: Self.mean(folds.compactMap(\.accuracy)),
          meanAUROC: Self.mean(folds.compactMap(\.auroc)),
          isConverged: part.allSatisfy(\.isConverged)))
    }
    return (points, refits)
  }

  /// Index of the chosen C; ties go to the smaller C, which is the sparser model.
  func choose(_ points: [GridPoint]) throws(ClassifierError) -> Int {
    let quality: [Double] = points.map { point in
      switch rule {
      case .logLoss, .oneStandardError: point.meanLogLoss.map { -$0 } ?? -.infinity
      case .auroc: point.meanAUROC ?? -.infinity
      case .accuracy: point.meanAccuracy ?? -.infinity
      }
    }
    guard let top = quality.max(), top > -.infinity, let best = quality.firstIndex(of: top) else {
      throw .labels(message: "\(rule.rawValue) is undefined in every fold: a class is missing")
    }
    guard rule == .oneStandardError, let error = points[best].logLossStandardError else {
      return best
    }
    return quality.firstIndex { $0 >= top - error } ?? best
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private static func standardError(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
  }
}
