/// Detection on one question set. Every number as printed; `nil` = not reported.
public struct DetectionRow: Hashable, Sendable {
  public let dataset: String
  /// `in-domain`, `second-in-domain`, `cross-domain`, `fabricated`.
  public let role: String
  /// Number of items.
  public let count: Int?
  /// Share of hallucinations.
  public let positiveRate: PrintedNumber?
  public let majorityAccuracy: PrintedNumber?
  /// At the frozen threshold.
  public let accuracy: PrintedNumber?
  public let auroc: PrintedNumber?
  /// Of the random-neuron baseline.
  public let randomAccuracy: PrintedNumber?
  public let randomAUROC: PrintedNumber?
  public let source: SourceReference

  public init(
    dataset: String,
    role: String,
    count: Int? = nil,
    positiveRate: PrintedNumber? = nil,
    majorityAccuracy: PrintedNumber? = nil,
    accuracy: PrintedNumber? = nil,
    auroc: PrintedNumber? = nil,
    randomAccuracy: PrintedNumber? = nil,
    randomAUROC: PrintedNumber? = nil,
    source: SourceReference
  ) {
    self.dataset = dataset
    self.role = role
    self.count = count
    self.positiveRate = positiveRate
    self.majorityAccuracy = majorityAccuracy
    self.accuracy = accuracy
    self.auroc = auroc
    self.randomAccuracy = randomAccuracy
    self.randomAUROC = randomAUROC
    self.source = source
  }
}

extension DetectionRow {
  public var id: String { dataset }
}
