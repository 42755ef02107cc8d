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
  /// The dose at which the hooked model equals the untouched one.
  public var noOpDose = 1.0
  /// The weight format of each configuration, where a plan states it: within one format levels
  /// must agree at the no-op dose, between formats they may differ.
  public var weightFormats: [String: String] = [:]
  /// Folds and repeats of the cross-fitted threshold.
  public var foldCount = 5
  public var repeatCount = 20

  public init() {}

  /// The margin as a difference of proportions.
  var margin: Double { equivalenceMargin / 100 }
}
