/// How much the selected set depends on the sample.
///
/// ```
/// Φ = 1 − (1/p) Σ_f s²_f / ( (k̄/p) (1 − k̄/p) ),  s²_f = M/(M−1) p̂_f (1 − p̂_f)
/// ```
/// 1 when every resample selects the same set, about 0 when sets are as random as their sizes allow.
/// - Source: Nogueira, Sechidis & Brown (2018), "On the stability of feature selection algorithms",
///   JMLR 18(174), definition 4 and theorem 7 (variance).
public struct SelectionStability: Sendable {
  public var resampleCount: Int
  /// Share of resamples that select a column, for columns selected at least once, by column.
  public var frequencies: [(column: Int, frequency: Double)]
  public var meanSize: Double
  /// `nil` when no or every column is selected everywhere: Φ is 0/0 there.
  public var index: Double?
  public var standardError: Double?

  /// - Parameters:
  ///   - selections: one set of columns a resample, without repeats.
  ///   - columnCount: p.
  public init(selections: [[Int]], columnCount: Int) {
    resampleCount = selections.count
    let m = Double(selections.count)
    let p = Double(columnCount)
    var counts: [Int: Int] = [:]
    for column in selections.joined() { counts[column, default: 0] += 1 }
    frequencies = counts.keys.sorted().map { ($0, Double(counts[$0] ?? 0) / max(m, 1)) }
    meanSize = selections.reduce(0) { $0 + Double($1.count) } / max(m, 1)
    let share = meanSize / p
    let denominator = share * (1 - share)
    guard selections.count > 1, denominator > 0 else { return }
    let variance = frequencies.reduce(0) {
      $0 + m / (m - 1) * $1.frequency * (1 - $1.frequency)
    }
    let phi = 1 - variance / p / denominator
    index = phi
    let terms = selections.map { set -> Double in
      let k = Double(set.count)
      let overlap = set.sorted().reduce(0) { $0 + Double(counts[$1] ?? 0) / m } / p
      return
        (overlap - k * meanSize / (p * p)
        + phi / 2 * (2 * k * meanSize / (p * p) - k / p - share + 1)) / denominator
    }
    let mean = terms.reduce(0, +) / m
    standardError =
      (4 / (m * m) * terms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
  }

  /// Fits the same C on half-samples of the items, all in shared passes.
  public static func halfSamples(
    solver: PathSolver, labels: [Double], classWeight: ClassWeight, cost: Double, count: Int,
    seed: UInt64, sampleWeights: [Double]? = nil
  ) throws -> SelectionStability {
    let problems = (0..<count).map { index in
      LogisticProblem(
        name: "C = \(cost), half-sample \(index + 1)", cost: cost,
        rowWeights: classWeight.rowWeights(
          labels: labels,
          sampleWeights: zip(
            ItemSplits.halfSample(
              rows: solver.store.rows, labels: labels, seed: seed, index: index),
            sampleWeights ?? labels.map { _ in 1 }
          ).map { $0 * $1 }))
    }
    var selections: [[Int]] = []
    for start in stride(from: 0, to: count, by: 25) {
      let part = Array(problems[start..<min(start + 25, count)])
      selections += try solver.solve(part).map { $0.weights.map(\.column) }
    }
    return SelectionStability(selections: selections, columnCount: solver.store.columnCount)
  }
}
