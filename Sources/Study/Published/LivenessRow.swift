/// Largest logit difference between two doses.
public struct LivenessRow: Hashable, Sendable {
  public let fromDose: Double
  public let toDose: Double
  public let maximumLogitDifference: PrintedNumber
  public let source: SourceReference

  public init(
    fromDose: Double,
    toDose: Double,
    maximumLogitDifference: PrintedNumber,
    source: SourceReference
  ) {
    self.fromDose = fromDose
    self.toDose = toDose
    self.maximumLogitDifference = maximumLogitDifference
    self.source = source
  }
}
