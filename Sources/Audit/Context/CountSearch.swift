import Statistics
import Study

/// Finds the n behind printed rates.
///
/// An unstated n is an assumption whichever way it is filled, so the basis travels with the row.
struct CountSearch {
  /// Every feasible n up to here is listed.
  static let listedTotals = 200
  /// The smallest n is searched up to here when none is listed; with d decimals every n from
  /// 10^(d + 2) on fits anything.
  static let largestTotal = 10_000

  private struct Entry {
    let cell: Cell
    let share: PrintedShare
  }

  /// The cells with a usable rate.
  private let entries: [Entry]
  private let doses: [Double]

  init(study: PublishedStudy) {
    entries = study.cells.compactMap { cell in
      PrintedShare(cell.printed).map { Entry(cell: cell, share: $0) }
    }
    doses = study.design.doses
  }

  /// The row of one edition: `cells` share edition, benchmark and configuration, ascending dose.
  func row(of cells: [Cell], isDropped: Bool) -> DoseRow {
    let first = cells[0]
    let own = entries.filter {
      $0.cell.version == first.version && $0.cell.benchmark == first.benchmark
        && $0.cell.configuration == first.configuration
    }.sorted { $0.cell.dose < $1.cell.dose }
    let open = own.filter { $0.cell.statedCount == nil }
    let feasible = Self.feasibleTotals(open.isEmpty ? own : open)
    let (total, basis) = resolve(own: own, open: open, feasible: feasible)
    let points = own.compactMap { entry -> DoseRow.Point? in
      guard let total = entry.cell.statedCount ?? total,
        let successes = entry.share.count(over: total)
      else { return nil }
      return DoseRow.Point(
        dose: entry.cell.dose, successes: successes, total: total, cell: entry.cell)
    }
    let printed = own.map(\.cell.dose)
    return DoseRow(
      benchmark: first.benchmark, configuration: first.configuration, version: first.version,
      isDropped: isDropped, points: points, basis: basis, feasibleTotals: feasible,
      printedDoses: printed, missingDoses: doses.filter { !printed.contains($0) })
  }

  private static func fits(_ entries: [Entry], _ total: Int) -> Bool {
    entries.allSatisfy { $0.share.counts(over: total) != nil }
  }

  /// Every n up to ``listedTotals`` that fits; when there is none, the smallest beyond, alone.
  private static func feasibleTotals(_ entries: [Entry]) -> [Int] {
    guard !entries.isEmpty else { return [] }
    let listed = (1...listedTotals).filter { fits(entries, $0) }
    guard listed.isEmpty else { return listed }
    return smallestTotal(entries, from: listedTotals + 1).map { [$0] } ?? []
  }

  private static func smallestTotal(_ entries: [Entry], from first: Int) -> Int? {
    let universal = entries.map(\.share.coarsestUniversalTotal).max() ?? 1
    let last = min(universal, largestTotal)
    return first <= last ? (first...last).first { fits(entries, $0) } : nil
  }

  private func resolve(
    own: [Entry], open: [Entry], feasible: [Int]
  ) -> (total: Int?, basis: DoseRow.CountBasis) {
    guard let first = own.first?.cell else { return (nil, .none) }
    if open.isEmpty { return (nil, .stated) }
    let stated = Set(own.compactMap(\.cell.statedCount))
    if stated.count == 1, let total = stated.first, Self.fits(open, total) {
      return (total, .otherDoses)
    }
    let benchmark = entries.filter { $0.cell.benchmark == first.benchmark }
    for other in benchmark where other.cell.configuration != first.configuration {
      guard let total = other.cell.statedCount, Self.fits(open, total) else { continue }
      return (total, .sameAs(configuration: other.cell.configuration))
    }
    let unstated = benchmark.filter { $0.cell.statedCount == nil }
    let joint =
      feasible.first { Self.fits(unstated, $0) }
      ?? (feasible.last.map { $0 > Self.listedTotals } ?? false
        ? Self.smallestTotal(unstated, from: Self.listedTotals + 1) : nil)
    guard let total = joint ?? feasible.first else { return (nil, .none) }
    return (total, .smallestFeasible)
  }
}
