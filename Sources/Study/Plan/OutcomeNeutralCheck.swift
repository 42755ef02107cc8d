/// A check that no outcome of the study can influence; a failed one makes what rests on it not
/// testable.
public struct OutcomeNeutralCheck: Hashable, Sendable, Identifiable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// α = 1 equals the untouched model bit for bit.
    case noOpExact = "no-op-exact"
    /// Largest logit difference between implementations on the same weights.
    case implementationsAgree = "implementations-agree"
    /// Largest logit difference of the extreme doses against the no-op is at least this.
    case interventionAlive = "intervention-alive"
    /// Share of unparsable answers at the no-op dose.
    case unparsableAtMost = "unparsable-at-most"
    /// Kept questions of the smaller class.
    case itemsPerClassAtLeast = "items-per-class-at-least"
    /// Another thread count gives the same bits.
    case threadIndependent = "thread-independent"
  }

  public let id: String
  public let kind: Kind
  public let threshold: Double?

  package init(id: String, kind: Kind, threshold: Double?) {
    self.id = id
    self.kind = kind
    self.threshold = threshold
  }
}
