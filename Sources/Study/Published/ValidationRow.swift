/// An audit of an instrument: extractor, judge, parser.
public struct ValidationRow: Hashable, Sendable {
  public let id: String
  /// `span-extractor`, `judge` …
  public let instrument: String
  /// `verbatim`, `alias-match`, `valid`, `agreement`, `disagreements-favouring-own`.
  public let quantity: String
  /// nil = unstated.
  public let successes: Int?
  /// nil = unstated.
  public let trials: Int?
  /// The percentage as printed.
  public let printed: PrintedNumber?
  /// nil = unstated.
  public let isBlinded: Bool?
  public let source: SourceReference

  public init(
    id: String,
    instrument: String,
    quantity: String,
    successes: Int? = nil,
    trials: Int? = nil,
    printed: PrintedNumber? = nil,
    isBlinded: Bool? = nil,
    source: SourceReference
  ) {
    self.id = id
    self.instrument = instrument
    self.quantity = quantity
    self.successes = successes
    self.trials = trials
    self.printed = printed
    self.isBlinded = isBlinded
    self.source = source
  }
}
