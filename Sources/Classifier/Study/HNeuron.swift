import Randomness

/// A selected column: a neuron with positive weight is an H-neuron.
public struct SelectedNeuron: Sendable, Hashable {
  public var column: Int
  /// `nil` for a general matrix.
  public var neuron: Neuron?
  public var weight: Double
  /// Share of rows in which the neuron was live.
  public var exposure: Double

  public var isHNeuron: Bool { weight > 0 }
}

extension CertifiedFit {
  /// The support with places and exposures, by column.
  public func selectedNeurons(in store: TileStore) -> [SelectedNeuron] {
    let exposures = store.exposures(of: weights.map(\.column))
    let layout = store.layout
    return weights.map { entry in
      SelectedNeuron(
        column: entry.column, neuron: layout.map { $0.neuron(column: entry.column) },
        weight: entry.weight, exposure: exposures[entry.column] ?? 0)
    }
  }
}

/// Random neuron sets of the same size and the same place in the model: the null of an intervention.
public enum MatchedSets {
  /// What a random neuron shares with the neuron it stands for.
  public enum Match: String, Sendable, CaseIterable {
    case none
    /// The same layer, and shared for shared, routed for routed.
    case layer
    /// The same expert.
    case expert
  }

  /// - Parameters:
  ///   - columns: the neuron set.
  ///   - columnCount: all columns of the model.
  ///   - count: number of sets; at least 100 for a null distribution.
  /// - Returns: sets of sorted columns, disjoint from `columns`, without repeats inside a set.
  /// - Throws: ``ClassifierError/invalidArgument(name:message:)`` when a match leaves too few neurons.
  public static func draw(
    matching columns: [Int], layout: NeuronLayout, columnCount: Int, match: Match, count: Int,
    seed: UInt64
  ) throws(ClassifierError) -> [[Int]] {
    let forbidden = Set(columns)
    var sets: [[Int]] = []
    let width = layout.neuronsPerExpert
    let experts = layout.routedExpertsPerLayer
    for draw in 0..<count {
      var random = RandomStream(
        seed: seed, analysis: "classifier/matched/\(match.rawValue)", index: UInt64(draw))
      var taken = forbidden
      var set: [Int] = []
      for column in columns.sorted() {
        let neuron = layout.neuron(column: column)
        var found = false
        for _ in 0..<10_000 {
          let candidate: Int
          switch match {
          case .none: candidate = random.integer(below: columnCount)
          case .layer:
            let expert = neuron.expert == nil ? nil : random.integer(below: experts)
            candidate = layout.column(
              Neuron(
                layer: neuron.layer, expert: expert, index: random.integer(below: width)))
          case .expert:
            candidate = layout.column(
              Neuron(
                layer: neuron.layer, expert: neuron.expert, index: random.integer(below: width)))
          }
          if candidate < columnCount, taken.insert(candidate).inserted {
            set.append(candidate)
            found = true
            break
          }
        }
        guard found else {
          throw .invalidArgument(
            name: "match", message: "too few neurons left to match column \(column)")
        }
      }
      sets.append(set.sorted())
    }
    return sets
  }
}
