internal import CanonicalJSON
internal import Classifier
internal import Foundation
internal import Probing
internal import Study

/// The detector: row ledger, choice of C, refit, certificate and selected neurons.
struct FitStage {
  let plan: StudyPlan
  let settings: RunSettings
  let threads: Int

  static func parameters(_ plan: StudyPlan) -> JSONValue {
    let classifier = plan.classifier
    return [
      "rows": .string(classifier.rows.rawValue),
      "costs": .array(classifier.costs.map(JSONValue.number)),
      "folds": .integer(Int64(classifier.foldCount)),
      "selection": .string(classifier.selection.rawValue),
      "intercept": .string(classifier.intercept.rawValue),
      "classWeight": .string(classifier.classWeight.rawValue),
      "scale": .string(classifier.scale.rawValue),
      "stability": .integer(Int64(classifier.stabilityResampleCount)),
      "seed": .string(String(plan.design.seed)),
    ]
  }

  static func rowRule(_ plan: StudyPlan) -> RowRule {
    plan.classifier.rows == .threeVersusOne ? .threeVersusOne : .oneVersusOne
  }

  static func options(_ plan: StudyPlan, threads: Int) -> SolverOptions {
    var options = SolverOptions()
    options.intercept = plan.classifier.intercept == .free ? .free : .penalised
    options.scale = FeatureScale(rawValue: plan.classifier.scale.rawValue) ?? .none
    options.threads = threads
    return options
  }

  /// One row with everything: `{C, intercept, weights, neurons, ledger, grid, selection, document}`.
  func run(store path: String) throws -> [JSONValue] {
    let store = try TileStore(path: path)
    let rule = Self.rowRule(plan)
    let labels = try rule.labels(of: store)
    for (sign, name) in [(1.0, "wrong"), (-1.0, "right")] where !labels.contains(sign) {
      throw PipelineError.notPossible(
        stage: "fit", problem: "no kept question is always \(name)",
        remedy: "sample more questions or lower sampling.agreement in the plan")
    }
    let solver = try PathSolver(
      store: store, labels: labels.map { $0 == 0 ? 1 : $0 },
      options: Self.options(plan, threads: threads))
    solver.onProgress = { settings.progress(.fit, $0.problems - $0.openProblems, $0.problems) }
    let weighting: Classifier.ClassWeight =
      plan.classifier.classWeight == .balanced ? .balanced : .none
    let study = try DetectorStudy(
      solver: solver, labels: labels, classWeight: weighting, folds: plan.classifier.foldCount,
      rule: SelectionRule(rawValue: plan.classifier.selection.rawValue) ?? .logLoss,
      seed: plan.design.seed)
    let result = try study.run(costs: plan.classifier.costs)
    var row = try study.json(
      result, resamples: plan.classifier.stabilityResampleCount, matchedSets: 0, match: .layer)
    let document = FitDocument(
      store: store, options: solver.options, classWeight: weighting, rowRule: rule.rawValue,
      labels: labels, fits: [result.chosen])
    row["C"] = .number(result.grid.chosen)
    row["intercept"] = .number(result.chosen.rawIntercept)
    row["columns"] = .integer(Int64(store.columnCount))
    row["document"] = document.json
    row["weights"] = .array(
      result.chosen.weights.map {
        ["column": .integer(Int64($0.column)), "weight": .number($0.rawWeight)]
      })
    return [.object(row)]
  }
}

/// What later stages need of a fit.
struct FittedDetector {
  let detector: FrozenDetector
  /// Columns with positive weight: the H-neurons.
  let positiveColumns: [Int]
  let negativeColumns: [Int]
  let columnCount: Int

  init(row: JSONValue, folder: String) throws {
    guard let list = row["weights"]?.arrayValue, let intercept = row["intercept"]?.doubleValue,
      let count = row["columns"]?.intValue
    else { throw PipelineError.damagedStage(folder: folder, problem: "the fit lacks fields") }
    let weights = list.compactMap { entry -> (column: Int, weight: Double)? in
      guard let column = entry["column"]?.intValue, let weight = entry["weight"]?.doubleValue
      else { return nil }
      return (column, weight)
    }
    detector = FrozenDetector(weights: weights, intercept: intercept)
    positiveColumns = weights.filter { $0.weight > 0 }.map(\.column)
    negativeColumns = weights.filter { $0.weight < 0 }.map(\.column)
    columnCount = count
  }

  /// Random columns that stand for the H-neurons, set by set.
  func matchedSets(
    _ count: Int, matching: InterventionDesign.Matching, layout: Classifier.NeuronLayout,
    seed: UInt64
  ) throws -> [[Int]] {
    guard !positiveColumns.isEmpty, count > 0 else { return [] }
    return try MatchedSets.draw(
      matching: positiveColumns, layout: layout, columnCount: columnCount,
      match: MatchedSets.Match(rawValue: matching.rawValue) ?? .layer, count: count, seed: seed)
  }
}

extension Classifier.NeuronLayout {
  /// The neurons of some columns, as the interventions name them.
  func neurons(_ columns: [Int]) -> NeuronSet {
    NeuronSet(
      columns.map { column in
        let neuron = neuron(column: column)
        return Probing.Neuron(
          layer: neuron.layer, expert: neuron.expert.map { .routed($0) } ?? .shared,
          index: neuron.index)
      })
  }
}
