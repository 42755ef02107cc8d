/// The auditor's own settings, kept apart from what the study states. Defaults of `statistics.md`.
public struct AuditorChoices: Hashable, Sendable {
  /// Two-sided test level.
  public let level: Double
  /// Coverage of intervals.
  public let confidenceLevel: Double
  /// In percentage points; used when the study registered none.
  public let equivalenceMargin: Double
  /// Power at which a minimal detectable effect is quoted.
  public let powerTarget: Double
  /// Seed of every simulation in the audit.
  public let seed: UInt64
  /// Remarks from outside knowledge, never computed.
  public let reviewerNotes: [ReviewerNote]

  public init(
    level: Double = 0.05,
    confidenceLevel: Double = 0.95,
    equivalenceMargin: Double = 10,
    powerTarget: Double = 0.8,
    seed: UInt64 = 20_260_101,
    reviewerNotes: [ReviewerNote] = []
  ) {
    self.level = level
    self.confidenceLevel = confidenceLevel
    self.equivalenceMargin = equivalenceMargin
    self.powerTarget = powerTarget
    self.seed = seed
    self.reviewerNotes = reviewerNotes
  }
}
