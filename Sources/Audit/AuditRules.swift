/// Every rule, in the order of their identifiers.
public enum AuditRules {
  public static let all: [any AuditRule.Type] = [
    GrimRule.self, ArithmeticRule.self, BaselineDefinitionRule.self, MissingCellRule.self,
    DroppedRowRule.self, SelectiveSummaryRule.self, MonotonicityRule.self, NoiseClaimRule.self,
    PowerRule.self, AbsenceOfEvidenceRule.self, SignificantVersusNotRule.self,
    NoOpAnchorRule.self,

    MultiplicityRule.self, PVariantRule.self, UnitOfAnalysisRule.self,
    PriorShiftInvarianceRule.self, FeasibleConfusionRule.self, SingleDrawBaselineRule.self,
    GridEdgeRule.self, UnitMismatchRule.self, ContradictionRule.self, ExternalFactRule.self,
    RangeStatementRule.self, UnknownCountRule.self, ImpreciseNumberRule.self,
    PatternBaseRateRule.self, SelectionFilterRule.self, JudgeValidationRule.self,
    DependenceUnknownRule.self, ClaimScopeRule.self, DenominatorChoiceRule.self,
    BelowMajorityRule.self, SharedEnrichmentRule.self, PairedBaselineRule.self,
  ]
}
