/// Whether an analysis was planned before the data.
public enum PlanStanding: Hashable, Sendable {
  /// In the lock, and nothing that it rests on has changed.
  case registered
  /// In the lock, but it or what it rests on is done otherwise.
  case deviation([Reason])
  /// Not in the lock, or there is none: shapes in words, no hypothesis verdict.
  case exploratory(Exploratory)

  public enum Reason: Hashable, Sendable {
    /// The plan was changed after the lock.
    case changed(PlanDifference)
    /// The authors say so: the id of a declared deviation.
    case declared(String)
  }

  public enum Exploratory: String, Hashable, Sendable, CaseIterable {
    case noLock = "no plan was locked"
    case notInLock = "the locked plan does not hold this hypothesis"
  }

  /// `registered`, `deviation` or `exploratory`.
  public var word: String {
    switch self {
    case .registered: "registered"
    case .deviation: "deviation"
    case .exploratory: "exploratory"
    }
  }

  /// Whether a confirmatory verdict may be given without withholding or qualification.
  public var isConfirmatory: Bool { self == .registered }
}
