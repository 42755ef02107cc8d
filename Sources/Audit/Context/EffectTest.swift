import Statistics
import Study

/// The test behind a claim of an effect in one row: two named doses, or the whole row.
///
/// A pair of doses was chosen among the pairs of the row, and the row among those of its edition, so
/// the p is adjusted for both choices. Unpaired.
struct EffectTest: Sendable {
  let row: DoseRow
  /// With all of its doses.
  private let whole: DoseRow
  /// The doses compared; highest against lowest where the claim names none.
  let contrast: CountContrast
  /// Before any adjustment.
  let pValue: Double
  let method: String
  /// Pairs of doses of the whole row, when two doses are compared.
  let pairCount: Int
  /// Adjusted for the choice of the pair.
  let rowP: Double
  /// Rows of the edition that could have been claimed on.
  let rowCount: Int
  /// Adjusted for the choice of the row as well.
  let adjusted: Double

  var key: String { row.editionID + " " + contrast.dosesText + " " + method }

  init(claim: Claim, row: DoseRow, context: StudyContext) {
    let edition = context.editionRows.filter { $0.version == row.version && $0.isTestable }
    let whole = edition.first { $0.id == row.id } ?? row
    func named(_ key: String) -> DoseRow.Point? {
      claim.values[key]?.value.flatMap { whole.point(at: $0) }
    }
    self.row = row
    self.whole = whole
    if let from = named("from-dose"), let to = named("to-dose") {
      contrast = CountContrast(from: from, to: to)
    } else {
      contrast = row.contrast
    }
    let isPair = row.points.count == 2 || claim.values["from-dose"] != nil
    if isPair {
      pairCount = whole.contrasts.count
      pValue = contrast.fisherPValue
      rowP = min(1, pValue * Double(pairCount))
      method = "Fisher's exact test, two-sided"
    } else {
      pairCount = 0
      pValue = Self.smallerP(row)
      rowP = Self.signalP(row)
      method = "smaller of trend and homogeneity"
    }
    let others = edition.filter { $0.id != row.id }
    rowCount = others.count + 1
    adjusted = PValueAdjustment.holm.adjust([rowP] + others.map(Self.signalP))[0]
  }

  /// Trend or any difference over the doses, doubled for the choice between them.
  private static func signalP(_ row: DoseRow) -> Double {
    row.points.count == 2 ? row.contrast.fisherPValue : min(1, 2 * smallerP(row))
  }

  private static func smallerP(_ row: DoseRow) -> Double {
    min(row.decisiveTrendP, CountHomogeneity(points: row.points).pValue)
  }

  func verdict(_ context: StudyContext) -> Verdict {
    let level = context.settings.level
    if adjusted < level { return .supported }
    let isFlat = row.contrasts.allSatisfy {
      $0.smallestMargin(level: level) < context.equivalenceMargin
    }
    return isFlat ? .equivalent : .inconclusive
  }

  func evidence(_ place: String, _ context: StudyContext) -> [String: Evidence] {
    [
      "row-" + place: .text(context.name(of: whole), "row", sources: row.sources),
      "n-" + place: row.countEvidence,
      "doses-" + place: .text(contrast.dosesText, "doses compared", sources: contrast.sources),
      "difference-" + place: contrast.evidence("change on \(row.id), dose \(contrast.dosesText)"),
      "p-" + place: .number(
        pValue, .pStatement, "test of the claimed effect on \(row.id)", method: method,
        sources: row.sources),
      "pairs-" + place: .count(pairCount, "pairs of doses of the row"),
      "p-row-" + place: .number(
        rowP, .pStatement, "the same, adjusted within the row",
        method: pairCount > 0 ? "Bonferroni over the pairs" : "doubled", sources: row.sources),
      "rows-" + place: .count(rowCount, "rows of the edition with counts"),
      "p-holm-" + place: .number(
        adjusted, .pStatement, "the same, Holm over the rows of the edition", method: "Holm"),
    ]
  }
}
