import Audit
import Charts
import Statistics
import Study

/// How rates of the study are written and drawn, the same in every section.
extension PublishedStudyReport {
  /// Benchmarks with rates, in the order of the design.
  var benchmarkNames: [String] {
    var names: [String] = []
    for row in result.rows where !names.contains(row.benchmark) { names.append(row.benchmark) }
    return names
  }

  /// The endpoint with a capital, when all benchmarks share one.
  var measureName: String {
    let endpoints = Set(
      result.study.design.benchmarks.filter { benchmarkNames.contains($0.id) }.map(\.endpoint))
    guard endpoints.count == 1, let endpoint = endpoints.first else { return "Rate" }
    return endpoint.prefix(1).uppercased() + endpoint.dropFirst()
  }

  func wilson(_ point: DoseRow.Point) throws -> Interval {
    try Proportion(successes: point.successes, trials: point.total).wilsonInterval()
  }

  static func difference(
    _ later: DoseRow.Point, _ earlier: DoseRow.Point
  ) throws -> UnpairedDifference {
    UnpairedDifference(
      try Proportion(successes: later.successes, trials: later.total),
      try Proportion(successes: earlier.successes, trials: earlier.total))
  }

  /// In percent, with its Wilson interval.
  func plotted(_ point: DoseRow.Point) throws -> PlottedEstimate {
    let interval = try wilson(point).scaled(by: 100)
    return PlottedEstimate(100 * point.rate, lower: interval.lower, upper: interval.upper)
  }

  // MARK: - Table cells, each with its source

  func dose(_ point: DoseRow.Point) -> RichText {
    .sourced(PrintedNumber.text(of: point.dose), "cells/\(point.cell.id).dose")
  }

  func counts(_ point: DoseRow.Point) -> RichText {
    .sourced(
      "\(NumberStyle.count.text(Double(point.successes))) of "
        + NumberStyle.count.text(Double(point.total)), "cells/\(point.cell.id).count")
  }

  func rate(_ point: DoseRow.Point) throws -> RichText {
    .sourced(
      NumberStyle.percent.text(point.rate) + " "
        + NumberStyle.percent.text(try wilson(point)),
      "cells/\(point.cell.id).rate")
  }

  func printed(_ number: PrintedNumber?, _ source: String) -> RichText {
    guard let number, !number.text.isEmpty else { return "–" }
    return .sourced(number.text, source)
  }
}
