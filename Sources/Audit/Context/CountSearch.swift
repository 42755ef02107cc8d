import Statistics
import Study

/// Finds the n behind printed rates.
///
/// An unstated n is an assumption whichever way it is filled, so the basis travels with the row.
struct CountSearch {
  /// Largest n that is tried; printed to one decimal, every n from 1000 on fits anything.
  static let limit = 200

  private let study: PublishedStudy

  init(study: PublishedStudy) { self.study = study }

  /// The row of one edition: `cells` share edition, benchmark and configuration, ascending dose.
  func row(of cells: [Cell], isDropped: Bool) -> DoseRow {
    let usable = cells.filter { $0.printed.proportion != nil }
    let feasible = (1...Self.limit).filter { total in
      !usable.isEmpty && usable.allSatisfy { Self.count(of: $0, total: total) != nil }
    }
    let first = cells[0]
    let (total, basis) = resolve(cells: usable, benchmark: first.benchmark, feasible: feasible)
    var points: [DoseRow.Point] = []
    for cell in usable {
      guard let total = cell.statedCount ?? total,
        let successes = Self.count(of: cell, total: total)
      else { continue }
      points.append(
        DoseRow.Point(dose: cell.dose, successes: successes, total: total, cell: cell))
    }
    let measured = Set(points.map(\.dose))
    return DoseRow(
      benchmark: first.benchmark, configuration: first.configuration, version: first.version,
      isDropped: isDropped, points: points, basis: points.isEmpty ? .none : basis,
      feasibleTotals: feasible, missingDoses: study.design.doses.filter { !measured.contains($0) })
  }

  /// The count that a printed rate stands for, or `nil` when no count over `total` prints so.
  static func count(of cell: Cell, total: Int) -> Int? {
    guard total > 0 else { return nil }
    return cell.printed.count(over: total)
  }

  private func resolve(
    cells: [Cell], benchmark: String, feasible: [Int]
  ) -> (total: Int?, basis: DoseRow.CountBasis) {
    if !cells.isEmpty, cells.allSatisfy({ $0.statedCount != nil }) { return (nil, .stated) }
    let own = Set(cells.compactMap(\.statedCount))
    if own.count == 1, let total = own.first { return (total, .stated) }
    for other in study.cells where other.benchmark == benchmark {
      guard let total = other.statedCount, total > 0,
        cells.allSatisfy({ Self.count(of: $0, total: total) != nil })
      else { continue }
      return (total, .sameAs(configuration: other.configuration))
    }
    let whole = study.cells.filter { $0.benchmark == benchmark && $0.printed.proportion != nil }
    let joint = feasible.first { total in
      whole.allSatisfy { Self.count(of: $0, total: total) != nil }
    }
    guard let total = joint ?? feasible.first else { return (nil, .none) }
    return (total, .smallestFeasible)
  }
}
