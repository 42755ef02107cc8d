import Statistics
import Study

/// R19: is the chosen penalty at the edge of its grid?
public struct GridEdgeRule: AuditRule {
  public static let id = RuleID.gridEdge
  public static let question = "Is the chosen penalty at the edge of its grid?"
  public static let needs = "A regularisation grid with accuracy or AUROC at every point."
  public static let method =
    "The best grid point by AUROC, then by accuracy; it fires when it is the first or last point."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let grid = context.study.grid.filter { $0.auroc?.exactValue != nil }
      .sorted { $0.inversePenalty < $1.inversePenalty }
    guard let first = grid.first, let last = grid.last, grid.count > 1 else {
      return [.notRun(Self.id, .notReported, "no regularisation grid with AUROC is reported")]
    }
    let stated = context.study.classifier?.selectedC
    let chosen = grid.first { $0.inversePenalty == stated } ?? Self.best(of: grid)
    let edge = chosen == last ? last : chosen == first ? first : nil
    let neighbour = chosen == last ? grid[grid.count - 2] : grid[1]
    var evidence: [String: Evidence] = [
      "chosen": penalty(chosen, "chosen inverse penalty C"),
      "lowest": penalty(first, "smallest C"),
      "highest": penalty(last, "largest C"),
      "neighbour": penalty(neighbour, "C next to the chosen one"),
    ]
    for (key, row) in [("chosen", chosen), ("neighbour", neighbour)] {
      evidence[key + "-auroc"] = row.auroc?.exactValue.map {
        .number($0, .decimal(3), "AUROC at the \(key) C", sources: [row.source])
      }
      evidence[key + "-accuracy"] = row.accuracy?.proportion.map {
        .number($0, .percent, "accuracy at the \(key) C", sources: [row.source])
      }
    }
    let improves =
      (chosen.auroc?.exactValue ?? 0) > (neighbour.auroc?.exactValue ?? 0)
      || (chosen.accuracy?.proportion ?? 0) > (neighbour.accuracy?.proportion ?? 0)
    guard edge != nil, improves else {
      return [
        Finding(
          rule: Self.id, subject: "", status: .passed,
          title: edge == nil
            ? "The chosen penalty lies inside its grid"
            : "The chosen penalty is the edge of its grid, but the fit does not improve towards it",
          sentence: edge == nil
            ? "C = {chosen} lies inside the grid from {lowest} to {highest}."
            : "C = {chosen} is an end of the grid from {lowest} to {highest}, and neither AUROC nor "
              + "accuracy is better than at C = {neighbour}.",
          evidence: evidence)
      ]
    }
    let selection = context.study.classifier?.selectionData
    evidence["selection"] = .text(selection ?? "unstated", "data on which C was chosen")
    let accuracy =
      evidence["chosen-accuracy"] == nil || evidence["neighbour-accuracy"] == nil
      ? "" : " and accuracy from {neighbour-accuracy} to {chosen-accuracy}"
    return [
      Finding(
        rule: Self.id, subject: "", status: .fired(.minor),
        title: "The chosen penalty is the edge of its grid",
        sentence: Prose(
          """
          C = {chosen} is an end of the grid from {lowest} to {highest}, and the fit still improves \
          towards it: from C = {neighbour}, AUROC goes from {neighbour-auroc} to {chosen-auroc}\
          \(accuracy).
          """),
        remedy: """
          Extend the grid until the best point is inside it, and quote the AUROC of data that did \
          not choose C (chosen on: {selection}); the AUROC of the choosing split is optimistic.
          """,
        evidence: evidence)
    ]
  }

  private func penalty(_ row: GridRow, _ label: String) -> Evidence {
    .text(PrintedNumber.text(of: row.inversePenalty), label, sources: [row.source])
  }

  /// The last of the points that no other beats, so that a plateau counts as its right end.
  private static func best(of grid: [GridRow]) -> GridRow {
    grid.dropFirst().reduce(grid[0]) { best, row in
      let difference = (row.auroc?.exactValue ?? 0) - (best.auroc?.exactValue ?? 0)
      if difference != 0 { return difference > 0 ? row : best }
      return (row.accuracy?.proportion ?? 0) >= (best.accuracy?.proportion ?? 0) ? row : best
    }
  }
}
