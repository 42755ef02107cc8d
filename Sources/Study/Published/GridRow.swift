/// One point of the regularisation grid.
public struct GridRow: Hashable, Sendable {
  /// C.
  public let inversePenalty: Double
  public let accuracy: PrintedNumber?
  public let auroc: PrintedNumber?
  /// Nonzero weights.
  public let nonzero: Int?
  /// Positive weights.
  public let positive: Int?
  public let source: SourceReference

  public init(
    inversePenalty: Double,
    accuracy: PrintedNumber? = nil,
    auroc: PrintedNumber? = nil,
    nonzero: Int? = nil,
    positive: Int? = nil,
    source: SourceReference
  ) {
    self.inversePenalty = inversePenalty
    self.accuracy = accuracy
    self.auroc = auroc
    self.nonzero = nonzero
    self.positive = positive
    self.source = source
  }
}
