/// Where a row came from: `path:line`.
public struct RowPlace: Hashable, Sendable, CustomStringConvertible {
  public let path: String
  /// 1-based.
  public let line: Int

  public init(path: String, line: Int) {
    self.path = path
    self.line = line
  }

  public var description: String { "\(path):\(line)" }
}

/// Two rows that say different things about the same cell.
public struct RowConflict: Hashable, Sendable, CustomStringConvertible {
  /// The cell in words, for example `item tc_1, dose 1.5 of faitheval · default · h-neurons`.
  public let subject: String
  public let earlier: RowPlace
  /// What the earlier row says.
  public let earlierValue: String
  public let later: RowPlace
  public let laterValue: String

  public init(
    subject: String, earlier: RowPlace, earlierValue: String, later: RowPlace, laterValue: String
  ) {
    self.subject = subject
    self.earlier = earlier
    self.earlierValue = earlierValue
    self.later = later
    self.laterValue = laterValue
  }

  public var description: String {
    "\(subject): \(earlier) says \(earlierValue), \(later) says \(laterValue)"
  }
}
