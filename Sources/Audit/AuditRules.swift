/// Every rule, in the order of their identifiers.
public enum AuditRules {
  public static let all: [any AuditRule.Type] = [
    GrimRule.self, ArithmeticRule.self, MissingCellRule.self, DroppedRowRule.self,
    SelectiveSummaryRule.self, MonotonicityRule.self, NoiseClaimRule.self,
    AbsenceOfEvidenceRule.self, NoOpAnchorRule.self,
  ]
}
