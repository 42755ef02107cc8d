/// The closed vocabulary of verdicts on hypotheses and claims. Never "significant".
public enum Verdict: String, Hashable, Sendable, CaseIterable {
  /// The interval excludes no effect on the predicted side and meets the rule of the plan.
  case supported
  /// The opposite is supported, or the falsification rule fired.
  case refuted
  /// The 90 % interval lies inside the margin (two one-sided tests).
  case equivalent
  /// Neither shown nor excluded.
  case inconclusive
  /// Too few data, or an outcome-neutral check failed.
  case notTestable = "not testable"

  /// When several findings bear on one claim, the one that says most against it counts.
  public var precedence: Int {
    switch self {
    case .refuted: 4
    case .inconclusive: 3
    case .notTestable: 2
    case .equivalent: 1
    case .supported: 0
    }
  }
}

/// How a test came into the report.
public enum RegistrationStatus: String, Hashable, Sendable, CaseIterable {
  case registered, deviation, exploratory
}

/// How grave a finding is.
public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
  case info, minor, major, critical

  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
