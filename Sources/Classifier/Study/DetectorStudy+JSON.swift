public import CanonicalJSON

extension DetectorStudy {
  /// The members `ledger`, `grid`, `selection`, `neurons` and, where asked for, `stability` and
  /// `matchedSets` of a fit document.
  public func json(
    _ result: Result, resamples: Int, matchedSets: Int, match: MatchedSets.Match
  ) throws -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "ledger": .array(result.ledger.map(\.json)),
      "grid": .array(result.grid.points.map(\.json)),
      "selection": [
        "rule": .string(rule.rawValue), "C": .number(result.grid.chosen),
        "extensions": .integer(Int64(result.grid.extensions)),
        "atEdge": .bool(result.grid.isAtEdge), "folds": .integer(Int64(splits.count)),
        "singleSplit": .bool(isSingleSplit),
        "seed": .integer(Int64(bitPattern: seed)),
        "hNeurons": .integer(Int64(result.neurons.reduce(0) { $0 + ($1.isHNeuron ? 1 : 0) })),
      ],
      "neurons": .array(result.neurons.map(\.json)),
    ]
    if resamples > 0 {
      let stability = try SelectionStability.halfSamples(
        solver: solver, labels: labels, classWeight: classWeight, cost: result.grid.chosen,
        count: resamples, seed: seed, sampleWeights: sampleWeights)
      members["stability"] = stability.json
    }
    if matchedSets > 0 {
      guard let layout = solver.store.layout else {
        throw ClassifierError.invalidArgument(
          name: "matched sets", message: "the store has no neuron layout")
      }
      let sets = try MatchedSets.draw(
        matching: result.neurons.filter(\.isHNeuron).map(\.column), layout: layout,
        columnCount: solver.store.columnCount, match: match, count: matchedSets, seed: seed)
      members["matchedSets"] = .array(sets.map { .array($0.map { .integer(Int64($0)) }) })
    }
    return members
  }
}

extension Optional where Wrapped == Double {
  fileprivate var json: JSONValue { map(JSONValue.number) ?? .null }
}

extension DetectorScores {
  public var json: JSONValue {
    [
      "rows": .integer(Int64(rows)), "positives": .integer(Int64(positives)),
      "logLoss": logLoss.json, "accuracy": accuracy.json, "auroc": auroc.json,
    ]
  }
}

extension RowLedger {
  public var json: JSONValue {
    [
      "split": .string(split), "items": .integer(Int64(items)), "rows": .integer(Int64(rows)),
      "positives": .integer(Int64(positives)), "leftOut": .integer(Int64(leftOut)),
      "majorityShare": majorityShare.json,
    ]
  }
}

extension GridPoint {
  var json: JSONValue {
    [
      "C": .number(cost), "logLoss": meanLogLoss.json,
      "logLossStandardError": logLossStandardError.json, "accuracy": meanAccuracy.json,
      "auroc": meanAUROC.json, "converged": .bool(isConverged),
      "folds": .array(folds.map(\.json)),
    ]
  }
}

extension SelectedNeuron {
  var json: JSONValue {
    var member: [String: JSONValue] = [
      "column": .integer(Int64(column)), "weight": .number(weight),
      "exposure": .number(exposure), "hNeuron": .bool(isHNeuron),
    ]
    if let neuron {
      member["layer"] = .integer(Int64(neuron.layer))
      member["expert"] = neuron.expert.map { .integer(Int64($0)) } ?? "shared"
      member["index"] = .integer(Int64(neuron.index))
    }
    return .object(member)
  }
}

extension SelectionStability {
  var json: JSONValue {
    [
      "resamples": .integer(Int64(resampleCount)), "meanSize": .number(meanSize),
      "nogueira": index.json, "standardError": standardError.json,
      "frequencies": .array(
        frequencies.map {
          ["column": .integer(Int64($0.column)), "frequency": .number($0.frequency)]
        }),
    ]
  }
}
