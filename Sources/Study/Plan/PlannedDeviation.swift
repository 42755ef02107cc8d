/// A deviation from the locked plan, as its authors tell it.
public struct PlannedDeviation: Hashable, Sendable, Identifiable {
  public enum Time: String, Hashable, Sendable, CaseIterable {
    case beforeData = "before-data"
    case afterData = "after-data"
  }

  public let id: String
  public let planned: String
  public let done: String
  public let decided: Time
  public let reason: String
  public let impact: String?
  /// Ids of the hypotheses that it touches.
  public let hypotheses: [String]
}
