/// The declared choices of a row-level audit; every one is printed in the report.
public struct RowAuditSettings: Hashable, Sendable {
  /// Two-sided test level.
  public var level = 0.05
  public var confidenceLevel = 0.95
  /// In percentage points.
  public var equivalenceMargin = 5.0
  public var resampleCount = 10_000
  public var permutationCount = 9_999
  public var seed: UInt64 = 20_260_101

  public init() {}
}
