/// Where a method does not do what its name promises, found in the rows themselves: a report of a
/// calibration must show this, and not only that the numbers are reproduced.
extension ValidationReport {
  public enum Weakness: String, Hashable, Sendable, CaseIterable {
    /// Rejects without an effect clearly more often than 5 %.
    case tooLiberal
    /// Rejects without an effect clearly less often than 5 %: power is lost.
    case tooConservative
    /// Covers clearly less often than 95 %.
    case underCovers
    /// Reports order where the true curve turns around.
    case ordersNonMonotone
  }

  /// Size above which a test is called liberal, below which conservative; coverage below which an
  /// interval is called short.
  public static let liberalSize = 0.06
  public static let conservativeSize = 0.03
  public static let shortCoverage = 0.93

  /// The rows that show a weakness, in the order of the study.
  public func rows(showing weakness: Weakness) -> [ValidationRow] {
    rows.filter { row in
      switch (weakness, row.group) {
      case (.tooLiberal, .size): row.observed > Self.liberalSize
      case (.tooConservative, .size): row.observed < Self.conservativeSize
      case (.underCovers, .coverage): row.observed < Self.shortCoverage
      case (.ordersNonMonotone, .power):
        row.method.hasPrefix("T01") && row.observed > Self.liberalSize
          && (row.scenario.hasPrefix("inv-U") || row.scenario.hasPrefix("V "))
      default: false
      }
    }
  }
}
