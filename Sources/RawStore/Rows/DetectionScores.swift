/// The scores of one detector on one question set, with gold labels.
public struct DetectionScores: Hashable, Sendable {
  /// The question set, for example `in-domain` or `disjoint`.
  public let set: String
  /// The detector: `h-neurons`, or a control such as `random-017`.
  public let detector: String
  public let isControl: Bool
  /// `[item]`, sorted by their UTF-8 bytes.
  public let items: [String]
  /// `[item]`, true = positive class (hallucination, wrong answer).
  public let labels: [Bool]
  /// `[item]`, probability of the positive class or any monotone score.
  public let scores: [Double]
  /// `[item]`, the prediction at the frozen threshold, where recorded.
  public let predictions: [Bool?]
  /// `[item]`, tokens of the answer span, where recorded.
  public let spanLengths: [Int?]
  /// `[item]`, characters or tokens of the response, where recorded.
  public let responseLengths: [Int?]
  /// `[item]`, the place of each item among the rows of its source, from 0; empty where it was not
  /// recorded. A published bootstrap draws rows in that order.
  public let sourceOrder: [Int]
  public let contentHash: String

  public init(
    set: String, detector: String, isControl: Bool = false, items: [String], labels: [Bool],
    scores: [Double], predictions: [Bool?], spanLengths: [Int?], responseLengths: [Int?],
    sourceOrder: [Int] = [], contentHash: String
  ) {
    self.set = set
    self.detector = detector
    self.isControl = isControl
    self.items = items
    self.labels = labels
    self.scores = scores
    self.predictions = predictions
    self.spanLengths = spanLengths
    self.responseLengths = responseLengths
    self.sourceOrder = sourceOrder
    self.contentHash = contentHash
  }
}
