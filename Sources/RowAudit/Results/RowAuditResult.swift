public import Audit
public import RawStore
public import Study

/// Everything that an audit of item-level rows found. Report, JSON and exit code are made from this
/// and nothing else.
public struct RowAuditResult: Sendable {
  /// Counts of the table that the report prints.
  public struct Outline: Hashable, Sendable {
    public let study: String
    public let contentHash: String
    public let sources: [RowSource]
    public let armCount: Int
    public let itemCount: Int
    public let outcomeCount: Int
    public let detectionRowCount: Int
    public let sampleCount: Int
  }

  public let outline: Outline
  public let settings: RowAuditSettings
  public let curves: [DoseCurve]
  public let envelopes: [ControlEnvelope]
  public let unscored: [UnscoredCurve]
  public let noOpChecks: [NoOpCurveCheck]
  public let noOpPairs: [NoOpPair]
  public let replications: [Replication]
  public let detection: [DetectionAnalysis]
  public let retests: [JudgeRetest]
  public let judges: [JudgeComparison]
  public let funnels: [ConsistencyFunnel]
  public let overlaps: [SplitOverlap]
  public let layers: [LayerProfile]
  public let specifications: [SpecificationSet]
  /// Where the tokens of the training responses went; `nil` without a record of it.
  public let routing: RoutingFigures?
  /// Title of the plan that the rows are audited under.
  public let planTitle: String?
  /// Title and citation of the publication, when its figures were audited.
  public let publication: (title: String, citation: String)?
  public let figures: [FigureResult]
  /// When the rows were made, beside the lock of the plan; `nil` without a lock.
  public let timing: StudyLock.RowTiming?
  /// The moment of the lock; `nil` without one.
  public let lockedAt: UTCTime?
  /// The registered tests of a plan with their verdicts, in its order; empty without a plan.
  public let hypotheses: [HypothesisResult]
  /// Every analysis with its status of registration.
  public let analyses: [HypothesisResult]
  /// By rule, then in the order of the rows.
  public let findings: [Finding]
}
