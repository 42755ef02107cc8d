import Statistics
import Study

/// What one row of the regularisation grid was evaluated on: the kind of row and how many.
///
/// An item gives one row, or two when the other tokens of every response are rows of their own
/// (wrong-answer rows against all others). The printed accuracy of a model without weights is the
/// majority share and tells which.
struct GridSplit: Sendable {
  enum Unit: String, Sendable { case item, row }

  /// Held-out share when the study states none; an assumption.
  static let assumedShare = 0.2

  let unit: Unit
  /// Whether the study says so, or the majority accuracy does.
  let isUnitStated: Bool
  /// Evaluated rows, and the positives among them in proportion to the whole.
  let total: Int
  let positives: Int
  let isShareStated: Bool
  /// Rows of the whole data set and its share of positives.
  let wholeTotal: Int
  let positiveShare: Double
  /// The accuracy printed for a model without weights.
  let majority: PrintedNumber?

  init?(_ study: PublishedStudy) {
    guard let right = study.sampling?.alwaysRight, let wrong = study.sampling?.alwaysWrong,
      right > 0, wrong > 0
    else { return nil }
    majority = study.grid.first { $0.nonzero == 0 && $0.accuracy?.exactValue != nil }?.accuracy
    let items = right + wrong
    let byItem = Double(max(right, wrong)) / Double(items)
    let byRow = 1 - Double(wrong) / Double(2 * items)
    if let stated = study.classifier?.evaluationUnit.flatMap(Unit.init) {
      unit = stated
      isUnitStated = true
    } else if let printed = majority?.proportion {
      // A held-out split may miss the share of the whole by a percentage point.
      let fits = [(Unit.item, byItem), (.row, byRow)].filter { abs($0.1 - printed) < 0.01 }
      guard fits.count == 1 else { return nil }
      unit = fits[0].0
      isUnitStated = false
    } else {
      return nil
    }
    wholeTotal = unit == .item ? items : 2 * items
    positiveShare = Double(wrong) / Double(wholeTotal)
    isShareStated = study.classifier?.heldOutShare != nil
    let share = study.classifier?.heldOutShare ?? Self.assumedShare
    guard share > 0, share <= 1 else { return nil }
    total = Int((share * Double(wholeTotal)).rounded())
    positives = Int((positiveShare * Double(total)).rounded())
  }

  /// n of the grid with its basis, for sentences.
  var totalNote: String {
    isShareStated
      ? "\(total)" : "\(total) (assumed: a fifth of the \(wholeTotal) \(unit.rawValue)s)"
  }
}
