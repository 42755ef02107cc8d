/// Everything that a row-level audit reads: typed, sorted, read-only, with content hashes.
public struct RawTable: Hashable, Sendable {
  public let study: String
  /// Sorted by arm.
  public let outcomes: [OutcomeMatrix]
  /// Byte-identical responses that a judge saw more than once.
  public let identicalResponses: [IdenticalResponses]
  /// Sorted by set, then detector.
  public let detection: [DetectionScores]
  /// Sorted by benchmark, judge and item.
  public let samples: [SampledItem]
  public let neurons: [NeuronRow]
  /// Named id lists of splits, for example `train` and `test`, `[name: sorted ids]`.
  public let splits: [String: [String]]
  /// Rows of the classifier by split, where the source records them.
  public let classifierRows: [ClassifierRowCount]
  public let sources: [RowSource]
  /// What provenance sidecars say about the runs behind the rows, sorted by path.
  public let runs: [RunRecord]
  /// SHA-256 over all canonical rows; independent of insertion order and of VACUUM.
  public let contentHash: String

  public init(
    study: String, outcomes: [OutcomeMatrix] = [], identicalResponses: [IdenticalResponses] = [],
    detection: [DetectionScores] = [], samples: [SampledItem] = [], neurons: [NeuronRow] = [],
    splits: [String: [String]] = [:], classifierRows: [ClassifierRowCount] = [],
    sources: [RowSource] = [], runs: [RunRecord] = [], contentHash: String
  ) {
    self.study = study
    self.outcomes = outcomes
    self.identicalResponses = identicalResponses
    self.detection = detection
    self.samples = samples
    self.neurons = neurons
    self.splits = splits
    self.classifierRows = classifierRows
    self.sources = sources
    self.runs = runs
    self.contentHash = contentHash
  }
}
