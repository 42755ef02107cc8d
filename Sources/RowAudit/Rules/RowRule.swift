public import Audit
import Statistics

/// A general rule that reads the analyses of item-level rows and reports what it found; the
/// counterpart of ``AuditRule`` for rows.
protocol RowRule: Sendable {
  static var id: RuleID { get }
  static var question: String { get }
  static var needs: String { get }
  static var method: String { get }

  init()

  /// Findings in the order of the rows; ids are unique within the rule.
  func evaluate(_ context: RowContext) -> [Finding]
}

/// What a row rule does, for the methods section.
public struct RowRuleDescription: Hashable, Sendable {
  public let id: RuleID
  public let question: String
  public let needs: String
  public let method: String
}

/// The row rules, in the order of their identifiers.
public enum RowRules {
  static let all: [any RowRule.Type] = [
    NoOpCurveRule.self, NoOpFlipsRule.self, UnscoredTrendRule.self, JudgeRetestRule.self,
    SplitLeakageRule.self, ControlSpecificityRule.self, HiddenShapeRule.self,
    RandomDetectorsRule.self, LengthConfoundRule.self, ThresholdPlacementRule.self,
    PriorShiftRule.self, MissingRowsRule.self, ConfigurationInteractionRule.self,
    RowLedgerRule.self, ConsistencyFilterRule.self, CalibrationRule.self,
  ]

  public static let descriptions: [RowRuleDescription] =
    (all.map {
      RowRuleDescription(id: $0.id, question: $0.question, needs: $0.needs, method: $0.method)
    } + [FigureFindings.description]).sorted { $0.id < $1.id }
}

extension Finding {
  /// A rule that had nothing to look at.
  static func absent(_ rule: RuleID, _ title: Prose, _ reason: String) -> Finding {
    Finding(
      rule: rule, subject: "",
      status: .notRun(.init(.notReported, reason)), title: title,
      sentence: "Not checked: {reason}.", evidence: ["reason": .text(reason, "reason")])
  }
}
