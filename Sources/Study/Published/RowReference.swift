/// A pattern that names rows of a study's tables: `cells/V2/FalseQA/*/1`.
///
/// | table | segments |
/// |---|---|
/// | `cells` | version / benchmark / configuration / dose |
/// | `detection` | dataset |
/// | `grid` | C |
/// | `neurons` | set / kind, or set / kind / `layer` / number, or set / kind / `attention` / word |
/// | `summaries`, `tests`, `validations`, `arithmetic` | id |
/// | `liveness` | from-dose / to-dose |
///
/// `*` stands for any one segment, a last `**` for any number of them. Doses and C are compared
/// as numbers (`1` and `1.0` are the same row).
public struct RowReference: Hashable, Sendable, CustomStringConvertible {
  public enum Table: String, Hashable, Sendable, CaseIterable {
    case cells, detection, grid, neurons, summaries, tests, validations, arithmetic, liveness

    /// `cells.csv`.
    public var fileName: String { rawValue + ".csv" }
  }

  public let table: Table
  public let segments: [String]

  /// - Returns: `nil` when the text names no table or has an empty segment.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, let table = Table(rawValue: parts[0]),
      parts.allSatisfy({ !$0.isEmpty }), !parts.dropLast().contains("**")
    else { return nil }
    self.table = table
    segments = Array(parts.dropFirst())
  }

  public var description: String { ([table.rawValue] + segments).joined(separator: "/") }

  /// Whether the pattern names the row whose identifier has these segments.
  func matches(_ row: [String]) -> Bool {
    var pattern = segments[...]
    if pattern.last == "**" {
      pattern = pattern.dropLast()
      guard row.count > pattern.count else { return false }
    } else {
      guard row.count == pattern.count else { return false }
    }
    return zip(pattern, row).allSatisfy { want, have in
      want == "*" || want == have || Self.isSameNumber(want, have)
    }
  }

  /// `1.0` and `1`. Names that happen to be numbers ("7" and "7.0" as benchmarks) are too rare to
  /// need a rule per table.
  private static func isSameNumber(_ left: String, _ right: String) -> Bool {
    guard let a = Double(left), let b = Double(right) else { return false }
    return a == b
  }
}
