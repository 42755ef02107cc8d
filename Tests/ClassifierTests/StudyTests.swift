package import Classifier
import Testing

@Suite struct StudyTests {
  private func study() throws -> TileStore {
    var study = SyntheticStudy()
    study.columnCount = 1_500
    study.itemCount = 120
    study.wrongCount = 50
    study.expertWidth = 64
    study.expertsPerLayer = 7
    study.plantedCount = 8
    study.magnitude = 0.05
    return try study.write(path: nil)
  }

  @Test func `the two row rules and their ledgers`() throws {
    let store = try study()
    let all = [Bool](repeating: true, count: store.rowCount)
    let three = RowLedger(
      split: "all", rows: store.rows, labels: try RowRule.threeVersusOne.labels(of: store),
      isIncluded: all)
    #expect([three.items, three.rows, three.positives, three.leftOut] == [120, 240, 50, 0])
    #expect(three.majorityShare == 190.0 / 240)
    let one = RowLedger(
      split: "all", rows: store.rows, labels: try RowRule.oneVersusOne.labels(of: store),
      isIncluded: all)
    #expect([one.items, one.rows, one.positives, one.leftOut] == [120, 120, 50, 120])
  }

  @Test func `splits keep items together and both classes in each fold`() throws {
    let store = try study()
    let labels = try RowRule.threeVersusOne.labels(of: store)
    let splits = try ItemSplits(rows: store.rows, labels: labels, count: 5, seed: 1)
    for row in stride(from: 0, to: store.rowCount, by: 2) {
      #expect(splits.fold[row] == splits.fold[row + 1])
    }
    for fold in 0..<5 {
      let inside = zip(splits.fold, labels).filter { $0.0 == fold }.map(\.1)
      #expect(inside.count == 48)
      #expect(inside.filter { $0 > 0 }.count == 10)
    }
    #expect(throws: ClassifierError.self) {
      try ItemSplits(rows: store.rows, labels: labels, count: 500, seed: 1)
    }
  }

  @Test func `the grid grows at its edge and the refit is certified`() throws {
    let store = try study()
    let labels = try RowRule.threeVersusOne.labels(of: store)
    let solver = try PathSolver(store: store, labels: labels, options: SolverOptions())
    let study = try DetectorStudy(
      solver: solver, labels: labels, classWeight: .none, folds: 3, rule: .logLoss, seed: 1)
    let result = try study.run(costs: [0.5, 1])
    #expect(result.grid.extensions > 0)
    #expect(result.chosen.isConverged)
    #expect(result.neurons.contains { $0.isHNeuron })
    #expect(result.neurons.allSatisfy { $0.exposure > 0 && $0.exposure <= 1 })
    #expect(result.grid.points.map(\.cost) == result.grid.points.map(\.cost).sorted())
  }

  @Test func `columns and neurons map both ways`() {
    let layout = NeuronLayout(routedExpertsPerLayer: 256, neuronsPerExpert: 512)
    #expect(layout.column(Neuron(layer: 39, expert: nil, index: 511)) == 5_263_359)
    #expect(layout.neuron(column: 5_263_359) == Neuron(layer: 39, expert: nil, index: 511))
    #expect(layout.neuron(column: 512) == Neuron(layer: 0, expert: 1, index: 0))
  }

  @Test func `stability of equal, disjoint and nearly equal sets`() throws {
    #expect(SelectionStability(selections: [[1, 2], [1, 2]], columnCount: 10).index == 1)
    // Two disjoint sets of 2 in 10: p̂ = ½ four times, s² = ½ each: 1 − (4 · ½ / 10) / (0.2 · 0.8).
    let disjoint = SelectionStability(selections: [[0, 1], [2, 3]], columnCount: 10)
    #expect(abs((disjoint.index ?? 0) + 0.25) < 1e-12)
    #expect(SelectionStability(selections: [[], []], columnCount: 10).index == nil)
    #expect(SelectionStability(selections: [[1]], columnCount: 10).index == nil)
  }

  /// Index and standard error by numpy, from definition 4 and theorem 7 of Nogueira et al. (2018).
  @Test func `stability and its standard error as by the definition`() throws {
    let stability = SelectionStability(
      selections: [[0, 1, 4], [0, 2, 4], [0, 1, 7], [0, 1, 3, 4], [1, 4]], columnCount: 8)
    #expect(abs(try #require(stability.index) - 0.36) < 1e-14)
    #expect(abs(try #require(stability.standardError) - 0.10977860548495887) < 1e-14)
    #expect(stability.frequencies.map(\.column) == [0, 1, 2, 3, 4, 7])
    #expect(stability.frequencies.map(\.frequency) == [0.8, 0.8, 0.2, 0.2, 0.8, 0.2])
  }

  @Test func `a single split fits one fold and the refit`() throws {
    let store = try study()
    let labels = try RowRule.threeVersusOne.labels(of: store)
    let solver = try PathSolver(store: store, labels: labels, options: SolverOptions())
    var study = try DetectorStudy(
      solver: solver, labels: labels, classWeight: .none, folds: 4, rule: .logLoss, seed: 1)
    study.isSingleSplit = true
    let result = try study.run(costs: [0.5, 1, 2])
    #expect(result.grid.points.allSatisfy { $0.folds.count == 1 })
    #expect(result.ledger.map(\.split) == ["all", "fold 1"])
    #expect(result.grid.points[0].folds[0].rows == result.ledger[1].rows)
    #expect(result.chosen.problem.rowWeights.allSatisfy { $0 == 1 })
  }

  /// A row of weight 2 is the same row twice, in the fits of the folds as in the refit.
  @Test func `sample weights count rows`() throws {
    let base = SmallProblem.random(rows: 48, columns: 40, density: 0.5, seed: 31)
    var twice = base
    let copies = [1, 5, 8, 20, 33]
    for row in copies {
      twice.x.append(base.x[row])
      twice.y.append(base.y[row])
    }
    let weights = base.y.indices.map { copies.contains($0) ? 2.0 : 1.0 }
    let solver = try PathSolver(
      store: try base.store(), labels: base.y, options: SolverOptions())
    let weighted = try solver.solve([
      LogisticProblem(name: "weighted", cost: 0.8, rowWeights: weights)
    ])[0]
    let repeated = try twice.fit([0.8])[0]
    #expect(abs(weighted.objective - repeated.objective) < 1e-9 * repeated.objective)
    #expect(weighted.weights.map(\.column) == repeated.weights.map(\.column))

    var study = try DetectorStudy(
      solver: solver, labels: base.y, classWeight: .none, folds: 3, rule: .logLoss, seed: 2)
    study.sampleWeights = weights
    let chosen = try study.run(costs: [0.4, 0.8, 1.6]).grid.fits
    #expect(chosen.allSatisfy { $0.problem.rowWeights == weights })
  }

  @Test(arguments: MatchedSets.Match.allCases)
  func `matched sets keep size and place`(_ match: MatchedSets.Match) throws {
    let layout = NeuronLayout(routedExpertsPerLayer: 4, neuronsPerExpert: 16)
    let columns = [0, 3, 70, 100, 155]
    let sets = try MatchedSets.draw(
      matching: columns, layout: layout, columnCount: 160, match: match, count: 20, seed: 9)
    #expect(Set(sets).count > 10)
    for set in sets {
      #expect(set.count == 5)
      #expect(Set(set).count == 5)
      #expect(Set(set).isDisjoint(with: columns))
      guard match != .none else { continue }
      func place(_ column: Int) -> String {
        let neuron = layout.neuron(column: column)
        return match == .layer
          ? "\(neuron.layer) \(neuron.expert == nil)" : "\(neuron.layer) \(neuron.expert ?? -1)"
      }
      #expect(set.map(place).sorted() == columns.map(place).sorted())
    }
  }

  @Test func `scores with ties, one class and no rows`() {
    let ties = DetectorScores(scores: [1, 1, 0, 2], labels: [1, -1, -1, 1])
    #expect(ties.auroc == 0.875)
    #expect(ties.accuracy == 0.75)
    #expect(DetectorScores(scores: [1, 2], labels: [1, 1]).auroc == nil)
    #expect(DetectorScores(scores: [], labels: []).logLoss == nil)
  }

  @Test func `a frozen detector scores as the fit`() throws {
    let problem = SmallProblem.random(rows: 40, columns: 90, density: 0.5, seed: 6)
    let store = try problem.store()
    for scale in FeatureScale.allCases {
      let fit = try problem.fit([2], scale: scale)[0]
      let scores = try FrozenDetector(fit).scores(on: store)
      for row in 0..<40 {
        let direct = fit.weights.reduce(fit.rawIntercept) {
          $0 + $1.rawWeight * problem.x[row][$1.column]
        }
        #expect(abs(scores[row] - direct) < 1e-12 * max(1, abs(direct)))
      }
      let loss = zip(scores, problem.y).reduce(0) { $0 + (-$1.0 * $1.1).softplus }
      let norm = fit.weights.reduce(0) { $0 + abs($1.weight) }
      #expect(abs(2 * loss + norm - fit.objective) < 1e-10 * fit.objective)
    }
  }
}

extension Double {
  fileprivate var softplus: Double {
    DetectorScores(scores: [-self], labels: [1]).logLoss ?? .nan
  }
}
