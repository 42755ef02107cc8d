/// A significance test that the text reports.
public struct ReportedTest: Hashable, Sendable {
  /// Unique, for example `linear-concentration`.
  public let id: String
  public let successes: Int
  public let trials: Int
  /// Share under the null.
  public let nullShare: Double
  public let printedP: PrintedNumber
  /// What one trial is, for example `neuron`.
  public let unit: String
  /// Other hypotheses that could have been tested the same way (same question, other subset).
  public let family: [String]
  public let source: SourceReference

  public init(
    id: String,
    successes: Int,
    trials: Int,
    nullShare: Double,
    printedP: PrintedNumber,
    unit: String,
    family: [String],
    source: SourceReference
  ) {
    self.id = id
    self.successes = successes
    self.trials = trials
    self.nullShare = nullShare
    self.printedP = printedP
    self.unit = unit
    self.family = family
    self.source = source
  }
}
