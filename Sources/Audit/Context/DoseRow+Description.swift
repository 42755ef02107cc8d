public import Study

extension DoseRow {
  public var sources: [SourceReference] { points.map(\.cell.source) }
  public var doses: [Double] { points.map(\.dose) }
  public var successes: [Int] { points.map(\.successes) }
  public var totals: [Int] { points.map(\.total) }

  /// n is not the text's word for at least one dose.
  public var isCountInferred: Bool { basis != .stated }

  /// `V1/FalseQA/A`.
  public var editionID: String { "\(version)/\(id)" }

  public func point(at dose: Double) -> Point? { points.first { $0.dose == dose } }

  /// The same row with fewer doses.
  func restricted(to isIncluded: (Double) -> Bool) -> DoseRow {
    guard !printedDoses.allSatisfy(isIncluded) else { return self }
    return DoseRow(
      benchmark: benchmark, configuration: configuration, version: version,
      isDropped: isDropped, points: points.filter { isIncluded($0.dose) }, basis: basis,
      feasibleTotals: feasibleTotals, printedDoses: printedDoses.filter(isIncluded),
      missingDoses: missingDoses)
  }

  /// "40" or "40 to 60": n over the doses.
  var totalsText: String {
    guard let low = totals.min(), let high = totals.max() else { return "" }
    return low == high ? "\(low)" : "\(low) to \(high)"
  }

  /// n with its basis, for sentences: "40 (stated)".
  var countNote: String {
    switch basis {
    case .stated: "\(totalsText) (stated)"
    case .otherDoses: "\(totalsText) (n inferred: stated at other doses, fits the rates)"
    case .sameAs(let configuration):
      "\(totalsText) (n inferred: stated for configuration \(configuration), fits the rates)"
    case .smallestFeasible: "\(totalsText) (n inferred: the smallest that fits the rates)"
    case .none: "unknown"
    }
  }

  /// n of the row as evidence.
  var countEvidence: Evidence {
    .text(countNote, "n per dose of \(id), and where it comes from", sources: sources)
  }
}

extension DoseRow.Point {
  /// "27 of 100 at dose 1".
  var countText: String {
    "\(successes) of \(total) at dose \(PrintedNumber.text(of: dose))"
  }
}
