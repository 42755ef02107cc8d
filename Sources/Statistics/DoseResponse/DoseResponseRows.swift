/// Outcomes of the same questions at every dose, complete cases only, with what was left out.
public struct DoseResponseRows: Hashable, Sendable {
  /// Ascending, [dose].
  public let doses: [Double]
  /// Complete cases, [question][dose].
  public let outcomes: [[Bool]]
  /// Questions with an unscored answer at some dose: they are in no paired statistic.
  public let incompleteCount: Int
  /// Unscored answers at each dose, [dose].
  public let unscoredCounts: [Int]

  /// - Parameters:
  ///   - doses: [dose], distinct; columns are sorted by dose.
  ///   - outcomes: [question][dose], `nil` for an unscored answer.
  /// - Throws: ``StatisticsError`` for rows of another length, doses that repeat or are not finite.
  public init(doses: [Double], outcomes: [[Bool?]]) throws(StatisticsError) {
    if let index = doses.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "doses", index: index)
    }
    guard Set(doses).count == doses.count else {
      throw .argumentOutOfRange(argument: "doses", found: "\(doses)", expected: "distinct")
    }
    for (index, row) in outcomes.enumerated() where row.count != doses.count {
      throw .lengthMismatch(
        first: "doses", firstCount: doses.count, second: "outcomes[\(index)]",
        secondCount: row.count)
    }
    let order = doses.indices.sorted { doses[$0] < doses[$1] }
    self.doses = order.map { doses[$0] }
    unscoredCounts = order.map { column in outcomes.count { $0[column] == nil } }
    self.outcomes = outcomes.compactMap { row in
      let scored = order.compactMap { row[$0] }
      return scored.count == order.count ? scored : nil
    }
    incompleteCount = outcomes.count - self.outcomes.count
  }

  public var questionCount: Int { outcomes.count }

  /// Positive answers at each dose, [dose].
  public var eventCounts: [Int] {
    doses.indices.map { dose in outcomes.count { $0[dose] } }
  }

  /// [dose]; empty without complete cases.
  public var rates: [Double] {
    outcomes.isEmpty ? [] : eventCounts.map { Double($0) / Double(questionCount) }
  }

  /// c_j − c̄, [dose].
  package var centredDoses: [Double] {
    let mean = doses.reduce(0, +) / Double(max(1, doses.count))
    return doses.map { $0 - mean }
  }

  /// t_i = Σ_j (c_j − c̄) y_ij, [question].
  package var trendScores: [Double] {
    let centred = centredDoses
    return outcomes.map { row in
      zip(centred, row).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
    }
  }

  /// Σ (c_j − c̄)².
  package var doseSumOfSquares: Double { centredDoses.reduce(0) { $0 + $1 * $1 } }

  /// Outcomes as numbers, [question][dose].
  package var numbers: [[Double]] { outcomes.map { $0.map { $0 ? 1 : 0 } } }
}
