/// Yes/no outcomes of the same questions at several doses: `[question, dose]`.
public struct QuestionMatrix: Hashable, Sendable {
  public let questions: Int
  public let doses: Int
  /// Row-major, one byte an outcome.
  public let outcomes: [UInt8]
  public let scores: [Double]
  /// tᵢ = Σⱼ (cⱼ − c̄) yᵢⱼ for every question.
  package let contributions: [Double]

  /// - Throws: when a row does not have one outcome per dose, or a score is not finite.
  public init(_ rows: [[Bool]], scores: [Double]) throws(StatisticsError) {
    if let bad = scores.firstIndex(where: { !$0.isFinite || abs($0) > 1e9 }) {
      throw .notFinite(argument: "scores", index: bad)
    }
    for (index, row) in rows.enumerated() where row.count != scores.count {
      throw .lengthMismatch(
        first: "scores", firstCount: scores.count, second: "row \(index)", secondCount: row.count)
    }
    questions = rows.count
    doses = scores.count
    self.scores = scores
    outcomes = rows.flatMap { $0.map { $0 ? 1 : 0 } }
    let mean = scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
    contributions = rows.map { row in
      zip(row, scores).reduce(0.0) { $0 + ($1.0 ? $1.1 - mean : 0) }
    }
  }

  public var meanScore: Double { doses == 0 ? 0 : scores.reduce(0, +) / Double(doses) }

  /// Σ (c − c̄)².
  public var scoreSpread: Double {
    let mean = meanScore
    return scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// Yes outcomes of each question.
  public var questionTotals: [Int] {
    (0..<questions).map { question in
      outcomes[question * doses..<(question + 1) * doses].reduce(0) { $0 + Int($1) }
    }
  }
}
