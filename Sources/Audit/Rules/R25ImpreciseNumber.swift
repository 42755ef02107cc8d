import Statistics
import Study

/// R25: is every cell a number?
public struct ImpreciseNumberRule: AuditRule {
  public static let id = RuleID.impreciseNumber
  public static let question = "Is every cell a number?"
  public static let needs = "Cells of rates."
  public static let method =
    "Cells marked as approximate; the upper end of the Wilson interval (1927) of the nearest count "
    + "over the n of the row shows what they leave open."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let cells = context.study.cells
    guard !cells.isEmpty else {
      return [.notRun(Self.id, .notReported, "the study prints no cells")]
    }
    let imprecise = cells.filter { $0.printed.kind == .approximate }
    guard !imprecise.isEmpty else {
      return [
        Finding(
          rule: Self.id, subject: "", status: .passed, title: "Every printed cell is a number",
          sentence: "All {cells} cells are plain numbers or marked as missing.",
          evidence: ["cells": .count(cells.count, "cells")])
      ]
    }
    return imprecise.map { finding($0, context) }
  }

  private func finding(_ cell: Cell, _ context: StudyContext) -> Finding {
    let sources = [cell.source]
    var evidence: [String: Evidence] = [
      "cell": .text(cell.id, "cell", sources: sources),
      "printed": .text(cell.printed.text, "as printed", sources: sources),
    ]
    var sentence: Prose = "{cell} is printed as “{printed}”, which is not a count."
    let row = context.row(benchmark: cell.benchmark, configuration: cell.configuration)
    if let total = cell.statedCount ?? row?.commonTotal, let rate = cell.printed.roughProportion,
      (0...1).contains(rate)
    {
      let count = Int((rate * Double(total)).rounded())
      if let nearest = try? Proportion(successes: count, trials: total) {
        let interval = nearest.wilsonInterval(confidenceLevel: context.settings.confidenceLevel)
        evidence["count"] = .count(count, "nearest count", sources: sources)
        evidence["n"] = .text(
          cell.statedCount.map { "\($0) (stated)" } ?? row?.countNote ?? "", "n",
          sources: sources + (row?.sources ?? []))
        evidence["upper"] = .number(
          interval.upper, .percent, "upper end of the interval of the nearest count",
          method: interval.method.rawValue, sources: sources)
        sentence = """
          {cell} is printed as “{printed}”, which is not a count. Even {count} of n = {n} would \
          leave rates up to {upper} open.
          """
      }
    }
    return Finding(
      rule: Self.id, subject: cell.id, status: .fired(.minor),
      title: "{cell} is not a number", sentence: sentence, remedy: "Print the count and n.",
      evidence: evidence)
  }
}
