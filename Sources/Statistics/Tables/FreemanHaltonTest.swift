import Glibc

/// The Fisher-Freeman-Halton exact test of an r × c table.
///
/// Columns are added one by one. Partial tables with the same remaining row totals and the same
/// probability (to 1e-11) are merged, so the work grows with the number of distinct values, not
/// with the number of tables.
/// - Source: Freeman & Halton (1951); tables with probability at most the observed one times
///   1 + 1e-7 count. Oracle: `fisher_rxc.json` (R `fisher.test`).
public struct FreemanHaltonTest: Hashable, Sendable {
  /// Bound on extensions of partial tables: about a second of work and 200 MB.
  public static let extensionLimit = 1_000_000
  /// Bound on the total count: the table of log factorials.
  public static let totalLimit = 1_000_000

  /// Undefined with ``UndefinedReason/Code/tooLarge`` above the bounds.
  public let pValue: Measured<Double>

  public init(_ table: ContingencyTable) {
    var kept = table.withoutEmptyMargins
    guard kept.count > 1, (kept.first?.count ?? 0) > 1 else {
      pValue = .defined(1)
      return
    }
    // Few rows make few states, so the shorter side becomes the rows.
    if kept.count > kept[0].count {
      kept = kept[0].indices.map { column in kept.map { $0[column] } }
    }
    guard table.total <= Self.totalLimit, kept.count <= 16 else {
      pValue = .undefined(
        UndefinedReason(
          .tooLarge,
          "\(table.total) counts in \(kept.count) rows exceed the limits \(Self.totalLimit) and 16"
        ))
      return
    }
    pValue = Enumeration(kept).pValue()
  }

  private struct State: Hashable {
    let remaining: [Int32]
    let past: Int64
  }

  private struct Enumeration {
    let counts: [[Int]]
    let logFactorials: [Double]

    init(_ counts: [[Int]]) {
      self.counts = counts
      let total = counts.joined().reduce(0, +)
      var table = [0.0]
      for value in stride(from: 1, through: total, by: 1) {
        table.append(StirlingSeries.logGamma(Double(value) + 1))
      }
      logFactorials = table
    }

    /// The cells enter as −log x!; the margins are one constant that the total restores.
    func pValue() -> Measured<Double> {
      let rowTotals = counts.map { $0.reduce(0, +) }
      let columnTotals = counts[0].indices.map { j in counts.reduce(0) { $0 + $1[j] } }
      let total = rowTotals.reduce(0, +)
      let constant =
        (rowTotals + columnTotals).reduce(0.0) { $0 + logFactorials[$1] } - logFactorials[total]
      let observed = counts.joined().reduce(0.0) { $0 - logFactorials[$1] }
      var states: [State: Double] = [State(remaining: rowTotals.map(Int32.init), past: 0): 1]
      // `past` is the log of the cells so far in units of 1e-11; the value counts merged tables.
      var work = 0
      for column in columnTotals.dropLast() {
        var next: [State: Double] = [:]
        for (state, weight) in states {
          var cells = state.remaining
          let isWithin = extend(
            state.remaining, row: 0, left: column, past: 0, cells: &cells, work: &work
          ) { remaining, past in
            let key = State(
              remaining: remaining, past: state.past + Int64((past * 1e11).rounded()))
            next[key, default: 0] += weight
          }
          guard isWithin else {
            return .undefined(
              UndefinedReason(
                .tooLarge,
                "more than \(FreemanHaltonTest.extensionLimit) partial tables; use the chi-squared p"
              ))
          }
        }
        states = next
      }
      // Summed in a fixed order: dictionaries have none.
      let tables = states.map { state, weight in
        (
          Double(state.past) * 1e-11
            - state.remaining.reduce(0.0) { $0 + logFactorials[Int($1)] },
          weight
        )
      }.filter { $0.0 <= observed + 1e-7 }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      return .defined(min(1, tables.reduce(0.0) { $0 + $1.1 * exp($1.0 + constant) }))
    }

    /// Calls `emit` for every way to put `left` counts into the rows from `row` on.
    func extend(
      _ remaining: [Int32], row: Int, left: Int, past: Double, cells: inout [Int32],
      work: inout Int, emit: ([Int32], Double) -> Void
    ) -> Bool {
      work += 1
      guard work <= FreemanHaltonTest.extensionLimit else { return false }
      let room = Int(remaining[row])
      if row == remaining.count - 1 {
        guard left <= room else { return true }
        cells[row] = Int32(room - left)
        emit(cells, past - logFactorials[left])
        return true
      }
      for count in 0...min(room, left) {
        cells[row] = Int32(room - count)
        let isWithin = extend(
          remaining, row: row + 1, left: left - count, past: past - logFactorials[count],
          cells: &cells, work: &work, emit: emit)
        guard isWithin else { return false }
      }
      return true
    }
  }
}
