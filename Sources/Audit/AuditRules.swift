/// Every rule, in the order of their identifiers.
public enum AuditRules {
  public static let all: [any AuditRule.Type] = [
    ArithmeticRule.self, MissingCellRule.self, DroppedRowRule.self,
  ]
}
