public import Audit

/// A verdict as shape and word; colour only repeats it.
public enum ClaimMark: String, Hashable, Sendable, CaseIterable {
  case supported, refuted, equivalent, inconclusive
  case notTestable = "not testable"
  case exploratory

  public init(_ verdict: Verdict) {
    switch verdict {
    case .supported: self = .supported
    case .refuted: self = .refuted
    case .equivalent: self = .equivalent
    case .inconclusive: self = .inconclusive
    case .notTestable: self = .notTestable
    }
  }

  /// The shape, from `reports.md`: it reads without colour.
  public var shape: String {
    switch self {
    case .supported: "●"
    case .refuted: "✕"
    case .equivalent: "◎"
    case .inconclusive: "○"
    case .notTestable: "–"
    case .exploratory: "◇"
    }
  }

  /// The definition printed in the report.
  public var definition: String {
    switch self {
    case .supported: "The data show it, by the rule that is named beside it."
    case .refuted: "The data show the opposite, or a check that it must pass fails."
    case .equivalent:
      "The 90% interval lies inside the margin: shown to be small (two one-sided tests)."
    case .inconclusive: "Neither shown nor excluded by these data."
    case .notTestable: "The data that would be needed are missing."
    case .exploratory: "Not registered beforehand; described, never given a verdict."
    }
  }
}
