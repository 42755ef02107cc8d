import Audit

extension ReportTable {
  /// The closed list of verdicts with their marks, as every report defines it.
  static func verdictWords(caption: String) -> ReportTable {
    ReportTable(
      id: "verdict-words", caption: caption,
      columns: [.init("Mark"), .init("Word"), .init("Meaning")],
      rows: ClaimMark.allCases.map {
        [RichText($0.shape), RichText($0.rawValue), RichText($0.definition)]
      }, source: "Referee")
  }
}
