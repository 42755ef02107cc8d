/// How the detector is fitted: rows, features, grid, choice.
public struct ClassifierPlan: Hashable, Sendable {
  public enum Rows: String, Hashable, Sendable, CaseIterable {
    /// Wrong-answer rows against right-answer rows and both other-token rows.
    case threeVersusOne = "3-vs-1"
    /// Wrong-answer against right-answer rows.
    case oneVersusOne = "1-vs-1"
  }

  public enum Selection: String, Hashable, Sendable, CaseIterable {
    case logLoss = "log-loss"
    case auroc, accuracy
    case oneStandardError = "one-standard-error"
  }

  public enum Intercept: String, Hashable, Sendable, CaseIterable { case free, penalised }
  public enum ClassWeight: String, Hashable, Sendable, CaseIterable { case none, balanced }

  public enum Scale: String, Hashable, Sendable, CaseIterable {
    case none
    case maxAbs = "max-abs"
    case z
  }

  public enum Denominator: String, Hashable, Sendable, CaseIterable {
    case block, expert, residual
  }

  public enum OtherRegion: String, Hashable, Sendable, CaseIterable {
    case promptAndResponse = "prompt-and-response"
    case response
  }

  public let rows: Rows
  /// Ascending.
  public let costs: [Double]
  public let foldCount: Int
  public let selection: Selection
  public let intercept: Intercept
  public let classWeight: ClassWeight
  public let scale: Scale
  public let denominator: Denominator
  public let includesGate: Bool
  public let otherRegion: OtherRegion
  public let stabilityResampleCount: Int
}
