/// What became of one item: `true`, `false`, or unscored with the class of failure. Unscored is
/// never `false`.
public enum Outcome: Hashable, Sendable, CustomStringConvertible {
  case scored(Bool)
  /// For example `parse-failure`, `error`, `not-judged`.
  case unscored(String)

  /// `true`, `false` or the class of failure.
  public var description: String {
    switch self {
    case .scored(let value): value ? "true" : "false"
    case .unscored(let failure): failure
    }
  }
}
